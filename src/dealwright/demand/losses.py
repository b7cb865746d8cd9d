"""What promotions of neighbours and of earlier periods take from a period's units, and what complements bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.prior import PULL_LAGS

Floats = NDArray[np.float64]

MOST_TAKEN = 0.8
"""Of a period's units; beyond it the logarithm is so steep that one period would rule the fit."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Shares of each series' own units: `by_neighbours` per unit of switching, `by_before` (L, n, T) per pull.

    Units are taken from the baseline, so of a promoted period they are a smaller part. `brought` is what
    promotions of complements add, as a share of own units. All but `by_before` are (n, T).
    """

    by_neighbours: Floats
    by_before: Floats
    brought: Floats

    @classmethod
    def of(cls, gain: Floats, pressure: Floats, halo: Floats) -> Taking:
        """From own relative gains, neighbours' pressure and halo (relative to the baseline), each (n, T)."""
        own = 1.0 + gain
        return cls(pressure / own, earlier(gain) / own, halo / own)

    def taken(self, switching: Floats, pulls: Floats) -> Floats:
        """Net share of own units that is gone, for `switching` (n,) and `pulls` (L, n)."""
        switched = np.clip(switching, 0.0, 1.0)[:, None] * self.by_neighbours
        pulled = (np.clip(pulls, 0.0, 1.0)[:, :, None] * self.by_before).sum(axis=0)
        return np.asarray(np.minimum(switched + pulled - self.brought, MOST_TAKEN))


@dataclass(frozen=True, slots=True)
class Tangent:
    """log(1 - taken) as `offset` - switching * `pressure` - pulls * `before`: linear around given coefficients."""

    offset: Floats
    pressure: Floats
    before: Floats

    @classmethod
    def around(cls, taking: Taking, switching: Floats, pulls: Floats) -> Tangent:
        """The tangent at `switching` (n,) and `pulls` (L, n)."""
        taken = taking.taken(switching, pulls)
        slope = np.where(taken < MOST_TAKEN, 1.0 / (1.0 - taken), 0.0)
        pressure, before = slope * taking.by_neighbours, slope[None] * taking.by_before
        at = np.clip(switching, 0.0, 1.0)[:, None] * pressure
        at = at + (np.clip(pulls, 0.0, 1.0)[:, :, None] * before).sum(axis=0)
        return cls(np.log1p(-taken) + at, pressure, before)


def earlier(gain: Floats) -> Floats:
    """Gains one to `PULL_LAGS` periods before, (L, n, T); nothing is known before the first period."""
    n, n_periods = gain.shape
    out = np.zeros((PULL_LAGS, n, n_periods))
    for k in range(1, min(PULL_LAGS, n_periods - 1) + 1):
        out[k - 1, :, k:] = gain[:, :-k]
    return out
