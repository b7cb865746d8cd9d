"""How log-linear counts are fitted: expected units, their scatter, the most probable coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.nested import Coefficients, Design, Nested, Precision

Floats = NDArray[np.float64]

LEAST_LOG_UNITS, MOST_LOG_UNITS = -10.0, 20.0
"""Units of a period stay within these, so that a step too far of a fit does not overflow."""
_N_NEWTON = 12


def expected_units(design: Design, offset: Floats, at: Coefficients) -> Floats:
    """Expected units (m, T) of a log-linear model; `offset` (m, T) are known logarithms."""
    return np.asarray(np.exp(np.clip(offset + design.predict(at), LEAST_LOG_UNITS, MOST_LOG_UNITS)))


@dataclass(frozen=True, slots=True)
class Scatter:
    """Variance of a period's units around their mean m: `noise` (m,) of each series * m + `misfit` * m^2.

    The second part is what the model gets wrong in proportion, above all how strong single promotions are: without
    it the weeks that sell most would be believed too much.
    """

    noise: Floats
    misfit: float

    def over_mean(self, expected: Floats) -> Floats:
        """Variance over mean (m, T)."""
        return np.asarray(self.noise[:, None] + self.misfit * expected)

    @classmethod
    def of(cls, units: Floats, expected: Floats, use: Floats) -> Scatter:
        """From residuals: noise shrunk to the category's median, never below Poisson's."""
        ratio = use * (units - expected) ** 2 / np.maximum(expected, 0.1)
        count = np.maximum(use.sum(axis=1), 1)
        centred = use * (expected - ((use * expected).sum(axis=1) / count)[:, None])
        misfit = float((centred * ratio).sum() / max((centred**2).sum(), 1e-9))
        misfit = float(np.clip(misfit, 0.0, 0.25))
        left = np.maximum(ratio - misfit * use * expected, 0.0).sum(axis=1) / np.maximum(count - 3, 1)
        return cls(np.maximum((left * count + np.median(left) * 10) / (count + 10), 1.0), misfit)


def posterior_mode(
    design: Design,
    offset: Floats,
    units: Floats,
    weight: Floats,
    start: Coefficients,
    mean: Coefficients,
    precision: Precision,
) -> Coefficients:
    """Newton's method with step halving on the penalised quasi-Poisson likelihood."""

    def objective(at: Coefficients) -> float:
        eta = np.clip(offset + design.predict(at), LEAST_LOG_UNITS, MOST_LOG_UNITS)
        return float((weight * (np.exp(eta) - units * eta)).sum()) + precision.penalty(at.minus(mean, times=1.0))

    at, value = start, objective(start)
    for _ in range(_N_NEWTON):
        expected = np.exp(np.clip(offset + design.predict(at), LEAST_LOG_UNITS, MOST_LOG_UNITS))
        gradient = design.gradient(weight * (expected - units))
        pulled = precision.gradient(at.minus(mean, times=1.0))
        step = Nested.factorise(design, weight * expected, precision).solve(gradient.minus(pulled, times=-1.0))
        size = 1.0
        while size > 1e-4 and (trial := objective(at.minus(step, times=size))) > value:
            size /= 2
        if size <= 1e-4:
            break
        at, improvement, value = at.minus(step, times=size), value - trial, trial
        if improvement < 1e-5 * (1 + abs(value)):
            break
    return at
