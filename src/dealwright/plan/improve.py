"""Making a plan better by what it truly adds, where the planner's own objective is an approximation.

Each round asks the truth what every offer adds beside the plan as it is, and tries what follows from that: the best
plan of these values, or else single changes and exchanges. What is tried is kept if the truth says that it is
better, or category by category where only some are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint
from dealwright.plan.constraints.check import indicator
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import Solver
from dealwright.plan.solvers.rows import RowSystem, row_system
from dealwright.plan.solvers.start import worth_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDING = 1e-9
"""A plan that is better by less, relative, is not."""


class Truth(Protocol):
    """What plans (n, T) truly add to the objective."""

    def by_category(self, choice: Ints) -> Floats:
        """In all, by category, (C,)."""
        ...

    def beside(self, choice: Ints) -> Floats:
        """What each offer adds beside the other promotions, to first order, (n, T, K)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A plan, what it truly adds by category, and what plans are compared by (see `start.worth_of`)."""

    choice: Ints
    by_category: Floats
    worth: tuple[float, ...]

    @property
    def objective(self) -> float:
        """What it truly adds."""
        return float(self.by_category.sum())


def improve(
    problem: PlanningProblem,
    constraints: Sequence[Constraint],
    starts: Sequence[Ints],
    truth: Truth,
    solver: Solver,
    *,
    most_rounds: int = 8,
) -> Judged:
    """The best of `starts`, all admissible, or what is found from it in at most so many rounds."""
    search = _Search(problem, list(constraints), truth, row_system(problem, constraints))
    best = max((search.judge(choice) for choice in starts), key=lambda plan: plan.worth)

    def solve_again(plan: Judged) -> Ints:
        return solver.solve(_apart(problem, truth.beside(plan.choice)), search.constraints).choice

    for _ in range(most_rounds):
        better = search.better(best, solve_again(best)) or search.better(best, search.changed(best))
        if better is None:
            break
        best = better
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    problem: PlanningProblem
    constraints: list[Constraint]
    truth: Truth
    system: RowSystem

    def judge(self, choice: Ints) -> Judged:
        by_category = self.truth.by_category(choice)
        worth = worth_of(self.problem, self.constraints, choice, objective=float(by_category.sum()))
        return Judged(choice, by_category, worth)

    def better(self, best: Judged, choice: Ints) -> Judged | None:
        """The proposal if it is better, else its better categories if they are; None if neither."""
        if (choice == best.choice).all():
            return None
        tried = self.judge(choice)
        if _is_better(tried, best):
            return tried
        gains = (tried.by_category > best.by_category)[self.problem.category_of]
        merged = np.where(gains[:, None], choice, best.choice)
        if (merged == best.choice).all() or not self.system.keeps(indicator(self.problem, merged)):
            return None
        judged = self.judge(merged)
        return judged if _is_better(judged, best) else None

    def changed(self, plan: Judged) -> Ints:
        """The most promising change of each category that the limits leave room for, all at once."""
        value = self.truth.beside(plan.choice)
        choice, done = plan.choice.copy(), set()
        for change in self._changes(value, plan.choice):
            category = int(self.problem.category_of[change.product])
            if category in done:
                continue
            trial = change.applied(choice)
            if self.system.keeps(indicator(self.problem, trial)):
                choice = trial
                done.add(category)
        return choice

    def _changes(self, value: Floats, choice: Ints) -> Iterator[_Change]:
        """Those that promise something, the most first: another offer, alone or in place of a promotion."""
        n, n_weeks, _ = self.problem.shape
        i, t = np.ogrid[:n, :n_weeks]
        now = value[i, t, choice]
        is_allowed = self.system.is_allowed.reshape(self.problem.shape)
        gain = np.where(is_allowed, value, -np.inf) - now[:, :, None]
        gain[i, t, choice] = -np.inf
        found = [
            _Change(float(gain[at]), int(at[0]), int(at[1]), int(at[2])) for at in map(tuple, np.argwhere(gain > 0))
        ]
        found = sorted(found, key=lambda change: -change.gain)[:MOST_TRIED]
        running = [(int(i), int(t)) for i, t in np.argwhere(choice > 0)]
        found += [
            replace(change, gain=change.gain - float(now[place]), without=place)
            for change in found
            for place in running
            if self._is_near(change, place) and change.gain > now[place]
        ]
        return iter(sorted(found, key=lambda change: -change.gain))

    def _is_near(self, change: _Change, place: tuple[int, int]) -> bool:
        """Of the same product, or of its category in the same week: what takes its room."""
        if place == (change.product, change.week):
            return False
        category_of = self.problem.category_of
        is_same = category_of[place[0]] == category_of[change.product] and place[1] == change.week
        return bool(is_same or place[0] == change.product)


MOST_TRIED = 300
"""Changes of a round; those that promise less hardly ever come to pass."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Offer `offer` for a product and week, and no more promotion at `without`; `gain` is what that promises."""

    gain: float
    product: int
    week: int
    offer: int
    without: tuple[int, int] | None = None

    def applied(self, choice: Ints) -> Ints:
        changed = choice.copy()
        if self.without is not None:
            changed[self.without] = 0
        changed[self.product, self.week] = self.offer
        return changed


def _apart(problem: PlanningProblem, value: Floats) -> PlanningProblem:
    """The problem with these values and no pairs."""
    return replace(
        problem, value=value, taken=np.zeros_like(problem.taken), given_up=np.zeros_like(problem.given_up)
    )


def _is_better(one: Judged, other: Judged) -> bool:
    """By more than rounding."""
    return one.worth > tuple(worth + ROUNDING * abs(worth) for worth in other.worth)
