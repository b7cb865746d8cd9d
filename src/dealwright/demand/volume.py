"""How much a series sells, and how restlessly: what series of one kind share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VOLUME_EDGES = (1.5, 5.0, 20.0)
"""Mean units of a period that part sparse, slow, middling and fast series."""
VOLUMES = ("sparse", "slow", "middling", "fast")
NOISE_INERTIA = 20.0
"""Periods of belief that a series is as noisy as those of its volume."""
LEAST_MEAN = 0.02
"""Units of a period below which a series is taken to sell so many, so that nothing is divided by zero."""


def volume_of(level: Floats) -> Ints:
    """The volume class of mean units per period: an index into `VOLUMES`."""
    return np.asarray(np.digitize(level, VOLUME_EDGES), dtype=np.int64)


def noise_of(past: Floats) -> Floats:
    """Variance over mean of each series (n,) between neighbouring periods, shrunk towards its volume class."""
    level = past.mean(axis=1)
    own = 0.5 * (np.diff(past, axis=1) ** 2).mean(axis=1) / np.maximum(level, LEAST_MEAN)
    volume = volume_of(level)
    typical = np.array([np.median(own[volume == k]) if (volume == k).any() else 1.0 for k in range(len(VOLUMES))])
    n_periods = past.shape[1]
    shrunk = (own * n_periods + typical[volume] * NOISE_INERTIA) / (n_periods + NOISE_INERTIA)
    return np.asarray(np.maximum(shrunk, 0.5))
