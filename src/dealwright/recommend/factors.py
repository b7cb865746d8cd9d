"""Scores from hidden features of items: a customer's tastes are worked out from their history when asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """`items` (n_items, k) and what was bought by anybody; tastes are those that best explain a history.

    `bias` (n_items) is added for everybody, None for nothing. The meaning of `penalty` and `alpha` is that of ALS.
    """

    items: Floats
    is_known: NDArray[np.bool_]
    penalty: float
    alpha: float
    half_life_weeks: float | None = None
    bias: Floats | None = None

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """Tastes times features (n, n_items); `NEVER` without history and for items nobody bought."""
        theirs = history(seen, customers, weight=Weight.LOG, half_life_weeks=self.half_life_weeks)
        scores = np.full((len(customers), len(self.items)), NEVER)
        base = self._base()
        for row in np.flatnonzero(np.diff(theirs.indptr)):
            span = slice(theirs.indptr[row], theirs.indptr[row + 1])
            tastes = self._tastes(base, theirs.indices[span], theirs.data[span].astype(np.float64))
            scores[row] = self.items @ tastes.sum(axis=1)
        if self.bias is not None:
            scores += self.bias
        scores[:, ~self.is_known] = NEVER
        return scores

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each item of the history adds: tastes are a sum over the history."""
        mine = history(seen, np.array([customer]), weight=Weight.LOG, half_life_weeks=self.half_life_weeks)
        if mine.nnz == 0 or not self.is_known[item]:
            raise nothing_to_say(seen, item, customer)
        worth = self.items[item] @ self._tastes(self._base(), mine.indices, mine.data.astype(np.float64))
        parts = {f"bought {seen.items[k]}": float(w) for k, w in zip(mine.indices, worth, strict=True)}
        if self.bias is not None:
            parts["liked by everybody"] = float(self.bias[item])
        return Reasons.of(parts)

    def _base(self) -> Floats:
        base: Floats = self.items.T @ self.items + self.penalty * np.eye(self.items.shape[1])
        return base

    def _tastes(self, base: Floats, items: Ints, weight: Floats) -> Floats:
        """What each item taken adds to the tastes, (k, items taken)."""
        mine, extra = self.items[items], self.alpha * weight
        return np.asarray(np.linalg.solve(base + (mine.T * extra) @ mine, mine.T * (1.0 + extra)), dtype=np.float64)
