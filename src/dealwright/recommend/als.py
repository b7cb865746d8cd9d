"""Hidden tastes of customers and features of items, by alternating least squares on weighted purchases.

Hu, Koren, Volinsky (2008), Collaborative filtering for implicit feedback datasets: what was not bought is a weak no
and what was bought a yes with confidence 1 + alpha x weight. Solved exactly, one after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.factors import Factors
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Als:
    """`n_factors` tastes; `penalty` holds them back; `n_rounds` of solving customers, then items."""

    n_factors: int = 64
    penalty: float = 5.0
    alpha: float = 1.0
    n_rounds: int = 8
    half_life_weeks: float | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "als"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> Factors:
        """Start from small random items; the same seed always gives the same."""
        taken = history(seen, weight=Weight.LOG, half_life_weeks=self.half_life_weeks)
        turned = taken.T.tocsr()
        items = 0.01 * stream(self.seed, "als").standard_normal((seen.n_items, self.n_factors))
        items[np.diff(turned.indptr) == 0] = 0.0
        for _ in range(self.n_rounds):
            customers = solve(taken, items, penalty=self.penalty, alpha=self.alpha)
            items = solve(turned, customers, penalty=self.penalty, alpha=self.alpha)
        return Factors(
            items,
            np.diff(turned.indptr) > 0,
            penalty=self.penalty,
            alpha=self.alpha,
            half_life_weeks=self.half_life_weeks,
        )


def solve(taken: Any, other: Floats, *, penalty: float, alpha: float) -> Floats:
    """The factors of the rows of `taken` (n, k), given those of its columns; zeros for an empty row."""
    k = other.shape[1]
    base = other.T @ other + penalty * np.eye(k)
    solved = np.zeros((taken.shape[0], k))
    for row in np.flatnonzero(np.diff(taken.indptr)):
        span = slice(taken.indptr[row], taken.indptr[row + 1])
        mine, extra = other[taken.indices[span]], alpha * taken.data[span].astype(np.float64)
        solved[row] = np.linalg.solve(base + (mine.T * extra) @ mine, mine.T @ (1.0 + extra))
    return solved
