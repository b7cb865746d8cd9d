"""Constraints as one sparse system, the form solvers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from dealwright.plan.constraints import Constraint, Soft
from dealwright.plan.problem import PlanningProblem

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

HARD = np.inf


@dataclass(frozen=True, slots=True)
class RowSystem:
    """low <= matrix @ x <= high over flat cells, which constraint each row is of, and the cells allowed.

    `penalty` is what each unit outside a row's limits costs (minor units; infinite: it must hold). Rows of a
    `priority` above 0 are broken no more, weighed by their penalties, than `most_given_up` of that priority says.
    """

    matrix: csr_array
    low: Floats
    high: Floats
    owner: tuple[int, ...]
    labels: tuple[str, ...]
    is_allowed: Flags
    penalty: Floats
    priority: Ints
    most_given_up: tuple[tuple[int, float], ...] = ()

    @property
    def is_soft(self) -> Flags:
        """Which rows may be broken at a price."""
        return np.isfinite(self.penalty)

    def outside(self, x: Floats) -> Floats:
        """By how much each row is broken, (R,); `x` is 1 at the chosen flat cells, else 0."""
        total = self.matrix @ x
        return np.asarray(np.maximum(np.maximum(total - self.high, self.low - total), 0.0))

    def given_up(self, x: Floats) -> float:
        """What the soft rows that are broken cost, minor units."""
        soft = self.is_soft
        return float(self.outside(x)[soft] @ self.penalty[soft])

    def keeps(self, x: Floats) -> bool:
        """Whether all hard rows hold, and no priority gives up more than it may."""
        outside = self.outside(x)
        rounding = 1e-6 * np.maximum(1.0, np.where(np.isfinite(self.high), np.abs(self.high), 0.0))
        if (outside > rounding)[~self.is_soft].any():
            return False
        return all(
            outside[self.priority == priority] @ self.penalty[self.priority == priority] <= most
            for priority, most in self.most_given_up
        )

    def hardened(self, priority: int, most: float) -> RowSystem:
        """The same with a priority settled: broken no more than `most`, or not at all."""
        if most > 0:
            return replace(self, most_given_up=(*self.most_given_up, (priority, most)))
        return replace(self, penalty=np.where(self.priority == priority, HARD, self.penalty))

    def only(self, owners: set[int], is_allowed: Flags) -> RowSystem:
        """The rows of some constraints, with the cells that these allow."""
        rows = np.flatnonzero(np.isin(np.array(self.owner, dtype=np.int64), list(owners)))
        return RowSystem(
            matrix=self.matrix[rows, :],
            low=self.low[rows],
            high=self.high[rows],
            owner=tuple(self.owner[r] for r in rows),
            labels=tuple(self.labels[r] for r in rows),
            is_allowed=is_allowed,
            penalty=self.penalty[rows],
            priority=self.priority[rows],
        )

    def burden(self) -> csc_array:
        """How each cell strains the limits: rows (upper, then turned lower ones) of which more is worse.

        Limits that no plan can break are left out. A cell without a negative entry helps with nothing.
        """
        most = np.asarray(self.matrix.maximum(0).sum(axis=1)).ravel()
        least = np.asarray(self.matrix.minimum(0).sum(axis=1)).ravel()
        upper = np.flatnonzero(most > self.high + 1e-9)
        lower = np.flatnonzero(least < self.low - 1e-9)
        return csc_array(vstack([self.matrix[upper, :], -self.matrix[lower, :]]))


@dataclass(frozen=True, slots=True)
class Slack:
    """Columns by which rows may be left: `matrix` (R, S) adds them to the rows, `upper` (S,) is all they can need.

    `row` (S,) is which row each belongs to.
    """

    row: Ints
    matrix: csr_array
    upper: Floats

    @classmethod
    def of(cls, system: RowSystem, rows: Flags) -> Slack:
        """For the flagged rows: one column above an upper limit, one below a lower one, where it can be broken."""
        most = np.asarray(system.matrix.maximum(0).sum(axis=1)).ravel()
        least = np.asarray(system.matrix.minimum(0).sum(axis=1)).ravel()
        above = np.flatnonzero(rows & (most > system.high + 1e-9))
        below = np.flatnonzero(rows & (least < system.low - 1e-9))
        row = np.concatenate([above, below])
        sign = np.repeat([-1.0, 1.0], [len(above), len(below)])
        upper = np.concatenate([(most - system.high)[above], (system.low - least)[below]])
        matrix = csr_array(coo_array((sign, (row, np.arange(len(row)))), shape=(len(system.low), len(row))))
        return cls(row, matrix, upper)


def row_system(problem: PlanningProblem, constraints: Sequence[Constraint]) -> RowSystem:
    """Assemble all constraints; a cell is allowed if no constraint forbids it."""
    n_cells = problem.value.size
    is_allowed = np.ones(n_cells, dtype=np.bool_)
    parts = [constraint.rows(problem) for constraint in constraints]
    for constraint in constraints:
        forbidden = constraint.forbids(problem)
        if forbidden is not None:
            is_allowed &= ~forbidden.ravel()
    counts = [len(part) for part in parts]
    soft = [constraint if isinstance(constraint, Soft) else None for constraint in constraints]
    return RowSystem(
        matrix=csr_array(vstack([csr_array((0, n_cells)), *(part.matrix(n_cells) for part in parts)])),
        low=_joined([part.low for part in parts]),
        high=_joined([part.high for part in parts]),
        owner=tuple(np.repeat(np.arange(len(parts)), counts).tolist()),
        labels=tuple(label for part in parts for label in part.labels),
        is_allowed=is_allowed,
        penalty=np.repeat([item.penalty_minor if item else HARD for item in soft], counts).astype(np.float64),
        priority=np.repeat([item.priority if item else 0 for item in soft], counts).astype(np.int64),
    )


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *parts])
