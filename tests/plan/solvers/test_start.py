"""A plan known before is never given up for a worse one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from dealwright.plan.constraints import Budget, Constraint, Keep, MostPerProduct, MostPromotions, Soft
from dealwright.plan.problem import Offer, PlanningProblem
from dealwright.plan.solvers import Greedy, Milp, Solution
from dealwright.plan.solvers.start import Started, choice_from, given_up
from small_plan import WEEK_ONE, Ints, best_of_all, promote, small_problem


@dataclass(frozen=True)
class Lazy:
    """Promotes nothing, and proves that nothing earns more than `bound`."""

    bound: float

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        del constraints
        return Solution(np.zeros(problem.shape[:2], dtype=np.int64), 0.0, self.bound)


def a_good_plan(problem: PlanningProblem) -> Ints:
    i, t, k = np.unravel_index(int(problem.value.argmax()), problem.shape)
    return promote(problem, (int(i), int(t), int(k)))


def test_a_better_plan_known_before_takes_the_place_of_what_was_found() -> None:
    problem = small_problem()
    known = a_good_plan(problem)
    found = Started(Lazy(1e9), (known,)).solve(problem, [])
    assert (found.choice == known).all()
    assert found.objective == problem.objective(known) > 0
    assert found.bound == 1e9


def test_a_plan_that_breaks_a_limit_is_left_aside() -> None:
    problem = small_problem()
    found = Started(Lazy(1e9), (a_good_plan(problem),)).solve(problem, [MostPromotions(0)])
    assert not found.choice.any()


def test_what_the_solver_finds_stays_where_it_is_better() -> None:
    problem = small_problem()
    limits: list[Constraint] = [MostPerProduct(1)]
    found = Started(Milp(), (a_good_plan(problem),)).solve(problem, limits)
    assert found.objective == pytest.approx(best_of_all(problem, limits), rel=1e-3)


def test_the_bound_moves_with_what_a_soft_limit_gives_up() -> None:
    problem = small_problem()
    known = a_good_plan(problem)
    limit = Soft(MostPromotions(0), penalty_minor=7.0)
    found = Started(Lazy(1e6), (known,)).solve(problem, [limit])
    assert given_up(problem, [limit], known) == 7.0
    assert found.bound == 1e6 + 7.0


def test_a_plan_that_costs_more_penalty_than_it_earns_is_no_better() -> None:
    problem = small_problem()
    known = a_good_plan(problem)
    dear = Soft(MostPromotions(0), penalty_minor=problem.objective(known) + 1.0)
    assert not Started(Lazy(1e9), (known,)).solve(problem, [dear]).choice.any()


def test_no_profit_buys_a_limit_with_a_priority() -> None:
    problem = small_problem()
    first = Soft(Budget(0, "0"), penalty_minor=1e-6, priority=1)
    known = a_good_plan(problem)
    assert given_up(problem, [first], known) > 0
    assert not Started(Greedy(), (known,)).solve(problem, [first]).choice.any()


def test_promotions_that_the_problem_has_not_are_left_out_of_a_start() -> None:
    problem = small_problem(depths=(0.2,))
    keeps = [
        Keep("sku-1", WEEK_ONE, Offer(0.2)),
        Keep("sku-2", WEEK_ONE, Offer(0.3)),
        Keep("gone", WEEK_ONE, Offer(0.2)),
        Keep("sku-0", date(2023, 12, 25), Offer(0.2)),
    ]
    assert (choice_from(problem, keeps) == promote(problem, (1, 0, 1))).all()
