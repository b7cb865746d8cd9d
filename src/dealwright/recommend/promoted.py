"""Which items are promoted when: what was, and what is planned for the weeks to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PAST_WEEKS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Promoted:
    """One row per item and span of days: from `starts` up to, not including, `ends` (days from 1970-01-01).

    `display` and `mailer` are shares of stores. A plan of weeks to come is known today; what lies beyond the weeks
    asked about is never looked at.
    """

    item: Ints
    starts: Ints
    ends: Ints
    display: Floats
    mailer: Floats

    def __post_init__(self) -> None:
        if (self.ends <= self.starts).any():
            raise InputError("a promotion ends after it starts; give the day after its last as its end")

    def numbers(self, now: int, n_items: int, *, horizon_days: int) -> dict[str, Floats]:
        """Mean shares of stores over the days to come and over the weeks past, for each item (n_items)."""
        past = round(7 * PAST_WEEKS)
        return {
            f"{name}_{when}": self._mean(values, begin, end, n_items)
            for name, values in (("display", self.display), ("mailer", self.mailer))
            for when, begin, end in (("coming", now, now + horizon_days), ("lately", now - past, now))
        }

    def _mean(self, share: Floats, begin: int, end: int, n_items: int) -> Floats:
        days = np.minimum(self.ends, end) - np.maximum(self.starts, begin)
        inside = days > 0
        total: Floats = np.bincount(self.item[inside], share[inside] * days[inside], n_items) / (end - begin)
        return total
