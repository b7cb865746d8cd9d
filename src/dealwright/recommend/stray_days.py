"""Which last days of a history lie so far from all others that their dates must be wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

GAP_DAYS = 14
"""Two weeks without a single purchase; what comes after must be more than a few lines to be believed."""
FEW = 0.01
"""Of all lines."""


def n_believed(days: Ints, n_lines: Ints) -> int:
    """How many of the `days` (ascending, each with its number of lines) are to be believed.

    Every recommender counts time back from the last day: one purchase dated a year ahead would make all others old.
    Days are left out from the first gap of `GAP_DAYS` after which no more than the share `FEW` of lines follows.

    >>> n_believed(np.array([1, 2, 3, 400]), np.array([90, 80, 70, 1]))
    3
    """
    total = int(n_lines.sum())
    left = total - np.cumsum(n_lines)
    is_stray = (np.diff(days) >= GAP_DAYS) & (left[:-1] <= FEW * total)
    return int(np.argmax(is_stray)) + 1 if is_stray.any() else len(days)
