"""How wide forecasts must be to hold what is sold as often as they say, whatever model made them.

A period's units scatter around their forecast m with a variance of noise * m + (drift * m)^2: chance of single
purchases, which is the series' own, and misjudged levels, which grow with the horizon. The scatter is laid out as a
gamma distribution; where that is not its true form, the levels of its quantiles are moved until the trials hold
what they should (conformal recalibration), by volume of the series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv

from dealwright.demand.trial import Trial
from dealwright.demand.volume import LEAST_MEAN, VOLUMES, noise_of, volume_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID = np.array([0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99])
"""Levels at which quantiles are calibrated; others are interpolated."""
LEAST_CELLS = 300
"""A volume class with fewer series-periods in the trials takes the calibration of all."""
_LEVELS = (0.002, 0.998)


@dataclass(frozen=True, slots=True)
class Spread:
    """Learnt from trials: `drift` (H,) relative errors of level by horizon, `levels` (V, L) of the gamma to ask
    for at `GRID`, and `ends` (V, 2) those of the 80 % range, by volume class."""

    drift: Floats
    levels: Floats
    ends: Floats

    def quantiles(self, mean: Floats, noise: Floats, volume: Ints, at: Sequence[float]) -> Floats:
        """Quantiles (len(at), n, H) of forecasts (n, H) of series with `noise` (n,) and volume class (n,)."""
        shape, scale = self._gamma(mean, noise)
        asked = np.array([np.interp(at, GRID, row) for row in self.levels])[volume]
        out = np.stack([gammaincinv(shape, asked[:, k, None]) * scale for k in range(len(at))])
        return np.asarray(np.maximum.accumulate(np.where(mean > 0, out, 0.0), axis=0))

    def range80(self, mean: Floats, noise: Floats, volume: Ints) -> Floats:
        """Low and high (2, n, H) that hold 80 % of single periods; low is a whole number of units.

        Where many periods sell nothing the range starts at zero, and all the misses lie above it.
        """
        shape, scale = self._gamma(mean, noise)
        low, high = (gammaincinv(shape, self.ends[volume, k, None]) * scale for k in range(2))
        return np.stack([np.floor(np.where(mean > 0, low, 0.0)), np.where(mean > 0, high, 0.0)])

    def _gamma(self, mean: Floats, noise: Floats) -> tuple[Floats, Floats]:
        drift = self.drift[np.minimum(np.arange(mean.shape[1]), len(self.drift) - 1)]
        return _shape_and_scale(mean, noise, drift)


def learn_spread(trials: Sequence[Trial], forecasts: Sequence[Floats]) -> Spread:
    """From what was forecast (n, H) in each trial, and what was sold."""
    mean = np.maximum(np.concatenate(list(forecasts)), LEAST_MEAN)
    actual = np.concatenate([t.actual for t in trials])
    is_judged = np.concatenate([t.is_judged for t in trials])
    noise = np.concatenate([noise_of(t.past) for t in trials])
    volume = np.concatenate([volume_of(t.level) for t in trials])
    drift = _drift(mean, actual, noise, is_judged)
    shape, scale = _shape_and_scale(mean, noise, drift)
    below, below_next = gammainc(shape, actual / scale), gammainc(shape, (actual + 1.0) / scale)
    levels, ends = [], []
    for k in range(len(VOLUMES)):
        own = is_judged & (volume == k)[:, None]
        use = own if own.sum() >= LEAST_CELLS else is_judged
        levels.append(_levels(below[use]))
        ends.append(_ends(below[use], below_next[use]))
    return Spread(drift, np.array(levels), np.array(ends))


def _shape_and_scale(mean: Floats, noise: Floats, drift: Floats) -> tuple[Floats, Floats]:
    mean = np.maximum(mean, LEAST_MEAN)
    variance = noise[:, None] * mean + (drift * mean) ** 2
    return mean**2 / variance, variance / mean


def _drift(mean: Floats, actual: Floats, noise: Floats, is_judged: NDArray[np.bool_]) -> Floats:
    """Relative errors of level by horizon that explain what chance does not; a line, never falling."""
    square = np.where(is_judged, (actual - mean) ** 2 - noise[:, None] * mean, 0.0)
    # A few runaway series would widen all: each counts for at most its forecast, squared.
    square = np.minimum(square, mean**2)
    found = square.sum(axis=0) / np.maximum((is_judged * mean**2).sum(axis=0), 1e-9)
    horizon = np.arange(len(found))
    slope, start = np.polyfit(horizon, found, 1) if len(found) > 2 else (0.0, float(found.mean()))
    line = start + slope * horizon if slope > 0 else np.full(len(found), found.mean())
    return np.asarray(np.sqrt(np.maximum(line, 0.0)))


def _levels(below: Floats) -> Floats:
    """For each level of `GRID` the level of the gamma below which such a share of the trials lies.

    Without any cell to judge by, the gamma is taken at its word.
    """
    if below.size == 0:
        return GRID
    return np.asarray(np.clip(np.quantile(below, GRID), *_LEVELS))


def _ends(below: Floats, below_next: Floats) -> Floats:
    """Levels of the ends of a range that holds 80 %.

    A tenth is missed below: a whole number of units is below the low end, rounded down, if one more unit is at most
    the end itself. The rest is missed above. Without any cell to judge by, the gamma is taken at its word.
    """
    if below.size == 0:
        return np.array([0.1, 0.9])
    low = float(np.clip(np.quantile(below_next, 0.1), *_LEVELS))
    missed = float((below_next <= low).mean())
    return np.array([low, float(np.clip(np.quantile(below, min(0.8 + missed, 1.0)), *_LEVELS))])
