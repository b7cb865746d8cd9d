"""What moves a series for weeks and is not in the data: its slow drift, told by the periods around each.

The drift of a series' logarithm is a first-order autoregression (mean 0, variance and memory learnt from the
residuals of all series together); what is left of a residual is chance. The drift of a period is taken from all
periods but itself, so that it cannot swallow what a promotion of that period did. Past and future are filtered
apart (Kalman 1960) and joined, which takes time linear in the number of periods.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel

Floats = NDArray[np.float64]

LEAST_MEMORY, MOST_MEMORY = 0.3, 0.98
MOST_SPREAD = 0.6
MOST_SURPRISE = 2.0
"""Sales beyond three times what was expected teach nothing about how a series drifts."""
_UNKNOWN = 1e6


def slow_drift(panel: Panel, expected: Floats, noise: Floats, misfit: Floats) -> Floats:
    """Log of what each series sells around each period over what was expected, that period left out; (n, T).

    `noise` and `misfit` (n,) say how units scatter around `expected` (n, T): variance = noise * m + misfit * m^2.
    """
    sure = np.maximum(expected, 0.1)
    residual = np.clip(panel.units / sure - 1.0, -1.0, MOST_SURPRISE)
    variance = np.where(panel.is_active, noise[:, None] / sure + misfit[:, None], _UNKNOWN)
    residual = np.where(panel.is_active, residual, 0.0)
    return drift_without(residual, variance, learn_memory(residual, variance))


@dataclass(frozen=True, slots=True)
class Memory:
    """How drift behaves: `spread` its standard deviation, `kept` the share of it left after one period."""

    spread: float
    kept: float


def learn_memory(residual: Floats, variance: Floats) -> Memory:
    """From relative residuals (n, T) and the variance chance gives them (n, T); infinite where nothing is known.

    Chance is independent from period to period, so what neighbouring periods share is drift: the covariance one
    period apart is spread^2 * kept, two periods apart spread^2 * kept^2.
    """
    weight = 1.0 / (variance + 0.05)
    one, two = (_covariance(residual, weight, gap) for gap in (1, 2))
    if one <= 1e-6:
        return Memory(0.0, LEAST_MEMORY)
    kept = float(np.clip(two / one, LEAST_MEMORY, MOST_MEMORY))
    return Memory(float(np.clip(np.sqrt(one / kept), 0.0, MOST_SPREAD)), kept)


def _covariance(residual: Floats, weight: Floats, gap: int) -> float:
    if residual.shape[1] <= gap + 2:
        return 0.0
    both = weight[:, gap:] * weight[:, :-gap]
    return float((both * residual[:, gap:] * residual[:, :-gap]).sum() / max(both.sum(), 1e-12))


def drift_without(residual: Floats, variance: Floats, memory: Memory) -> Floats:
    """Expected drift of every period given all others, (n, T)."""
    if memory.spread <= 0:
        return np.zeros_like(residual)
    before = _predicted(residual, variance, memory)
    after = _predicted(residual[:, ::-1], variance[:, ::-1], memory)
    after = _Normal(after.mean[:, ::-1], after.variance[:, ::-1])
    precision = 1.0 / before.variance + 1.0 / after.variance - memory.spread**-2.0
    return np.asarray((before.mean / before.variance + after.mean / after.variance) / precision)


@dataclass(frozen=True, slots=True)
class _Normal:
    mean: Floats
    variance: Floats


def _predicted(residual: Floats, variance: Floats, memory: Memory) -> _Normal:
    """Drift of each period given the periods before it."""
    n, n_periods = residual.shape
    stationary, kept = memory.spread**2, memory.kept
    mean, spread = np.zeros((n, n_periods)), np.full((n, n_periods), stationary)
    m, p = np.zeros(n), np.full(n, stationary)
    for t in range(n_periods):
        mean[:, t], spread[:, t] = m, p
        trust = p / (p + variance[:, t])
        m = kept * (m + trust * (residual[:, t] - m))
        p = kept**2 * p * (1.0 - trust) + (1.0 - kept**2) * stationary
    return _Normal(mean, spread)
