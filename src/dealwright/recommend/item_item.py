"""What is taken by those who took the same: each item's nearest neighbours by cosine of who bought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.neighbours import Neighbours, nearest

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ItemItem:
    """The `n_neighbours` nearest items; `shrink` holds back likeness seen in few customers."""

    n_neighbours: int = 50
    shrink: float = 10.0
    half_life_weeks: float | None = None

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "item_item"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> Neighbours:
        """Cosine of columns, shrunk by how many customers bought both."""
        taken = history(seen, weight=Weight.LOG, half_life_weeks=self.half_life_weeks)
        once = history(seen, weight=Weight.ONCE)
        length = np.sqrt(np.asarray(taken.multiply(taken).sum(axis=0)).ravel())
        scaled = _scaled(taken, 1.0 / np.maximum(length, 1e-12))

        def likeness(part: Any, start: int) -> Any:
            both = once[:, start : start + part.shape[1]].T @ once
            alike = part.T @ scaled
            # Both have the same places, as neither weight is ever 0; they only need the same order.
            alike.sort_indices()
            both.sort_indices()
            alike.data *= both.data / (both.data + np.float32(self.shrink))
            return alike

        return Neighbours(
            nearest(scaled, likeness, self.n_neighbours), weight=Weight.LOG, half_life_weeks=self.half_life_weeks
        )


def _scaled(matrix: Any, by_column: NDArray[Any]) -> Any:
    scaled = matrix.copy()
    scaled.data = scaled.data * by_column[scaled.indices].astype(np.float32)
    return scaled
