"""What promotions of neighbours and of earlier periods take from a period's units, and what complements bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.prior import PULL_LAGS, RIVAL_PULL_WEIGHTS

Floats = NDArray[np.float64]

MOST_TAKEN = 0.8
"""Of a period's units where losses add up; beyond it the logarithm is so steep that one period would rule."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of an uplift: `switching` (2, n) from neighbours at once, first of what price cuts bring, then of what
    displays and mailers do; `pulls` (L, n) from own later periods, `rival_pull` (n,) from neighbours' later ones.
    """

    switching: Floats
    pulls: Floats
    rival_pull: Floats

    @property
    def possible(self) -> Shares:
        """The same between 0 and 1."""
        return Shares(*(np.clip(share, 0.0, 1.0) for share in (self.switching, self.pulls, self.rival_pull)))


@dataclass(frozen=True, slots=True)
class Taking:
    """What is asked of each series' units: `by_neighbours` (2, n, T) per unit of switching, by what neighbours'
    price cuts bring and by what their displays and mailers do; `by_before` (L, n, T) per pull.

    `by_neighbours_before` (n, T) is per unit of rival pull: neighbours' promotions of earlier periods. `brought`
    (n, T) is what promotions of complements add. `kept` says what stays. With an `additivity` of 1 these are units
    off the baseline, so of a promoted period a smaller part; with 0 a promoted period loses the same part as any.
    """

    by_neighbours: Floats
    by_before: Floats
    by_neighbours_before: Floats
    brought: Floats
    additivity: float

    @classmethod
    def of(cls, gain: Floats, pressure: Floats, halo: Floats, *, additivity: float) -> Taking:
        """From own gains (n, T), neighbours' pressure (2, n, T) and halo (n, T), all relative to the baseline."""
        own = (1.0 + gain) ** additivity
        before = np.tensordot(RIVAL_PULL_WEIGHTS, earlier(pressure.sum(axis=0), len(RIVAL_PULL_WEIGHTS)), axes=1)
        return cls(pressure / own, earlier(gain, PULL_LAGS) / own, before / own, halo / own, additivity)

    def switched(self, shares: Shares) -> Floats:
        """The part of own units that neighbours' promotions ask for at once, (n, T)."""
        return np.asarray((shares.possible.switching[:, :, None] * self.by_neighbours).sum(axis=0))

    def pulled(self, shares: Shares) -> Floats:
        """The part of own units that promotions of earlier periods ask for, (n, T)."""
        s = shares.possible
        own = (s.pulls[:, :, None] * self.by_before).sum(axis=0)
        return np.asarray(own + s.rival_pull[:, None] * self.by_neighbours_before)

    def asked(self, shares: Shares) -> Floats:
        """Net part of own units that is asked for, (n, T)."""
        return self.switched(shares) + self.pulled(shares) - self.brought

    def taken(self, shares: Shares) -> Floats:
        """Net share of own units that is gone."""
        return 1.0 - kept(self.asked(shares), self.additivity)


def kept(asked: Floats, additivity: float) -> Floats:
    """The share of own units that stays if this part of them is asked for (negative: brought), same shape.

    1 - asked where what is taken adds up, exp(-asked) where it is a share of what is left; between them
    (1 - a * asked) ^ (1 / a): then units to the power of `a` are those of own offers less what is taken.
    """
    if additivity < LEAST_ADDITIVITY:
        return np.asarray(np.exp(-asked))
    return np.asarray((1.0 - np.minimum(additivity * asked, MOST_TAKEN)) ** (1.0 / additivity))


LEAST_ADDITIVITY = 1e-3
"""Below it the limit is taken."""


def per_asked(asked: Floats, additivity: float) -> Floats:
    """How much of what is asked for is taken, same shape: times it, parts of `asked` are parts of what is taken."""
    is_any = np.abs(asked) > 1e-9
    taken = 1.0 - kept(asked, additivity)
    return np.where(is_any, taken / np.where(is_any, asked, 1.0), 1.0)


@dataclass(frozen=True, slots=True)
class Tangent:
    """The logarithm of what is kept, linear around given shares:

    `offset` - switching * `pressure` - pulls * `before` - rival pull * `pressure_before`.
    """

    offset: Floats
    pressure: Floats
    before: Floats
    pressure_before: Floats

    @classmethod
    def around(cls, taking: Taking, shares: Shares) -> Tangent:
        """The tangent at `shares`."""
        asked, s = taking.asked(shares), shares.possible
        added = taking.additivity * asked
        slope = np.where(added < MOST_TAKEN, 1.0 / (1.0 - np.minimum(added, MOST_TAKEN)), 0.0)
        pressure, before = slope[None] * taking.by_neighbours, slope[None] * taking.by_before
        pressure_before = slope * taking.by_neighbours_before
        at = (s.switching[:, :, None] * pressure).sum(axis=0) + s.rival_pull[:, None] * pressure_before
        at = at + (s.pulls[:, :, None] * before).sum(axis=0)
        return cls(np.log(kept(asked, taking.additivity)) + at, pressure, before, pressure_before)


def earlier(gain: Floats, n_lags: int) -> Floats:
    """Gains one to `n_lags` periods before, (L, n, T); nothing is known before the first period."""
    n, n_periods = gain.shape
    out = np.zeros((n_lags, n, n_periods))
    for k in range(1, min(n_lags, n_periods - 1) + 1):
        out[k - 1, :, k:] = gain[:, :-k]
    return out
