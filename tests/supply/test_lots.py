"""Which lots to order: the textbook case, brute force, and every limit kept."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.supply.capacity import LotLimits, capacitated_lots
from dealwright.supply.lots import LotPlan, wagner_whitin

DEMAND = [60, 40, 20, 80]
short_demand = st.lists(st.integers(0, 9), min_size=1, max_size=6)


def cost_of_starts(demand: list[int], starts: tuple[bool, ...], *, order: float, holding: float) -> float:
    """What it costs to order in these periods alone, each up to the next."""
    cost, age = 0.0, math.inf
    for units, is_start in zip(demand, starts, strict=True):
        age = 0 if is_start else age + 1
        if units == 0:
            cost += order * is_start
            continue
        cost += order * is_start + (holding * age * units if age < math.inf else math.inf)
    return cost


def test_the_textbook_case() -> None:
    plan = wagner_whitin(DEMAND, order_cost=100, holding_cost=1)
    assert_array_equal(plan.order, [[120, 0, 0, 80]])
    assert_array_equal(plan.closing, [[60, 20, 0, 0]])
    assert (plan.cost, plan.bound, plan.gap) == (280, 280, 0)


def test_what_the_textbook_case_beats() -> None:
    every_start = itertools.product([True, False], repeat=4)
    costs = {starts: cost_of_starts(DEMAND, starts, order=100, holding=1) for starts in every_start}
    assert sorted(costs.values())[:2] == [280, 320]
    assert costs[True, False, False, False] == 420
    assert costs[True, True, True, True] == 400


@given(demand=short_demand, order=st.integers(0, 30), holding=st.integers(0, 5))
def test_no_other_choice_of_periods_costs_less(demand: list[int], order: int, holding: int) -> None:
    plan = wagner_whitin(demand, order_cost=order, holding_cost=holding)
    every_start = itertools.product([True, False], repeat=len(demand))
    least = min(cost_of_starts(demand, starts, order=order, holding=holding) for starts in every_start)
    assert plan.cost == least


@given(demand=short_demand, orders=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_a_dearer_order_never_costs_less_in_all(demand: list[int], orders: tuple[int, int]) -> None:
    cheap, dear = (wagner_whitin(demand, order_cost=order, holding_cost=1).cost for order in sorted(orders))
    assert cheap <= dear


def test_opening_stock_is_sold_first_and_its_holding_is_paid() -> None:
    # 70 there: 60 sold, 10 kept for week 2, where 30 are missing.
    plan = wagner_whitin(DEMAND, order_cost=100, holding_cost=1, opening_units=70)
    assert_array_equal(plan.order, [[0, 50, 0, 80]])
    assert plan.cost == 10 + 200 + 20


def test_cheap_weeks_are_bought_ahead_in() -> None:
    plan = wagner_whitin([10, 10], order_cost=[5, 5], holding_cost=1, unit_cost=[1, 3])
    assert_array_equal(plan.order, [[20, 0]])
    assert plan.cost == 5 + 20 + 10


def test_nothing_is_ordered_where_nothing_is_asked_for() -> None:
    plan = wagner_whitin([0, 0], order_cost=5, holding_cost=1)
    assert (plan.order.sum(), plan.cost, plan.gap) == (0, 0, 0)


@settings(max_examples=30, deadline=None)
@given(
    demand=short_demand,
    order=st.lists(st.integers(0, 30), min_size=6, max_size=6),
    unit=st.lists(st.integers(0, 4), min_size=6, max_size=6),
    holding=st.lists(st.integers(0, 3), min_size=6, max_size=6),
    opening=st.integers(0, 12),
)
def test_the_programme_without_limits_is_wagner_and_whitins(
    demand: list[int], order: list[int], unit: list[int], holding: list[int], opening: int
) -> None:
    n = len(demand)
    exact = wagner_whitin(
        demand, order_cost=order[:n], holding_cost=holding[:n], unit_cost=unit[:n], opening_units=opening
    )
    solved = capacitated_lots(
        [demand], order_cost=order[:n], holding_cost=holding[:n], unit_cost=unit[:n], opening_units=opening
    )
    assert solved.cost == pytest.approx(exact.cost, abs=1e-5)
    assert solved.bound == pytest.approx(exact.cost, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(
    demand=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=2),
    capacity=st.integers(4, 12),
    minimum=st.integers(0, 4),
    pack=st.sampled_from([0, 1, 3]),
)
def test_every_limit_is_kept_and_the_balance_holds(
    demand: list[list[int]], capacity: int, minimum: int, pack: int
) -> None:
    limits = LotLimits(capacity=capacity, storage=15, minimum=minimum, pack=pack)
    plan = capacitated_lots(
        demand, order_cost=6, holding_cost=1, owed_cost=3, lost_cost=8, opening_units=2, limits=limits
    )
    asked = np.array(demand, dtype=float)
    assert (plan.order.sum(axis=0) <= capacity + 1e-6).all()
    assert (plan.closing.sum(axis=0) <= 15 + 1e-6).all()
    assert ((plan.order == 0) | (plan.order >= minimum - 1e-6)).all()
    if pack:
        assert_allclose(plan.order % pack, 0)
    assert_allclose(2 + np.cumsum(plan.order - asked + plan.lost, axis=1), plan.closing - plan.owed, atol=1e-5)
    assert_allclose(plan.owed[:, -1], 0, atol=1e-5)
    assert plan.bound <= plan.cost + 1e-9
    assert plan.gap < 1e-6


def _least_by_trying_all(demand: list[int], *, most: int, minimum: int, pack: int, storage: int) -> float:
    """The cost of the best whole orders, setup 7, holding 1, waiting 2."""
    amounts = [q for q in range(most + 1) if q % pack == 0 and (q == 0 or q >= minimum)]
    least = math.inf
    for orders in itertools.product(amounts, repeat=len(demand)):
        net = np.cumsum(np.array(orders) - np.array(demand))
        if net[-1] >= 0 and (net <= storage).all():
            cost = 7 * sum(q > 0 for q in orders) + np.maximum(net, 0).sum() + 2 * np.maximum(-net, 0).sum()
            least = min(least, float(cost))
    return least


@settings(max_examples=25, deadline=None)
@given(
    demand=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    most=st.integers(3, 9),
    minimum=st.integers(0, 3),
    pack=st.integers(1, 3),
)
def test_the_programme_finds_what_trying_all_orders_finds(
    demand: list[int], most: int, minimum: int, pack: int
) -> None:
    least = _least_by_trying_all(demand, most=most, minimum=minimum, pack=pack, storage=8)
    limits = LotLimits(storage=8, most=most, minimum=minimum, pack=pack)

    def solved() -> LotPlan:
        return capacitated_lots([demand], order_cost=7, holding_cost=1, owed_cost=2, limits=limits)

    if least < math.inf:
        assert solved().cost == pytest.approx(least, abs=1e-5)
    else:
        with pytest.raises(InfeasibleError):
            solved()


def test_two_products_share_a_truck() -> None:
    # 10 of each are asked for in both weeks, 20 fit: each week both are ordered, though one order would be cheaper.
    plan = capacitated_lots([[10, 10], [10, 10]], order_cost=50, holding_cost=1, limits=LotLimits(capacity=20))
    assert_allclose(plan.order, [[10, 10], [10, 10]])
    alone = capacitated_lots([[10, 10]], order_cost=50, holding_cost=1, limits=LotLimits(capacity=20))
    assert_allclose(alone.order, [[20, 0]])


def test_setting_up_takes_capacity_too() -> None:
    one_order = LotLimits(capacity=26, order_load=3, unit_load=[1, 1])
    plan = capacitated_lots([[10, 0], [10, 0]], order_cost=1, holding_cost=1, limits=one_order)
    assert plan.order.sum() == 20
    with pytest.raises(InfeasibleError, match="capacity of a period"):
        capacitated_lots(
            [[10, 0], [10, 0]], order_cost=1, holding_cost=1, limits=LotLimits(capacity=25, order_load=3)
        )


def test_what_cannot_be_had_in_time_waits_or_is_lost() -> None:
    waits = capacitated_lots([[30, 0]], order_cost=0, holding_cost=1, owed_cost=2, limits=LotLimits(capacity=20))
    assert_allclose(waits.owed, [[10, 0]])
    assert waits.cost == pytest.approx(20)
    lost = capacitated_lots([[30, 0]], order_cost=0, holding_cost=1, lost_cost=5, limits=LotLimits(capacity=20))
    assert_allclose(lost.lost, [[10, 0]])
    assert lost.cost == pytest.approx(50)


def test_limits_that_contradict_one_another_are_named() -> None:
    with pytest.raises(InfeasibleError) as caught:
        capacitated_lots([[30, 0]], order_cost=5, holding_cost=1, limits=LotLimits(capacity=20, storage=500))
    assert list(caught.value.conflict) == [
        "the capacity of a period (largest 20)",
        "all demand is met",
        "nobody waits",
    ]


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        wagner_whitin([1, math.nan], order_cost=-1, holding_cost=[1, 2, 3], opening_units=math.inf)
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "demand_units",
        "order_cost",
        "holding_cost",
        "opening_units",
    ]
    with pytest.raises(InputError, match="demand_units has the shape"):
        wagner_whitin([], order_cost=1, holding_cost=1)
    with pytest.raises(InputError, match="2 problems"):
        capacitated_lots([[1, 2]], order_cost=1, holding_cost=math.nan, limits=LotLimits(minimum=5, most=4))
