"""What is known of two objectives at once: plans that were met, and lines that no plan crosses.

A plan is met by asking for as much of one objective as a level of the other leaves (see `at_least`). A line comes
from the weighted sum of both, whose optimum bounds every plan, limit or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.at_least import ROUNDING, admitting, enough
from dealwright.plan.constraints import Constraint
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import Solution

Ints = NDArray[np.int64]

SolveWithin = Callable[[PlanningProblem, list[Constraint]], Solution]
"""A solver with its limits, to be given more."""


@dataclass(frozen=True, slots=True)
class Met:
    """A plan and what it has of both objectives."""

    choice: Ints
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Edge:
    """Between two plans: `left` has less of the first objective and more of the second."""

    left: Met
    right: Met

    @property
    def rise(self) -> float:
        """By how much the second is more on the left."""
        return self.left.second - self.right.second

    @property
    def run(self) -> float:
        """By how much the first is more on the right."""
        return self.right.first - self.left.first

    @property
    def weights(self) -> tuple[float, float]:
        """Those under which both plans are worth the same; they sum to 1."""
        return self.rise / (self.rise + self.run), self.run / (self.rise + self.run)

    def spans(self, first: float) -> bool:
        """Whether a level of the first lies between the plans."""
        return self.left.first < first <= self.right.first

    def is_below(self, plan: Met) -> bool:
        """Whether a plan between the two is better than the edge there."""
        along = (plan.first - self.left.first) * self.rise
        return (self.left.second - plan.second) * self.run < along * (1 - ROUNDING)


@dataclass(frozen=True, slots=True)
class Line:
    """For every admissible plan: a * first + b * second <= bound."""

    weights: tuple[float, float]
    bound: float


@dataclass(slots=True)
class Explored:
    """Every plan met so far, and every line that no plan crosses."""

    first: PlanningProblem
    second: PlanningProblem
    solve: SolveWithin
    plans: list[Met] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def from_ends(cls, first: PlanningProblem, second: PlanningProblem, solve: SolveWithin) -> Explored:
        """With the best plan of each objective; InputError if they are not one problem with two objectives."""
        same = (first.skus, first.weeks, first.offers) == (second.skus, second.weeks, second.offers)
        if not (same and np.array_equal(first.taken, second.taken)):
            raise InputError(
                "two objectives need the same products, weeks, offers and draws; make the second problem from the "
                "first with 'pursue'"
            )
        explored = cls(first, second, solve)
        explored.weighed((1.0, 0.0))
        explored.weighed((0.0, 1.0))
        return explored

    def meet(self, choice: Ints) -> Met:
        """Remember a plan."""
        plan = Met(choice, self.first.objective(choice), self.second.objective(choice))
        self.plans.append(plan)
        return plan

    def weighed(self, weights: tuple[float, float]) -> Met:
        """The best plan of a weighted sum, and the line it proves."""
        solution = self.solve(combined(self.first, self.second, weights), [])
        self.lines.append(Line(weights, solution.bound))
        return self.meet(solution.choice)

    def most_first(self, second_least: float) -> Met:
        """The most of the first objective with enough of the second."""
        limit = admitting(self.second, second_least, self.best_first(second_least).choice, what="the second")
        return self.meet(self.solve(self.first, [limit]).choice)

    def most_second(self, first_least: float, *, again: bool = False) -> Met:
        """The most of the second objective with enough of the first; `again` near the best such plan so far."""
        best = self.best_second(first_least).choice
        if again:
            limit = enough(self.first, first_least, near=best, what="the first")
        else:
            limit = admitting(self.first, first_least, best, what="the first")
        return self.meet(self.solve(self.second, [limit]).choice)

    def best_first(self, second_least: float) -> Met:
        """Of the plans met with enough of the second, the one with the most of the first."""
        return max(
            (plan for plan in self.plans if plan.second >= second_least), key=lambda plan: (plan.first, plan.second)
        )

    def best_second(self, first_least: float) -> Met:
        """Of the plans met with enough of the first, the one with the most of the second."""
        return max(
            (plan for plan in self.plans if plan.first >= first_least), key=lambda plan: (plan.second, plan.first)
        )

    def edges(self) -> list[Edge]:
        """Stretches of the hull of all plans met whose weighted sum has not been solved."""
        corners = _hull(self.plans)
        edges = [Edge(left, right) for left, right in pairwise(corners)]
        solved = [line.weights for line in self.lines]
        return [edge for edge in edges if not any(np.allclose(edge.weights, weights) for weights in solved)]

    def second_bound(self, first_least: float) -> float:
        """No plan with at least so much of the first has more of the second."""
        return min(
            (line.bound - line.weights[0] * first_least) / line.weights[1]
            for line in self.lines
            if line.weights[1] > 0
        )

    def first_bound(self, second_least: float) -> float:
        """No plan with at least so much of the second has more of the first."""
        return min(
            (line.bound - line.weights[1] * second_least) / line.weights[0]
            for line in self.lines
            if line.weights[0] > 0
        )


def combined(first: PlanningProblem, second: PlanningProblem, weights: tuple[float, float]) -> PlanningProblem:
    """The weighted sum of two objectives (weights 0 or more) over the same offers."""
    a, b = weights
    return replace(
        first,
        value=a * first.value + b * second.value,
        given_up=a * first.given_up + b * second.given_up,
        worth=first.worth * a + second.worth * b,
    )


def _hull(plans: list[Met]) -> list[Met]:
    """The corners of the upper hull that no plan beats in both objectives, the most of the second first."""
    corners: list[Met] = []
    for plan in sorted(plans, key=lambda plan: (plan.first, plan.second)):
        while corners and corners[-1].second <= plan.second:
            corners.pop()
        while len(corners) > 1 and not Edge(corners[-2], plan).is_below(corners[-1]):
            corners.pop()
        corners.append(plan)
    return corners
