"""What promotions of neighbours and of earlier periods take from a period's units, and what complements bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.prior import PULL_LAGS, RIVAL_PULL_WEIGHTS

Floats = NDArray[np.float64]

MOST_TAKEN = 0.8
"""Of a period's units; beyond it the logarithm is so steep that one period would rule the fit."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of an uplift: `switching` (n,) from neighbours at once, `pulls` (L, n) from own later periods, `rival_pull`
    (n,) from neighbours' later periods."""

    switching: Floats
    pulls: Floats
    rival_pull: Floats

    @property
    def possible(self) -> Shares:
        """The same between 0 and 1."""
        return Shares(*(np.clip(share, 0.0, 1.0) for share in (self.switching, self.pulls, self.rival_pull)))


@dataclass(frozen=True, slots=True)
class Taking:
    """Shares of each series' own units: `by_neighbours` per unit of switching, `by_before` (L, n, T) per pull.

    Units are taken from the baseline, so of a promoted period they are a smaller part. `by_neighbours_before` is
    per unit of rival pull: neighbours' promotions of earlier periods. `brought` is what promotions of complements
    add, as a share of own units. All but `by_before` are (n, T).
    """

    by_neighbours: Floats
    by_before: Floats
    by_neighbours_before: Floats
    brought: Floats

    @classmethod
    def of(cls, gain: Floats, pressure: Floats, halo: Floats) -> Taking:
        """From own relative gains, neighbours' pressure and halo (relative to the baseline), each (n, T)."""
        own = 1.0 + gain
        before = np.tensordot(RIVAL_PULL_WEIGHTS, earlier(pressure, len(RIVAL_PULL_WEIGHTS)), axes=1)
        return cls(pressure / own, earlier(gain, PULL_LAGS) / own, before / own, halo / own)

    def taken(self, shares: Shares) -> Floats:
        """Net share of own units that is gone."""
        s = shares.possible
        switched = s.switching[:, None] * self.by_neighbours + s.rival_pull[:, None] * self.by_neighbours_before
        pulled = (s.pulls[:, :, None] * self.by_before).sum(axis=0)
        return np.asarray(np.minimum(switched + pulled - self.brought, MOST_TAKEN))


@dataclass(frozen=True, slots=True)
class Tangent:
    """log(1 - taken), linear around given shares:

    `offset` - switching * `pressure` - pulls * `before` - rival pull * `pressure_before`.
    """

    offset: Floats
    pressure: Floats
    before: Floats
    pressure_before: Floats

    @classmethod
    def around(cls, taking: Taking, shares: Shares) -> Tangent:
        """The tangent at `shares`."""
        taken, s = taking.taken(shares), shares.possible
        slope = np.where(taken < MOST_TAKEN, 1.0 / (1.0 - taken), 0.0)
        pressure, before = slope * taking.by_neighbours, slope[None] * taking.by_before
        pressure_before = slope * taking.by_neighbours_before
        at = s.switching[:, None] * pressure + s.rival_pull[:, None] * pressure_before
        at = at + (s.pulls[:, :, None] * before).sum(axis=0)
        return cls(np.log1p(-taken) + at, pressure, before, pressure_before)


def earlier(gain: Floats, n_lags: int) -> Floats:
    """Gains one to `n_lags` periods before, (L, n, T); nothing is known before the first period."""
    n, n_periods = gain.shape
    out = np.zeros((n_lags, n, n_periods))
    for k in range(1, min(n_lags, n_periods - 1) + 1):
        out[k - 1, :, k:] = gain[:, :-k]
    return out
