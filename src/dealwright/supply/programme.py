"""A mixed-integer programme, put together in named blocks and solved to a proven optimum by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

RELATIVE_GAP = 1e-9


@dataclass(frozen=True, slots=True)
class Answer:
    """The best point found, its value, and a proven lower limit of what any point can reach."""

    x: Floats
    value: float
    bound: float


@dataclass(slots=True)
class Programme:
    """min cost @ x, put together step by step.

    >>> programme = Programme()
    >>> packs = programme.columns((2,), cost=[3.0, 2.0], high=5.0, is_whole=True)
    >>> programme.at_least([7.0], packs[None, :], np.array([[2.0, 1.0]]))
    >>> programme.solve(node_limit=100).x
    array([3., 1.])
    """

    _costs: list[Floats] = field(default_factory=list)
    _highs: list[Floats] = field(default_factory=list)
    _whole: list[Floats] = field(default_factory=list)
    _entries: list[tuple[Places, Places, Floats]] = field(default_factory=list)
    _row_lows: list[Floats] = field(default_factory=list)
    _row_highs: list[Floats] = field(default_factory=list)
    _n_columns: int = 0
    _n_rows: int = 0

    def columns(
        self, shape: tuple[int, ...], *, cost: ArrayLike = 0.0, high: ArrayLike = np.inf, is_whole: bool = False
    ) -> Places:
        """New variables from 0 to `high`; returns their places in x, in the given shape."""
        n = int(np.prod(shape))
        self._costs.append(np.broadcast_to(np.asarray(cost, dtype=np.float64), shape).ravel())
        self._highs.append(np.broadcast_to(np.asarray(high, dtype=np.float64), shape).ravel())
        self._whole.append(np.full(n, float(is_whole)))
        places = self._n_columns + np.arange(n, dtype=np.int64).reshape(shape)
        self._n_columns += n
        return places

    def between(self, low: ArrayLike, high: ArrayLike, *terms: Places | Floats) -> None:
        """One row per first index: low <= sum of factors x variables <= high.

        `terms` come in pairs: places, (rows, k), and their factors, spread over the same shape.
        """
        n_rows = len(terms[0])
        for places, factors in zip(terms[::2], terms[1::2], strict=True):
            spread = np.broadcast_to(np.asarray(factors, dtype=np.float64), places.shape)
            rows = np.broadcast_to(self._n_rows + np.arange(n_rows)[:, None], places.shape)
            self._entries.append((rows.ravel(), places.ravel().astype(np.int64), spread.ravel()))
        self._row_lows.append(np.broadcast_to(np.asarray(low, dtype=np.float64), (n_rows,)))
        self._row_highs.append(np.broadcast_to(np.asarray(high, dtype=np.float64), (n_rows,)))
        self._n_rows += n_rows

    def at_least(self, low: ArrayLike, *terms: Places | Floats) -> None:
        """Rows with a lower limit only."""
        self.between(low, np.inf, *terms)

    def at_most(self, high: ArrayLike, *terms: Places | Floats) -> None:
        """Rows with an upper limit only."""
        self.between(-np.inf, high, *terms)

    def equal(self, value: ArrayLike, *terms: Places | Floats) -> None:
        """Rows that hit `value`."""
        self.between(value, value, *terms)

    def solve(self, *, node_limit: int) -> Answer | None:
        """The optimum, or the best point within `node_limit` branch-and-bound nodes; None if none was found."""
        rows, places, factors = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = coo_array((factors, (rows, places)), shape=(self._n_rows, self._n_columns))
        cost = np.concatenate(self._costs)
        result = milp(
            cost,
            constraints=LinearConstraint(
                matrix.tocsr(), np.concatenate(self._row_lows), np.concatenate(self._row_highs)
            ),
            bounds=Bounds(0, np.concatenate(self._highs)),
            integrality=np.concatenate(self._whole),
            options={"mip_rel_gap": RELATIVE_GAP, "node_limit": node_limit},
        )
        if result.x is None:
            return None
        # A programme without whole variables has no separate bound: its optimum is one.
        bound = result.fun if result.mip_dual_bound is None else result.mip_dual_bound
        return Answer(np.asarray(result.x), float(result.fun), min(float(bound), float(result.fun)))
