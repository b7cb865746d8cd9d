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
    `coverage` = share of single series and periods inside their 80 % range. The last two are NaN without ranges,
    figures that are over units sold where nothing was, and all of them where no cell is judged.
    """

    wape: float
    bias: float
    rmsse: float
    mase: float
    pinball: float
    coverage: float


JUDGED = (0.1, 0.5, 0.9)
"""The quantiles that `pinball` and `coverage` judge."""


def accuracy(
    forecast: Floats,
    actual: Floats,
    past: Floats,
    quantiles: Floats | None = None,
    *,
    is_judged: NDArray[np.bool_] | None = None,
) -> Accuracy:
    """Judge `forecast` (n, H) by `actual` (n, H), scaled by `past` (n, T); `quantiles` (3, n, H) at `JUDGED`.

    Cells (n, H) that are not `is_judged` do not count: what was sold while shelves were empty is not demand.
    """
    use = np.ones(actual.shape, dtype=np.bool_) if is_judged is None else is_judged
    error = (actual - forecast) * use
    sold = float((actual * use).sum()) or float("nan")
    n_used = np.maximum(use.sum(axis=1), 1)
    steps = np.diff(past, axis=1)
    square, absolute = (steps**2).mean(axis=1), np.abs(steps).mean(axis=1)
    varies = (square > 0) & use.any(axis=1)
    pinball = coverage = float("nan")
    if quantiles is not None:
        losses = [pinball_loss(q, quantiles[k] * use, actual * use) for k, q in enumerate(JUDGED)]
        pinball = float(np.mean(losses) / sold)
        coverage = share_inside(actual, quantiles[0], quantiles[2], use)
    return Accuracy(
        wape=float(np.abs(error).sum() / sold),
        bias=float((forecast * use).sum() / sold - 1.0),
        rmsse=_mean(np.sqrt((error**2).sum(axis=1)[varies] / n_used[varies] / square[varies])),
        mase=_mean(np.abs(error).sum(axis=1)[varies] / n_used[varies] / absolute[varies]),
        pinball=pinball,
        coverage=coverage,
    )


def share_inside(actual: Floats, low: Floats, high: Floats, use: NDArray[np.bool_]) -> float:
    """Share of the used cells whose sales are from `low` to `high`; NaN without any."""
    return _mean(((actual >= low) & (actual <= high))[use].astype(np.float64))


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")


def pinball_loss(q: float, quantile: Floats, actual: Floats) -> float:
    """Twice the pinball loss of a quantile, summed."""
    gap = actual - quantile
    return float(2.0 * np.maximum(q * gap, (q - 1.0) * gap).sum())
