"""Two objectives at once, against every plan of small shops."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.at_least import AtLeast, enough
from dealwright.plan.constraints import Constraint, Gap, MostPerProduct, SlotsPerCategory, violations
from dealwright.plan.explore import combined
from dealwright.plan.frontier import TradeOff, frontier, lexicographic
from dealwright.plan.objective import PROFIT, Revenue, Units, Weighted
from dealwright.plan.problem import PlanningProblem, pursue
from dealwright.plan.solvers import Greedy
from two_products import Exactly, all_plans, drawn_shop, posed

LIMITS: list[Constraint] = [MostPerProduct(2), Gap(1), SlotsPerCategory(2)]
SEEDS = range(4)
Ints = NDArray[np.int64]


@cache
def shop(seed: int) -> tuple[PlanningProblem, PlanningProblem]:
    """Its profit and its units."""
    problem, response = drawn_shop(n=3, n_weeks=3, seed=seed)
    return problem, pursue(problem, response, Units())


@cache
def every_plan(seed: int) -> list[tuple[float, float]]:
    """Profit and units of every admissible plan."""
    profit, units = shop(seed)
    return [(profit.objective(plan), units.objective(plan)) for plan in all_plans(profit, LIMITS)]


@cache
def points(seed: int) -> tuple[TradeOff, ...]:
    return frontier(*shop(seed), Exactly(LIMITS), n_points=6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ends_of_the_frontier_are_the_best_plans_of_each_objective(seed: int) -> None:
    first, last = points(seed)[0], points(seed)[-1]
    assert first.first == pytest.approx(max(profit for profit, _ in every_plan(seed)))
    assert last.second == pytest.approx(max(units for _, units in every_plan(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_along_the_frontier_less_of_one_buys_more_of_the_other(seed: int) -> None:
    profits, units = [p.first for p in points(seed)], [p.second for p in points(seed)]
    assert 2 <= len(points(seed)) <= 6
    assert (np.diff(profits) < 0).all()
    assert (np.diff(units) > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_goes_beyond_the_bounds_of_a_point(seed: int) -> None:
    for point in points(seed):
        most_profit = max(profit for profit, units in every_plan(seed) if units >= point.second - 1e-9)
        most_units = max(units for profit, units in every_plan(seed) if profit >= point.first - 1e-9)
        assert point.first <= most_profit + 1e-6 <= point.first_bound + 2e-6
        assert point.second <= most_units + 1e-6 <= point.second_bound + 2e-6
        assert point.gap >= 0


@pytest.mark.parametrize("seed", SEEDS)
def test_points_are_plans_within_the_limits_with_what_they_say_they_have(seed: int) -> None:
    profit, units = shop(seed)
    for point in points(seed):
        assert violations(LIMITS, profit, point.choice) == []
        assert (point.first, point.second) == (profit.objective(point.choice), units.objective(point.choice))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("tolerance", [0.02, 0.3])
def test_the_second_objective_gets_what_the_first_can_spare(seed: int, tolerance: float) -> None:
    found = lexicographic(*shop(seed), Exactly(LIMITS), tolerance=tolerance)
    best = max(profit for profit, _ in every_plan(seed))
    most = max(units for profit, units in every_plan(seed) if profit >= found.least)
    assert found.least == pytest.approx((1 - tolerance) * best)
    assert found.first >= found.least
    assert found.second == pytest.approx(most)
    assert found.bound >= most - 1e-9
    assert found.gap == pytest.approx((found.bound - found.second) / found.second)


def test_one_objective_twice_has_one_point() -> None:
    profit, _ = shop(0)
    solve = Exactly(LIMITS)
    (only,) = frontier(profit, profit, solve)
    assert only.first == only.second == pytest.approx(max(profit for profit, _ in every_plan(0)))
    assert only.gap == pytest.approx(0.0, abs=1e-9)
    assert solve.n_solved == 2


def test_two_points_are_the_ends_and_nothing_else_is_solved() -> None:
    solve = Exactly(LIMITS)
    assert len(frontier(*shop(2), solve, n_points=2)) == 2
    assert solve.n_solved == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_keeps_the_limit_has_enough_and_the_plan_it_is_made_near_keeps_it(seed: int) -> None:
    profit, _ = shop(seed)
    plans = all_plans(profit, LIMITS)
    near = max((plan for plan in plans if profit.objective(plan) > 0), key=profit.interaction)
    least = profit.objective(near) * 0.999
    limit = enough(profit, least, near=near)
    kept = [plan for plan in plans if not _breaks(limit, profit, plan)]
    assert any((plan == near).all() for plan in kept)
    assert all(profit.objective(plan) >= least - 1e-3 for plan in kept)
    # Counted as if promotions never met, the same plan would not do.
    assert profit.interaction(near) > 0.01 * least
    assert _breaks(enough(profit, least), profit, near)


def test_a_limit_that_counts_promotions_apart_lets_nobody_in_who_has_less() -> None:
    profit, _ = shop(1)
    plans = all_plans(profit, LIMITS)
    least = 0.7 * max(profit.objective(plan) for plan in plans)
    kept = [plan for plan in plans if not _breaks(enough(profit, least), profit, plan)]
    assert kept
    assert all(profit.objective(plan) >= least - 1e-3 for plan in kept)


def _breaks(limit: AtLeast, problem: PlanningProblem, plan: Ints) -> bool:
    chosen = (plan.ravel()[:, None] == np.arange(problem.shape[2])).ravel().astype(np.float64)
    rows = limit.rows(problem)
    return bool((rows.totals(chosen) < rows.low).any())


def test_the_limit_says_what_it_counts() -> None:
    profit, _ = shop(1)
    limit = enough(profit, 1000.0, what="profit")
    assert (limit.code, limit.params()) == ("at_least", {"what": "profit", "least": "1000"})
    assert limit.forbids(profit) is None


def test_a_plan_with_too_little_cannot_be_stayed_near_to() -> None:
    profit, _ = shop(1)
    nothing = np.zeros((3, 3), dtype=np.int64)
    with pytest.raises(InputError, match="the plan to stay near to has 0 of profit, less than 5"):
        enough(profit, 5.0, near=nothing, what="profit")


def test_two_problems_weighed_are_the_problem_of_the_weighted_objective() -> None:
    profit, response = drawn_shop(n=3, seed=5)
    revenue = pursue(profit, response, Revenue())
    weighted = pursue(profit, response, Weighted(((0.3, PROFIT), (0.7, Revenue()))))
    both = combined(profit, revenue, (0.3, 0.7))
    assert both.value == pytest.approx(weighted.value)
    assert both.given_up == pytest.approx(weighted.given_up)
    everything = np.ones((3, 3), dtype=np.int64)
    assert both.objective_draws(response, everything) == pytest.approx(
        weighted.objective_draws(response, everything)
    )


def test_a_solver_that_proves_nothing_leaves_the_bounds_open() -> None:
    ends = frontier(*shop(0), lambda problem, more: Greedy().solve(problem, [*LIMITS, *more]), n_points=2)
    assert all(point.gap == np.inf for point in ends)


def test_a_solver_that_cannot_be_asked_for_promotions_has_no_frontier_between_the_ends() -> None:
    with pytest.raises(InputError, match="use the solver 'milp'"):
        frontier(*shop(0), lambda problem, more: Greedy().solve(problem, [*LIMITS, *more]))


def test_problems_about_different_shops_have_no_frontier() -> None:
    with pytest.raises(InputError, match="make the second problem from the first"):
        frontier(shop(0)[0], posed(Units()), Exactly(LIMITS))
    with pytest.raises(InputError, match="make the second problem from the first"):
        lexicographic(shop(0)[0], shop(1)[1], Exactly(LIMITS))


def test_a_frontier_of_one_point_and_a_tolerance_of_everything_are_refused() -> None:
    with pytest.raises(InputError, match="at least its two ends, not 1"):
        frontier(*shop(0), Exactly(LIMITS), n_points=1)
    for tolerance in (1.0, -0.1, float("nan")):
        with pytest.raises(InputError, match="tolerance is 0 or more and below 1"):
            lexicographic(*shop(0), Exactly(LIMITS), tolerance=tolerance)


def test_progress_only_goes_forward() -> None:
    told: list[float] = []
    frontier(*shop(2), Exactly(LIMITS), n_points=4, progress=lambda _what, share: told.append(share))
    lexicographic_told: list[float] = []
    lexicographic(*shop(2), Exactly(LIMITS), progress=lambda _what, share: lexicographic_told.append(share))
    for shares in (told, lexicographic_told):
        assert len(shares) > 1
        assert shares == sorted(shares)
