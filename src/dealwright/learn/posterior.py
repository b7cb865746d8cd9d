"""What a promotion did, given what was expected of it and what was then sold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_UNITS = 0.1
"""Expected units below it are taken for it: a share of nothing says nothing."""
MOST_LIFT_SPREAD = 0.8
"""Standard deviation of the logarithm of a lift around what the model expects; more is not believed."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """How sales scatter around what a model explains, in logarithms.

    `week` is the standard deviation of what moves all of a product's sales in a week and is in no table (weather,
    a rival's offer); `lift` that of single promotions around the lift that was expected of them.
    """

    week: float
    lift: float


def scatter_of(sold: Floats, without: Floats, uplift: Floats, dispersion: Floats) -> Scatter:
    """By moments, from the cells of a history that were on sale; all arrays (k,).

    `without` is what was expected without the cell's own promotion, `uplift` what that adds (0: not promoted),
    `dispersion` the variance over the mean that chance gives. Weeks without promotion tell `week`; what promoted
    weeks scatter beyond it, in the part of their sales that is lift, tells `lift`.
    """
    expected = np.maximum(without + uplift, LEAST_UNITS)
    residual = np.clip(sold / expected - 1.0, -1.0, 2.0)
    beyond = residual**2 - dispersion / expected
    certain = expected / (expected + dispersion)  # cells of few units are mostly chance
    plain, promoted = uplift <= 0.0, uplift > 0.0
    week = _mean(beyond[plain], certain[plain])
    part = uplift / expected
    over = beyond[promoted] - max(week, 0.0)
    lift = _mean(over / np.maximum(part[promoted], 1e-9) ** 2, (certain * part**4)[promoted])
    return Scatter(float(np.sqrt(max(week, 0.0))), float(min(np.sqrt(max(lift, 0.0)), MOST_LIFT_SPREAD)))


def _mean(values: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of one promotion in its T periods, before its sales were looked at.

    `without` (T,) units without it; `gain` (D, T) draws of what it adds to them, in proportion; `dispersion` the
    variance over the mean that chance gives; `level_spread` how sure `without` itself is, the standard deviation of
    its logarithm.
    """

    without: Floats
    gain: Floats
    dispersion: float
    level_spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Joint draws after the sales were looked at: `without` and `uplift` (N, T) units; `of` (N,) says which of the
    D draws of the expectation each came from, so that other shares of that draw can go with it.

    They are in the order of `of`: summed over promotions draw by draw, what all owe to the same belief adds up.
    """

    without: Floats
    uplift: Floats
    of: Ints


def look_at_sales(
    expected: Expected,
    sold: Floats,
    scatter: Scatter,
    rng: np.random.Generator,
    *,
    n_draws: int,
    n_tries: int = 4_000,
) -> Drawn:
    """Draws of what the promotion did, given units `sold` (T,).

    Tries are drawn from what was expected (weeks and the lift scatter around it as `scatter` says), and kept in
    proportion to how likely they make the sales: sampling-importance resampling (Rubin 1988). Chance is normal with
    variance `dispersion` x mean.
    """
    n_expected, n_periods = expected.gain.shape
    of = rng.integers(n_expected, size=n_tries)
    week = np.exp(scatter.week * rng.standard_normal((n_tries, n_periods)) - scatter.week**2 / 2)
    lift = np.exp(scatter.lift * rng.standard_normal((n_tries, 1)) - scatter.lift**2 / 2)
    level = np.exp(expected.level_spread * rng.standard_normal((n_tries, 1)) - expected.level_spread**2 / 2)
    without = expected.without * week * level
    uplift = without * expected.gain[of] * lift
    variance = np.maximum(expected.dispersion * (without + uplift), LEAST_UNITS)
    likely = -0.5 * ((sold - without - uplift) ** 2 / variance + np.log(variance)).sum(axis=1)
    weight = np.exp(likely - likely.max())
    kept = rng.choice(n_tries, size=n_draws, p=weight / weight.sum())
    kept = kept[np.argsort(of[kept], kind="stable")]
    return Drawn(without[kept], uplift[kept], of[kept])
