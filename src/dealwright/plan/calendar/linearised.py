"""The calendar problem without interaction of promotions: each valued as if it were its item's only one.

Cohen, Leung, Panchamgam, Perakis, Smith: "The impact of linear optimization on promotion planning", Operations
Research 65(2), 2017. Exact where a gap as long as the memory keeps promotions from meeting one another's dip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Linearised:
    """`nothing` (n,): what no promotion at all earns; `alone` (n, T, K): what one promotion alone adds to it."""

    nothing: Floats
    alone: Floats


def linearise(problem: CalendarProblem) -> Linearised:
    """Value of only this promotion less value of none; past promotions count in both."""
    _, n_periods, _ = problem.shape
    left = problem.left_by_past()[:, :, None]
    reward = problem.plain + problem.scaled * left
    usual = reward[:, :, 0]
    alone = reward - usual[:, :, None]
    later = problem.scaled[:, :, 0] * left[:, :, 0]
    for m in range(1, min(problem.factor.shape[1], n_periods - 1) + 1):
        alone[:, : n_periods - m] += later[:, m:, None] * (problem.factor[:, m - 1, None, :] - 1.0)
    return Linearised(usual.sum(axis=1), alone)


def memory_of(problem: CalendarProblem) -> NDArray[np.int64]:
    """After how many periods each item's promotions are forgotten, (n,)."""
    acts = (problem.factor != 1.0).any(axis=2)
    lags = np.arange(1, acts.shape[1] + 1)
    return np.asarray((acts * lags).max(axis=1, initial=0), dtype=np.int64)


def is_exact(problem: CalendarProblem) -> Flags:
    """Items whose promotions never meet one another's dip, (n,)."""
    memory, rules = memory_of(problem), problem.rules
    return np.asarray((memory == 0) | ((rules.most_length <= 1) & (rules.gap >= memory)))


def linearised_problem(problem: CalendarProblem) -> CalendarProblem:
    """The same rules and rows with the linearised objective, which remembers nothing."""
    n, n_periods, n_offers = problem.shape
    parts = linearise(problem)
    plain = parts.alone.copy()
    # Spread, so that each period's "no promotion" stands for its part of what no promotion at all earns.
    plain += (parts.nothing / max(n_periods, 1))[:, None, None]
    return replace(
        problem, plain=plain, scaled=np.zeros((n, n_periods, n_offers)), factor=np.ones((n, 0, n_offers))
    )
