"""What most customers take, of late or ever."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Popular:
    """Items by how many different customers bought them, in the last `weeks` or ever (None)."""

    weeks: float | None = None

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "popular" if self.weeks is None else "recent_popular"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> FittedPopular:
        """Count; an item that nobody bought of late is placed among others of its kind by who ever bought it."""
        ever = buyers(seen)
        if self.weeks is None:
            return FittedPopular(np.where(ever > 0, ever, NEVER))
        lately = buyers(seen, weeks=self.weeks)
        return FittedPopular(np.where(ever > 0, lately + ever / (1.0 + ever.max(initial=0.0)), NEVER))


@dataclass(frozen=True, slots=True, eq=False)
class FittedPopular:
    """The same score for everybody, with history or without; ties are broken by who ever bought it."""

    by_item: Floats

    def score(self, _seen: Interactions, customers: Ints) -> Floats:
        """How many customers bought each item (n, n_items)."""
        return np.broadcast_to(self.by_item, (len(customers), len(self.by_item))).copy()

    def explain(self, seen: Interactions, _customer: int, item: int) -> Reasons:
        """One part: its buyers."""
        if self.by_item[item] == NEVER:
            raise nothing_to_say(seen, item)
        return Reasons.of({"customers who bought it": float(self.by_item[item])})


def buyers(seen: Interactions, *, weeks: float | None = None) -> Floats:
    """How many different customers bought each item (n_items), in the last `weeks` or ever."""
    rows = seen if weeks is None else seen.where(seen.age_weeks <= weeks)
    return np.bincount(rows.pairs % seen.n_items, minlength=seen.n_items).astype(np.float64)
