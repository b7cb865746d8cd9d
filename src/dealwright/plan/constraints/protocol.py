"""What a limit on plans is: a sentence, the cells it forbids, and the sums it binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dealwright.plan.problem import PlanningProblem

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of `weights` over the chosen `cells` <= high; cells are flat indices into (n, T, K)."""

    label: str
    cells: Ints
    weights: Floats
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class Rows:
    """R rows in one piece: row r has `cells[starts[r]:starts[r + 1]]` with their `weights`; `low`, `high` (R,).

    Iterating gives each as a `Row`.
    """

    labels: tuple[str, ...]
    starts: Ints
    cells: Ints
    weights: Floats
    low: Floats
    high: Floats

    @classmethod
    def none(cls) -> Rows:
        """No row at all."""
        empty = np.empty(0)
        return cls((), np.zeros(1, dtype=np.int64), empty.astype(np.int64), empty, empty, empty)

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        *,
        row: Ints,
        cells: Ints,
        weights: Floats | float = 1.0,
        low: Floats | float = -np.inf,
        high: Floats | float = np.inf,
    ) -> Rows:
        """From loose entries: `row`, `cells` and `weights` are alike in length and in any order."""
        n_rows = len(labels)
        order = np.argsort(row, kind="stable")
        counts = np.bincount(row, minlength=n_rows)
        return cls(
            labels=tuple(labels),
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            cells=cells[order],
            weights=np.asarray(np.broadcast_to(weights, cells.shape), dtype=np.float64)[order],
            low=np.asarray(np.broadcast_to(low, n_rows), dtype=np.float64),
            high=np.asarray(np.broadcast_to(high, n_rows), dtype=np.float64),
        )

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """The rows of all parts, in order."""
        if not parts:
            return cls.none()
        before = np.cumsum([0, *(len(part.cells) for part in parts)])
        starts = [part.starts[1:] + offset for part, offset in zip(parts, before[:-1], strict=True)]
        return cls(
            labels=tuple(label for part in parts for label in part.labels),
            starts=np.concatenate([[0], *starts]).astype(np.int64),
            cells=np.concatenate([part.cells for part in parts]),
            weights=np.concatenate([part.weights for part in parts]),
            low=np.concatenate([part.low for part in parts]),
            high=np.concatenate([part.high for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Row]:
        for r, label in enumerate(self.labels):
            inside = slice(self.starts[r], self.starts[r + 1])
            yield Row(label, self.cells[inside], self.weights[inside], float(self.low[r]), float(self.high[r]))

    def matrix(self, n_cells: int) -> csr_array:
        """The weights, (R, number of cells)."""
        return csr_array((self.weights, self.cells, self.starts), shape=(len(self), n_cells))

    def totals(self, chosen: Floats) -> Floats:
        """What each row sums to; `chosen` is 1 at the flat indices of the chosen cells, else 0."""
        return np.asarray(self.matrix(len(chosen)) @ chosen)


class Constraint(Protocol):
    """A limit. It forbids cells outright, or binds sums of cells by rows, or both.

    `code` and `params` make its sentence (`plan.words.sentence`).
    """

    @property
    def code(self) -> str:
        """Which kind of limit."""
        ...

    def params(self) -> dict[str, object]:
        """What its sentence needs."""
        ...

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Cells (n, T, K) that may not be chosen, or None."""
        ...

    def rows(self, problem: PlanningProblem) -> Rows:
        """The sums it binds; "no promotion" is never among their cells."""
        ...


class NoRows:
    """A constraint that only forbids."""

    __slots__ = ()

    def rows(self, problem: PlanningProblem) -> Rows:
        """None."""
        del problem
        return Rows.none()


class ForbidsNothing:
    """A constraint that only binds sums."""

    __slots__ = ()

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Nothing."""
        del problem
        return None
