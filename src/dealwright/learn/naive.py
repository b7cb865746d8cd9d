"""What a shop that only compares with the weeks before would say: shown beside a review, never believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

N_WEEKS = 4


def before_and_after(units: NDArray[np.float64], is_plain: NDArray[np.bool_], first: int) -> float:
    """Mean units of the last `N_WEEKS` periods without promotion before period `first`; arrays are (T,).

    Without any, the mean of all periods without promotion; without those either, zero.

    >>> before_and_after(np.array([9.0, 10, 12, 30, 11]), np.array([True, True, True, False, True]), 3)
    10.333333333333334
    """
    before = np.flatnonzero(is_plain[:first])[-N_WEEKS:]
    chosen = before if len(before) else np.flatnonzero(is_plain)
    return float(units[chosen].mean()) if len(chosen) else 0.0
