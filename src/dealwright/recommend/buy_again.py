"""What a customer is due to buy again: how often and how lately they bought it, and how its time has come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions, summed
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BuyAgain:
    """The purchases of an item, each counting half as much every `half_life_weeks`.

    With `cycle` above 0, an item bought at least three times scores more as the time since its last purchase
    reaches the customer's own gap between purchases of it, less once several gaps have passed without one.
    """

    half_life_weeks: float = 12.0
    cycle: float = 0.0

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "buy_again"

    def fit(self, _seen: Interactions, _catalogue: Catalogue) -> FittedBuyAgain:
        """Nothing is learnt: each customer's history says it all."""
        return FittedBuyAgain(self.half_life_weeks, self.cycle)


@dataclass(frozen=True, slots=True)
class FittedBuyAgain:
    """Scores what a customer bought before, and nothing else."""

    half_life_weeks: float
    cycle: float

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """Decayed purchases and their timing (n, n_items); `NEVER` for what was not bought before."""
        rows = seen.of(customers)
        pairs = rows.pairs
        often, due = self._parts(rows, pairs)
        place = np.full(seen.n_customers, -1, dtype=np.int64)
        place[customers] = np.arange(len(customers))
        scores = np.full((len(customers), seen.n_items), NEVER)
        scores[place[pairs // seen.n_items], pairs % seen.n_items] = often + due
        return scores[place[customers]]

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """How often and lately it was bought, and how its timing adds or takes away."""
        rows = seen.of(np.array([customer]))
        rows = rows.where(rows.item == item)
        if not len(rows):
            raise nothing_to_say(seen, item, customer)
        often, due = self._parts(rows, rows.pairs)
        return Reasons.of(
            {"bought often and lately": float(often[0]), "time since the last purchase": float(due[0])}
        )

    def _parts(self, rows: Interactions, pairs: Ints) -> tuple[Floats, Floats]:
        place = np.searchsorted(pairs, rows.customer * rows.n_items + rows.item)
        often = summed(place, 0.5 ** (rows.age_weeks / self.half_life_weeks), len(pairs))
        if self.cycle == 0:
            return often, np.zeros(len(pairs))
        elapsed, gap = cycle(rows, pairs, place)
        turns = np.divide(elapsed, gap, out=np.full(len(pairs), np.nan), where=gap > 0)
        # Highest when one gap has passed, nothing at none and at two, below nothing later.
        due = np.nan_to_num(1.0 - np.abs(np.minimum(turns, 3.0) - 1.0))
        return often, self.cycle * often * due


def cycle(rows: Interactions, pairs: Ints, place: Ints) -> tuple[Floats, Floats]:
    """For each pair, the weeks since the last purchase and the mean weeks between days of purchase.

    `place` is the pair of each row. The gap is not a number for fewer than three days of purchase.
    """
    n = len(pairs)
    newest, oldest = np.full(n, np.inf), np.zeros(n)
    np.minimum.at(newest, place, rows.age_weeks)
    np.maximum.at(oldest, place, rows.age_weeks)
    days = np.unique(place * np.int64(rows.end + 1) + rows.day) // np.int64(rows.end + 1)
    n_days = np.bincount(days, minlength=n)
    gap = np.where(n_days >= 3, (oldest - newest) / np.maximum(n_days - 1, 1), np.nan)
    return newest, gap
