"""How sure a share is that was counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm


def share_interval(
    hits: ArrayLike, of: ArrayLike, *, level: float = 0.9
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the score interval of `hits` out of `of` (Wilson 1927), shapes as given.

    >>> low, high = share_interval(3, 4)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.36 to 0.94
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z2 = norm.isf((1.0 - level) / 2) ** 2
    centre = (k + z2 / 2) / (n + z2)
    reach = np.sqrt(z2) / (n + z2) * np.sqrt(np.maximum(k * (n - k) / n, 0.0) + z2 / 4)
    return np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)
