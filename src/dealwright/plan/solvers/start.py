"""A solver that is handed plans known before: its answer is never worse than the best admissible one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint, Keep, Soft, soft_outcomes, violations
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import Solution, Solver

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """`solver`, from plans (n, T) in `starts`; what breaks a limit that must hold is left aside."""

    solver: Solver
    starts: tuple[Ints, ...]

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The better of what the solver finds and what was known."""
        found = self.solver.solve(problem, constraints)
        known = [choice for choice in self.starts if not violations(constraints, problem, choice)]
        best = max([found.choice, *known], key=lambda choice: worth_of(problem, constraints, choice))
        if best is found.choice:
            return found
        return _in_place_of(found, best, problem, constraints)


def choice_from(problem: PlanningProblem, keeps: Sequence[Keep]) -> Ints:
    """A plan (n, T) with those of the promotions whose product, week and offer the problem has."""
    product = {sku: i for i, sku in enumerate(problem.skus)}
    week = {day: t for t, day in enumerate(problem.weeks)}
    offer = {one: k for k, one in enumerate(problem.offers)}
    choice = np.zeros(problem.shape[:2], dtype=np.int64)
    for keep in keeps:
        if keep.sku in product and keep.week in week and keep.offer in offer:
            choice[product[keep.sku], week[keep.week]] = offer[keep.offer]
    return choice


def _in_place_of(
    found: Solution, choice: Ints, problem: PlanningProblem, constraints: Sequence[Constraint]
) -> Solution:
    """The bound is on plans that give up no more, so it moves with what is given up."""
    lost_before, lost = (given_up(problem, constraints, one) for one in (found.choice, choice))
    objective = problem.objective(choice)
    return replace(
        found, choice=choice, objective=objective, bound=max(found.bound - lost_before + lost, objective)
    )


def given_up(problem: PlanningProblem, constraints: Sequence[Constraint], choice: Ints) -> float:
    """What a plan pays for the soft limits that it breaks, minor units."""
    return sum(outcome.cost_minor for outcome in soft_outcomes(constraints, problem, choice))


def worth_of(
    problem: PlanningProblem, constraints: Sequence[Constraint], choice: Ints, *, objective: float | None = None
) -> tuple[float, ...]:
    """What plans are compared by: limits of the highest priority first, last the objective less soft penalties.

    `objective` is what the plan has of it, None: by the problem.
    """
    lost: dict[int, float] = {}
    for outcome in soft_outcomes(constraints, problem, choice):
        limit = constraints[outcome.constraint]
        assert isinstance(limit, Soft)
        lost[limit.priority] = lost.get(limit.priority, 0.0) + outcome.cost_minor
    reached = problem.objective(choice) if objective is None else objective
    last = reached - lost.pop(0, 0.0)
    return (*(-lost[priority] for priority in sorted(lost, reverse=True)), last)
