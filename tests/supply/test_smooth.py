"""Orders without jumps: the closed form, the optimality conditions, and the balance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import lsq_linear

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.supply.smooth import SmoothOrders, smooth_order, smooth_orders

units = st.integers(0, 100)


def by_another_way(
    demand: list[int], *, opening: float, target: float, last: float, weight: float, most: float
) -> float:
    """The least cost by SciPy's bounded least squares, which knows no limit on stock."""
    n = len(demand)
    a = np.vstack([np.tri(n), np.sqrt(weight) * (np.eye(n) - np.eye(n, k=-1))])
    first = np.append(last, np.zeros(n - 1)) * np.sqrt(weight)
    b = np.concatenate([np.cumsum(demand) - opening + target, first])
    return float(2 * lsq_linear(a, b, bounds=(0, most), method="bvls").cost)


def test_one_step_of_the_textbook() -> None:
    given_ = {"opening_units": 50, "demand_units": 80, "target_units": 60, "last_order": 70}
    assert smooth_order(**given_, weight=1) == 80
    assert smooth_order(**given_, weight=0) == 90  # straight to the target
    assert smooth_order(**given_, weight=4) == (4 * 70 + 60 + 80 - 50) / 5


@given(opening=units, demand=units, target=units, last=units, weight=st.integers(0, 9))
def test_one_step_is_the_programme_of_one_period(
    opening: int, demand: int, target: int, last: int, weight: int
) -> None:
    order = smooth_order(
        opening_units=opening, demand_units=demand, target_units=target, last_order=last, weight=weight
    )
    plan = smooth_orders([demand], opening_units=opening, target_units=target, last_order=last, weight=weight)
    # Neither orders nor stock can be negative.
    assert plan.order[0] == pytest.approx(max(order, 0, demand - opening), abs=1e-6)


@settings(deadline=None)
@given(
    demand=st.lists(units, min_size=1, max_size=8),
    opening=units,
    target=units,
    last=units,
    weight=st.integers(0, 9),
    most=st.integers(100, 200),
    storage=st.integers(100, 150),
)
def test_balance_and_limits_hold_and_nothing_better_exists(
    demand: list[int], opening: int, target: int, last: int, weight: int, most: int, storage: int
) -> None:
    plan = smooth_orders(
        demand,
        opening_units=opening,
        target_units=target,
        last_order=last,
        weight=weight,
        most=most,
        storage=storage,
    )
    before = np.append(opening, plan.closing[:-1])
    assert_allclose(plan.closing, before + plan.order - demand, atol=1e-9)
    assert (plan.order >= -1e-7).all()
    assert (plan.order <= most + 1e-7).all()
    assert (plan.closing >= -1e-6).all()
    assert (plan.closing <= storage + 1e-6).all()
    assert plan.cost - plan.bound <= 1e-6 * (1 + plan.cost)


@given(demand=st.lists(st.integers(10, 30), min_size=2, max_size=8), weight=st.integers(1, 9))
def test_where_stock_stays_positive_another_solver_agrees(demand: list[int], weight: int) -> None:
    plan = smooth_orders(demand, opening_units=100, target_units=100, last_order=20, weight=weight, most=25)
    other = by_another_way(demand, opening=100, target=100, last=20, weight=weight, most=25)
    assert plan.closing.min() > 0
    assert plan.cost == pytest.approx(other, rel=1e-6, abs=1e-6)


def test_even_demand_at_the_target_needs_no_change() -> None:
    plan = smooth_orders([20] * 5, opening_units=40, target_units=40, last_order=20, weight=3)
    assert_allclose(plan.order, 20)
    assert plan.cost == pytest.approx(0, abs=1e-12)


def test_a_heavier_weight_makes_orders_jump_less() -> None:
    demand = [20, 20, 90, 20, 20, 20]

    def plan(weight: float) -> SmoothOrders:
        return smooth_orders(demand, opening_units=60, target_units=60, last_order=20, weight=weight)

    jumps = [float((np.diff(plan(weight).order, prepend=20) ** 2).sum()) for weight in (0, 1, 10)]
    assert jumps == sorted(jumps, reverse=True)
    assert jumps[0] > 2 * jumps[2]
    # The promotion week is prepared for: more is ordered before it.
    assert plan(10).order[0] > 20


def test_stock_is_never_pulled_to_the_most_that_fits() -> None:
    plan = smooth_orders([20] * 4, opening_units=40, target_units=40, last_order=20, weight=1, storage=500)
    assert_allclose(plan.closing, 40)


def test_demand_that_no_order_can_meet_is_refused_with_the_limits() -> None:
    with pytest.raises(InfeasibleError, match="no order above 10 units"):
        smooth_orders([50], opening_units=20, target_units=0, last_order=0, weight=1, most=10)
    with pytest.raises(InfeasibleError, match="no more stock than 10 units"):
        smooth_orders([5], opening_units=20, target_units=0, last_order=0, weight=1, storage=10)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        smooth_orders([1.0, -2], opening_units=-5, target_units=math.nan, last_order=0, weight=-1)
    assert len(caught.value.problems) == 4
    with pytest.raises(InputError, match="2 problems"):
        smooth_order(opening_units=0, demand_units=math.nan, target_units=1, last_order=1, weight=math.inf)
    with pytest.raises(InputError, match="demand_units has the shape"):
        smooth_orders([], opening_units=0, target_units=0, last_order=0, weight=1)
