"""Candidates: pairs of a customer and an item with what is known of them, for a ranker to weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs sorted by customer, and `features` by name, one number per pair; NaN where it means nothing."""

    customer: Ints
    item: Ints
    features: Mapping[str, NDArray[np.float32]]

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def names(self) -> tuple[str, ...]:
        """The features in order."""
        return tuple(self.features)

    def only(self, places: Ints) -> Pairs:
        """Some of the pairs."""
        features = {name: values[places] for name, values in self.features.items()}
        return Pairs(self.customer[places], self.item[places], features)

    def table(self) -> NDArray[np.float32]:
        """All features (n, k)."""
        if not len(self):
            return np.zeros((0, len(self.features)), dtype=np.float32)
        return np.column_stack(list(self.features.values()))


def single(values: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
    """Features as 32-bit numbers."""
    return {name: np.asarray(column, dtype=np.float32) for name, column in values.items()}


def looked_up(keys: Ints, values: Floats, asked: Ints, *, absent: float) -> Floats:
    """The value of each asked key in ascending `keys`, `absent` where it is not there."""
    if not len(keys):
        return np.full(len(asked), absent)
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[place] == asked, values[place], absent)


def best_per_group(group: Ints, score: NDArray[Any], n: int) -> NDArray[np.bool_]:
    """Whether each row is among the `n` highest of its group (ascending); ties go to what comes first."""
    order = np.lexsort((np.arange(len(group)), -score, group))
    rank = np.arange(len(group)) - np.searchsorted(group, group)
    is_best = np.zeros(len(group), dtype=np.bool_)
    is_best[order[rank < n]] = True
    return is_best
