"""Schedules chosen together, against every possible plan of small shops, and against its own bound."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InfeasibleError
from dealwright.plan.constraints import (
    Budget,
    Constraint,
    EventGap,
    EventLength,
    Gap,
    LeastPerWeek,
    MostPerProduct,
    MustRun,
    SlotsPerCategory,
    Soft,
    violations,
)
from dealwright.plan.solvers import Columns, Greedy, Milp
from small_plan import WEEK_ONE, best_of_all, small_problem


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_is_better_than_the_bound_and_the_plan_found_is_near_the_best(seed: int) -> None:
    problem = small_problem(seed=seed)
    constraints: list[Constraint] = [MostPerProduct(2), Gap(1), SlotsPerCategory(2)]
    best = best_of_all(problem, constraints)
    solution = Columns().solve(problem, constraints)
    assert not violations(constraints, problem, solution.choice)
    assert solution.bound >= best - 1e-6
    assert solution.objective == pytest.approx(problem.objective(solution.choice))
    # Found by improving a plan beside itself, which can stop short of the best pair of promotions.
    assert best >= solution.objective - 1e-6
    assert solution.objective >= 0.99 * best


@pytest.mark.parametrize("seed", range(4))
def test_two_ways_to_solve_bound_each_others_plans(seed: int) -> None:
    problem = small_problem(n=12, n_weeks=4, depths=(0.1, 0.3), seed=seed, vehicles=True)
    constraints: list[Constraint] = [MostPerProduct(2), Gap(1), SlotsPerCategory(2), Budget(200_000, "2,000")]
    one, other = Columns().solve(problem, constraints), Milp().solve(problem, constraints)
    assert one.objective <= other.bound + 1e-6
    assert other.objective <= one.bound + 1e-6
    assert one.objective >= 0.99 * other.objective
    assert one.objective >= Greedy().solve(problem, constraints).objective - 1e-6


def test_events_of_two_weeks_with_a_clear_week_between_are_kept() -> None:
    problem = small_problem(n=4, n_weeks=6, seed=1)
    constraints: list[Constraint] = [EventLength(2, 2), EventGap(1), MostPerProduct(4)]
    solution = Columns().solve(problem, constraints)
    assert not violations(constraints, problem, solution.choice)
    assert (solution.choice > 0).any()
    for row in solution.choice > 0:
        runs = "".join("x" if on else " " for on in row).split()
        assert set(map(len, runs)) <= {2}


def test_a_promotion_that_is_agreed_runs_though_it_costs_money() -> None:
    problem = small_problem(n=3, n_weeks=3, seed=2, cost=0.95)
    agreed = MustRun("sku-1", WEEK_ONE, 0.2)
    solution = Columns().solve(problem, [Gap(1), agreed])
    assert solution.choice[1, 0] > 0
    assert not violations([Gap(1), agreed], problem, solution.choice)


def test_a_soft_limit_is_given_up_where_keeping_it_costs_more_than_its_penalty() -> None:
    problem = small_problem(n=3, n_weeks=2, seed=0)
    cheap, dear = (Soft(MostPerProduct(0), penalty) for penalty in (1.0, 1e9))
    assert (Columns().solve(problem, [Gap(1), cheap]).choice > 0).any()
    assert not (Columns().solve(problem, [Gap(1), dear]).choice > 0).any()


def test_limits_that_contradict_one_another_are_named() -> None:
    problem = small_problem(n=3, n_weeks=3)
    constraints: list[Constraint] = [Gap(1), SlotsPerCategory(1), LeastPerWeek(2)]
    with pytest.raises(InfeasibleError) as told:
        Columns().solve(problem, constraints)
    assert len(told.value.conflict) == 2


def test_what_a_fuller_slot_would_bring_is_priced() -> None:
    problem = small_problem(n=6, n_weeks=2, seed=3)
    prices = Columns().solve(problem, [SlotsPerCategory(1)]).shadow_prices
    assert prices
    assert {price.constraint for price in prices} == {0}
    assert [price.price_minor for price in prices] == sorted((p.price_minor for p in prices), reverse=True)
    assert np.isfinite([price.price_minor for price in prices]).all()
