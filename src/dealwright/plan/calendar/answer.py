"""What the calendar solver returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.incumbent import Incumbent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """The best calendar found, and what is proven about every other.

    `choice` (n, T), None if none was found; `extra` (E,); `objective` of both; `bound`, which no admissible
    calendar exceeds (-inf: there is none). `row_price` (R,) proves it: the gain from one unit more of a row's
    `high` (positive) or `low` (negative). `n_rounds` of column generation. Without a choice, `unmet_items` have no
    schedule of their own, and `unmet_rows` are rows that cannot be kept together.
    """

    choice: Ints | None
    extra: Floats
    objective: float
    bound: float
    row_price: Floats
    n_rounds: int
    unmet_items: tuple[int, ...] = ()
    unmet_rows: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """How much better a calendar could be at most, relative to this one's objective."""
        if self.bound <= self.objective:
            return 0.0
        return (self.bound - self.objective) / max(abs(self.objective), 1e-9)

    @property
    def is_impossible(self) -> bool:
        """Whether it is proven that no calendar keeps the rules and rows."""
        return self.bound == -np.inf

    @classmethod
    def impossible(cls, n_rows: int, *, items: Ints | None = None, rows: Ints | None = None) -> CalendarAnswer:
        """Nothing is admissible because of these items or rows."""
        return cls(
            choice=None,
            extra=np.zeros(0),
            objective=-np.inf,
            bound=-np.inf,
            row_price=np.zeros(n_rows),
            n_rounds=0,
            unmet_items=() if items is None else tuple(items.tolist()),
            unmet_rows=() if rows is None else tuple(rows.tolist()),
        )

    @classmethod
    def found(cls, best: Incumbent | None, *, bound: float, row_price: Floats, n_rounds: int) -> CalendarAnswer:
        """A calendar, if there is one, with its proof."""
        if best is None:
            return cls(None, np.zeros(0), -np.inf, bound, row_price, n_rounds)
        return cls(best.choice, best.extra, best.objective, max(bound, best.objective), row_price, n_rounds)
