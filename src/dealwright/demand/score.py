"""How far forecasts were from what was sold, and how often their ranges held it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Errors over n series and H periods.

    `wape` = sum of absolute errors over units sold; `bias` = forecast over sold units minus 1; `rmsse` and `mase`:
    root mean square and mean absolute error of a series over that of repeating its last value in the past, mean
    over series; `pinball` = mean over the quantiles 0.1, 0.5, 0.9 of twice the pinball loss, over units sold;
    `coverage` = share of single series and periods inside their 80 % range. The last two are NaN without ranges.
    """

    wape: float
    bias: float
    rmsse: float
    mase: float
    pinball: float
    coverage: float


JUDGED = (0.1, 0.5, 0.9)
"""The quantiles that `pinball` and `coverage` judge."""


def accuracy(forecast: Floats, actual: Floats, past: Floats, quantiles: Floats | None = None) -> Accuracy:
    """Judge `forecast` (n, H) by `actual` (n, H), scaled by `past` (n, T); `quantiles` (3, n, H) at `JUDGED`."""
    error = actual - forecast
    sold = max(float(actual.sum()), 1e-9)
    steps = np.diff(past, axis=1)
    square, absolute = (steps**2).mean(axis=1), np.abs(steps).mean(axis=1)
    varies = square > 0
    pinball = coverage = float("nan")
    if quantiles is not None:
        pinball = float(np.mean([pinball_loss(q, quantiles[k], actual) for k, q in enumerate(JUDGED)]) / sold)
        coverage = float(((actual >= quantiles[0]) & (actual <= quantiles[2])).mean())
    return Accuracy(
        wape=float(np.abs(error).sum() / sold),
        bias=float(forecast.sum() / sold - 1.0),
        rmsse=float(np.sqrt((error**2).mean(axis=1)[varies] / square[varies]).mean()) if varies.any() else np.nan,
        mase=float((np.abs(error).mean(axis=1)[varies] / absolute[varies]).mean()) if varies.any() else np.nan,
        pinball=pinball,
        coverage=coverage,
    )


def pinball_loss(q: float, quantile: Floats, actual: Floats) -> float:
    """Twice the pinball loss of a quantile, summed."""
    gap = actual - quantile
    return float(2.0 * np.maximum(q * gap, (q - 1.0) * gap).sum())
