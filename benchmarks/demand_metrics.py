"""How far forecasts and their ranges were from what was sold.

Arrays are series x periods. All errors are of single series-periods; scaled errors divide by what the step from
one period to the next was in the past of the same series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

JUDGED = (0.1, 0.5, 0.9)
"""Quantiles the pinball loss is averaged over; the outer two are the 80 % interval of who names no other."""


@dataclass(frozen=True, slots=True)
class Made:
    """A forecast (n, H): point, and the 10 %, 50 % and 90 % quantiles if it gives a range.

    `least` and `most` are the ends of an 80 % interval that is not the outer quantiles: of sparse counts it starts
    at nothing sold and has all its misses above.
    """

    point: Floats
    low: Floats | None = None
    middle: Floats | None = None
    high: Floats | None = None
    least: Floats | None = None
    most: Floats | None = None

    @classmethod
    def of_ranges(cls, mean: Floats, quantiles: Floats, range80: Floats) -> Made:
        """From the quantiles `JUDGED` (3, n, H) and the ends of the 80 % interval (2, n, H)."""
        low, middle, high = quantiles
        return cls(mean, low, middle, high, *range80)


@dataclass(frozen=True, slots=True)
class Score:
    """All errors of one forecast; `wql` and `coverage` are None for a forecast without range."""

    wape: float
    bias: float
    mase: float
    rmsse: float
    wql: float | None
    coverage: float | None


def score(made: Made, *, sold: Floats, past: Floats) -> Score:
    """Judge a forecast of `sold` (n, H), made after `past` (n, T)."""
    wql = held = None
    if made.low is not None and made.high is not None:
        # Whoever gives no median is judged by the point forecast in its place.
        middle = made.point if made.middle is None else made.middle
        wql = weighted_quantile_loss(np.stack([made.low, middle, made.high]), sold, levels=JUDGED)
        least, most = (made.low, made.high) if made.least is None else (made.least, made.most)
        assert least is not None
        assert most is not None
        held = coverage(least, most, sold)
    return Score(
        wape=wape(made.point, sold),
        bias=bias(made.point, sold),
        mase=mase(made.point, sold, past=past),
        rmsse=rmsse(made.point, sold, past=past),
        wql=wql,
        coverage=held,
    )


def wape(point: Floats, sold: Floats) -> float:
    """Sum of absolute errors over units sold."""
    return float(np.abs(sold - point).sum() / sold.sum())


def bias(point: Floats, sold: Floats) -> float:
    """Forecast units over units sold, minus 1: above 0 is too much."""
    return float(point.sum() / sold.sum() - 1)


def mase(point: Floats, sold: Floats, *, past: Floats) -> float:
    """Mean over series of the mean absolute error over the mean absolute step in `past`; still series left out."""
    scale = np.abs(np.diff(past, axis=1)).mean(axis=1)
    moves = scale > 0
    return float((np.abs(sold - point).mean(axis=1)[moves] / scale[moves]).mean())


def rmsse(point: Floats, sold: Floats, *, past: Floats) -> float:
    """Mean over series of the root of mean squared error over mean squared step in `past`; still ones left out."""
    scale = np.square(np.diff(past, axis=1)).mean(axis=1)
    moves = scale > 0
    return float(np.sqrt(np.square(sold - point).mean(axis=1)[moves] / scale[moves]).mean())


def weighted_quantile_loss(quantiles: Floats, sold: Floats, *, levels: tuple[float, ...]) -> float:
    """Mean over `levels` of twice the pinball loss over units sold; `quantiles` is (len(levels), n, H)."""
    level = np.array(levels)[:, None, None]
    error = sold[None] - quantiles
    pinball = np.maximum(level * error, (level - 1) * error).sum(axis=(1, 2))
    return float((2 * pinball / sold.sum()).mean())


def coverage(low: Floats, high: Floats, sold: Floats) -> float:
    """Share of series-periods inside their interval, ends included."""
    return float(((low <= sold) & (sold <= high)).mean())
