"""Means and ratios over series and periods whose errors hang together in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_SERIES = 10
"""Fewer cannot show how far series err together with themselves; then what their ranges state is taken."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """An estimate with its variance, and the degrees of freedom that the variance rests on."""

    value: float
    variance: float
    freedom: float


def clustered_share(values: Floats, use: Flags, *, expected: float) -> Clustered:
    """Share of the used cells of (n, H) zeros and ones that are 1.

    Its variance is never below that of independent cells which are 1 with the `expected` chance.
    """
    share = float(values[use].mean())
    gaps = np.where(use, values - share, 0.0) / use.sum()
    floor = expected * (1 - expected) / float(use.sum())
    of_series, of_periods = (_of_clusters(gaps, use, axis=axis) for axis in (1, 0))
    return Clustered(share, max(_two_way(of_series, of_periods, gaps), floor), _freedom(use))


def clustered_ratio(sold: Floats, forecast: Floats, use: Flags, *, spread: Floats) -> Clustered:
    """Sum of `sold` over sum of `forecast` of the used cells; all (n, H).

    `spread` are standard deviations that single cells have at least. Where series are few, the errors of each are
    taken for wholly its level's.
    """
    total = float(forecast[use].sum())
    ratio = float(sold[use].sum()) / total
    gaps = np.where(use, sold - ratio * forecast, 0.0) / total
    stated = np.where(use, spread, 0.0) / total
    is_few = use.any(axis=1).sum() < LEAST_SERIES
    of_series = _square(stated.sum(axis=1)) if is_few else _of_clusters(gaps, use, axis=1)
    of_periods = _of_clusters(gaps, use, axis=0)
    return Clustered(ratio, max(_two_way(of_series, of_periods, gaps), _square(stated)), _freedom(use))


def _of_clusters(gaps: Floats, use: Flags, *, axis: int) -> float:
    """Variance of the sum of all gaps, from their sums along an axis.

    Gaps sum to zero, so that the sums of G clusters vary as those of G - 1.
    """
    n_clusters = int(use.any(axis=axis).sum())
    return _square(gaps.sum(axis=axis)) * n_clusters / max(n_clusters - 1, 1)


def _two_way(of_series: float, of_periods: float, gaps: Floats) -> float:
    """Series plus periods less cells, which both hold; or any of the three if that is more."""
    cells = _square(gaps)
    return max(of_series + of_periods - cells, of_series, of_periods, cells)


def _freedom(use: Flags) -> float:
    """Periods less one: a single period cannot show what it does to all series at once, so it proves little."""
    return float(max(use.any(axis=0).sum() - 1, 1))


def _square(values: Floats) -> float:
    return float((values**2).sum())
