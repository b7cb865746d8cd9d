"""Which promotions of the past were one: weeks in a row in which a product was offered alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel

LEAST_CUT = 0.02
LEAST_SUPPORT = 0.05
"""Share of the shop that must have it on display or in the mailer."""
SAME_DEPTH = 0.02
"""Weeks in a row whose depths differ by less are one promotion."""


@dataclass(frozen=True, slots=True)
class Run:
    """Periods `first` to `last` (columns of the panel, both included) in which series `row` was promoted alike."""

    row: int
    first: int
    last: int

    @property
    def periods(self) -> slice:
        """Of the panel."""
        return slice(self.first, self.last + 1)


def promoted_runs(panel: Panel) -> Iterator[Run]:
    """Weeks in a row in which a product was promoted alike, on the shelf and with a known price."""
    is_offered = (is_supported(panel) | (panel.depth >= LEAST_CUT)) & panel.is_active & panel.is_depth_known
    for row in range(len(panel.products)):
        weeks: list[int] = []
        for t in np.flatnonzero(is_offered[row]).tolist():
            if weeks and not (t == weeks[-1] + 1 and _is_alike(panel, row, weeks[0], t)):
                yield Run(row, weeks[0], weeks[-1])
                weeks = []
            weeks.append(t)
        if weeks:
            yield Run(row, weeks[0], weeks[-1])


def is_supported(panel: Panel) -> NDArray[np.bool_]:
    """Where a product was on display or in the mailer of enough of the shop, (n, T)."""
    return np.asarray(np.maximum(panel.display, panel.mailer) >= LEAST_SUPPORT)


def _is_alike(panel: Panel, row: int, one: int, other: int) -> bool:
    return bool(abs(panel.depth[row, one] - panel.depth[row, other]) <= SAME_DEPTH)
