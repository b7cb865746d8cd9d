"""Whether what promotions take adds up in units, or is a share of whatever a period sells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.losses import Shares, Taking

Floats = NDArray[np.float64]

UNKNOWN_ADDITIVITY = 0.5
"""Where nothing was learnt yet."""
CANDIDATES = (0.0, 0.25, 0.5, 0.75, 1.0)


def learn_additivity(
    units: Floats,
    without: Floats,
    weight: Floats,
    *,
    gain: Floats,
    pressure: Floats,
    brought: Floats,
    shares: Shares,
) -> float:
    """The mean additivity over `CANDIDATES`, each as likely as the sales it explains; all alike before sales.

    `without` (n, T) are expected units if nothing were taken or brought, `weight` (n, T) the inverse of variance
    over mean, 0 where nothing can be learnt; the others as in `Taking.of`. Series' levels follow each candidate, so
    that only how sales differ between periods counts.
    """
    likelihood = np.array(
        [
            _log_likelihood(
                units, without * (1.0 - Taking.of(gain, pressure, brought, additivity=one).taken(shares)), weight
            )
            for one in CANDIDATES
        ]
    )
    chance = np.exp(likelihood - likelihood.max())
    return float(chance @ CANDIDATES / chance.sum())


def _log_likelihood(units: Floats, expected: Floats, weight: Floats) -> float:
    """Quasi-Poisson, each series at the level that suits it."""
    level = (weight * units).sum(axis=1) / np.maximum((weight * expected).sum(axis=1), 1e-9)
    mean = np.maximum(level[:, None] * expected, 1e-9)
    return float((weight * (units * np.log(mean) - mean)).sum())
