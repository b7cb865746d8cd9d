"""Promotion and lots together: the hand-computed case, two exact methods, and never worse than in sequence."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from dealwright.core.errors import InputError
from dealwright.supply.joint import (
    JointProblem,
    joint_problem,
    plan_in_sequence,
    plan_jointly,
    plan_supply_for,
    solve_programme,
    solve_stages,
)


def two_weeks(
    after: float = 1.0, *, opening_units: float = 0.0, most_order: float = np.inf, storage: float = np.inf
) -> JointProblem:
    """Price 10 sells 10, price 8 sells 18; a unit costs 5, an order 20, a week's holding 1."""
    return joint_problem(
        [[10, 8], [10, 8]],
        [[10, 18], [10, 18]],
        unit_cost=5,
        order_cost=20,
        holding_cost=1,
        after=[1, after],
        opening_units=opening_units,
        most_order=most_order,
        storage=storage,
    )


def profits(problem: JointProblem) -> dict[tuple[int, int], float]:
    every = itertools.product((0, 1), repeat=2)
    return {(first, second): plan_supply_for(problem, [first, second]).profit for first, second in every}


def test_one_promotion_and_one_lot_beat_every_other_calendar() -> None:
    assert profits(two_weeks()) == {(1, 0): 74, (0, 0): 70, (1, 1): 70, (0, 1): 66}
    plan = plan_jointly(two_weeks())
    assert_array_equal(plan.level, [1, 0])
    assert_array_equal(plan.order, [28, 0])
    assert_array_equal(plan.sold, [18, 10])
    assert_array_equal(plan.closing, [10, 0])
    assert (plan.profit, plan.bound) == (74, 74)


def test_prices_first_and_lots_after_earn_less() -> None:
    plan = plan_in_sequence(two_weeks())
    assert_array_equal(plan.level, [1, 1])
    assert plan.profit == 70


def test_shoppers_who_stocked_up_turn_the_answer() -> None:
    problem = two_weeks(after=0.8)
    expected = {(1, 0): 66, (0, 0): 70, (1, 1): 62.8, (0, 1): 66}
    assert profits(problem) == pytest.approx(expected)
    plan = plan_jointly(problem)
    assert_array_equal(plan.level, [0, 0])
    assert plan.profit == 70


@pytest.mark.parametrize("after", [1.0, 0.8])
def test_the_programme_finds_the_same(after: float) -> None:
    problem = two_weeks(after)
    everything = np.ones((2, 2), dtype=np.bool_)
    solved = solve_programme(problem, everything, node_limit=1000)
    assert solved.profit == pytest.approx(plan_jointly(problem).profit)
    assert solved.bound == pytest.approx(solved.profit)


@st.composite
def free_problems(draw: st.DrawFn) -> JointProblem:
    n_periods, n_levels = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    price = sorted((draw(st.integers(4, 12)) for _ in range(n_levels)), reverse=True)

    def whole(low: int, high: int, *shape: int) -> list[int]:
        return draw(st.lists(st.integers(low, high), min_size=shape[0], max_size=shape[0]))

    return joint_problem(
        price,
        [whole(0, 20, n_levels) for _ in range(n_periods)],
        unit_cost=whole(2, 8, n_periods),
        order_cost=whole(0, 30, n_periods),
        holding_cost=draw(st.integers(0, 3)),
        after=[1.0, *(draw(st.sampled_from([0.5, 1.0, 1.25])) for _ in range(n_levels - 1))],
    )


@settings(max_examples=40, deadline=None)
@given(problem=free_problems())
def test_stages_and_programme_agree_on_any_problem(problem: JointProblem) -> None:
    everything = np.ones(problem.demand_units.shape, dtype=np.bool_)
    by_stages = solve_stages(problem, everything)
    by_programme = solve_programme(problem, everything, node_limit=10_000)
    assert by_stages.profit == pytest.approx(by_stages.bound)
    assert by_stages.profit == pytest.approx(by_programme.profit, abs=1e-4)
    assert plan_in_sequence(problem).profit <= by_stages.profit + 1e-9


@settings(max_examples=30, deadline=None)
@given(problem=free_problems())
def test_no_calendar_earns_more(problem: JointProblem) -> None:
    n_periods, n_levels = problem.demand_units.shape
    every = itertools.product(range(n_levels), repeat=min(n_periods, 3))
    tail = [0] * (n_periods - min(n_periods, 3))
    best = plan_jointly(problem).profit
    assert all(plan_supply_for(problem, [*levels, *tail]).profit <= best + 1e-9 for levels in every)


def test_a_truck_that_is_too_small_takes_the_promotion_back() -> None:
    plan = plan_jointly(two_weeks(most_order=20))
    # One lot of 20 sold at 10 each week earns 70; the promotion would need 28, or a second lot.
    assert_array_equal(plan.level, [0, 0])
    assert (plan.profit, plan.bound) == pytest.approx((70, 70))
    assert plan.order.max() <= 20


def test_storage_limits_what_can_be_kept() -> None:
    plan = plan_jointly(two_weeks(storage=9))
    # 18 at 8 and the 9 kept at 10: 144 + 90 - 27 x 5 - 20 - 9.
    assert (plan.profit, plan.closing.max()) == pytest.approx((70, 9))


def test_stock_already_there_is_sold_first() -> None:
    # 18 in stock cost nothing more: sold in a promotion at once they bring 144, and week 2 has a lot of its own,
    # 18 x (8 - 5) - 20. Without any order, 10 and then 8 at the usual price bring 100 + 80 - 8.
    problem = two_weeks(opening_units=18)
    plan = plan_jointly(problem)
    assert_array_equal(plan.sold, [18, 18])
    assert_array_equal(plan.order, [0, 18])
    assert plan.profit == pytest.approx(144 + 34)
    assert plan_supply_for(problem, [0, 0]).profit == pytest.approx(172)


def test_a_limit_on_promotions_is_kept() -> None:
    problem = joint_problem(
        [[10, 8]] * 4, [[10, 30]] * 4, unit_cost=5, order_cost=0, holding_cost=1, most_promotions=1
    )
    plan = plan_jointly(problem)
    assert plan.level.sum() == 1
    assert plan.profit == pytest.approx(90 + 3 * 50)


def test_what_never_pays_is_not_sold() -> None:
    plan = plan_jointly(joint_problem([[4]], [[10]], unit_cost=5, order_cost=1, holding_cost=1))
    assert (plan.profit, plan.sold.sum(), plan.order.sum()) == (0, 0, 0)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        joint_problem(
            [[10, math.nan]],
            [[1, 2]],
            unit_cost=-1,
            order_cost=[1, 2],
            holding_cost=1,
            after=0.5,
            most_promotions=-1,
        )
    assert len(caught.value.problems) == 5
    with pytest.raises(InputError, match="demand_units has the shape"):
        joint_problem([], [], unit_cost=1, order_cost=1, holding_cost=1)
    with pytest.raises(InputError, match="between 0 and 1"):
        plan_supply_for(two_weeks(), [0, 2])
