"""What is taken soon after what: pairs of purchases in a customer's course, nearer ones counting more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.neighbours import Neighbours, nearest

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CoVisit:
    """Two purchases of a customer at most `reach` rows apart tell of each other, `decay` times less per row more.

    The later speaks for the earlier `backward` times as much as the other way round. `popularity` divides by
    the buyers of the target to this power: at 0 popular items win, at 1 rare ones. Histories count `last_decay`
    times less per order back.
    """

    reach: int = 10
    decay: float = 0.8
    backward: float = 0.5
    popularity: float = 0.15
    last_decay: float = 0.6
    n_neighbours: int = 100

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "covisit"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> Neighbours:
        """Count pairs of rows, near ones in full."""
        counts = self._counts(seen)
        n_buyers = np.maximum(np.bincount(seen.pairs % seen.n_items, minlength=seen.n_items), 1.0)
        source, target = 1.0 / n_buyers, n_buyers**-self.popularity
        counts.data *= source[counts.row] * target[counts.col]
        weights = counts.tocsr()

        def likeness(part: Any, start: int) -> Any:
            return weights[start : start + part.shape[1]]

        return Neighbours(nearest(weights, likeness, self.n_neighbours), last_decay=self.last_decay)

    def _counts(self, seen: Interactions) -> Any:
        parts = []
        for apart in range(1, self.reach + 1):
            is_same = seen.customer[apart:] == seen.customer[:-apart]
            earlier, later = seen.item[:-apart][is_same], seen.item[apart:][is_same]
            worth = np.full(len(earlier), self.decay ** (apart - 1))
            parts += [(earlier, later, worth), (later, earlier, self.backward * worth)]
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        counts = sparse.coo_matrix((values, (rows, columns)), shape=(seen.n_items, seen.n_items))
        counts.sum_duplicates()
        return counts
