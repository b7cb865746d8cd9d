"""A limit from below on what a plan earns.

Limits are rows over cells, and rows know nothing of promotions that meet. This one counts each promotion as if it
met no other, which is never too much because interactions are never negative: whoever keeps it has at least as much
of the objective. Not every plan that has keeps it. So that a plan known to have enough does, the row can count what
the promotions of that plan bring each other as well, which is exact for it and too little for all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.constraints import Rows
from dealwright.plan.constraints.building import over_all, pick
from dealwright.plan.constraints.protocol import ForbidsNothing
from dealwright.plan.problem import PlanningProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDING = 1e-9
"""What sums of worths may miss by, relative."""


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(ForbidsNothing):
    """`values` (n, T, K) of the chosen promotions sum to at least `least`; `what` names what is summed."""

    values: Floats
    least: float
    what: str

    code: ClassVar[str] = "at_least"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": self.what, "least": f"{self.least:g}"}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One over the whole plan."""
        picked = pick(problem)
        return over_all(picked, self.values.ravel()[picked.flat], low=self.least)


def enough(problem: PlanningProblem, least: float, *, near: Ints | None = None, what: str = "objective") -> AtLeast:
    """A limit that only plans with an objective of at least `least` keep, but not all of them: see the module.

    With a plan `near` (n, T) that has enough, what its promotions bring each other counts: it is admitted, and so
    are those like it. InputError if it has less.
    """
    values, met = problem.value.copy(), 0.0
    if near is not None:
        if problem.objective(near) < least - ROUNDING * abs(least):
            raise InputError(
                f"the plan to stay near to has {problem.objective(near):g} of {what}, less than {least:g}"
            )
        for pair in _meetings(problem, near):
            # x_a * x_b >= x_a + x_b - 1, with equality where both run.
            for i, t in (pair.one, pair.other):
                values[i, t, near[i, t]] += pair.worth
            met += pair.worth
    return AtLeast(values, least + met - ROUNDING * (abs(least) + met), what)


def admitting(problem: PlanningProblem, least: float, choice: Ints, *, what: str) -> AtLeast:
    """The limit that counts promotions as if they never met, if it admits a plan, else the one near that plan."""
    return enough(problem, least, near=None if problem.apart(choice) >= least else choice, what=what)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Two promoted cells (product, week) of one category and week, and what they are worth beyond their sum."""

    one: tuple[int, int]
    other: tuple[int, int]
    worth: float


def _meetings(problem: PlanningProblem, choice: Ints) -> list[_Meeting]:
    """All pairs of a plan that are worth something together."""
    i, t = np.nonzero(choice)
    given_up, taken = problem.given_up[i, choice[i, t]], problem.taken[i, t, choice[i, t]]
    group = problem.category_of[i] * choice.shape[1] + t
    found = []
    for name in np.unique(group):
        inside = np.flatnonzero(group == name)
        crossed = np.outer(given_up[inside], taken[inside])
        for a, b in np.argwhere(np.triu(crossed + crossed.T, k=1) > 0):
            cells = [(int(i[inside[x]]), int(t[inside[x]])) for x in (a, b)]
            found.append(_Meeting(cells[0], cells[1], float(crossed[a, b] + crossed[b, a])))
    return found
