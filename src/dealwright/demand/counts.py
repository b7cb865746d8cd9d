"""How log-linear counts are fitted: expected units, their scatter, the most probable coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.nested import Arrows, Coefficients, Design, Nesting, Precision

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_LOG_UNITS, MOST_LOG_UNITS = -10.0, 20.0
"""Units of a period stay within these, so that a step too far of a fit does not overflow."""
MOST_STEPS = 12
"""Newton steps after which coefficients are taken as they are."""
_LEAST_STEP = 1e-4
_SETTLED = 1e-5  # relative improvement of a step after which no other is taken
_ROUNDING = 1e-9  # relative worsening that is no reason to take a smaller step


def units_of(log_units: Floats) -> Floats:
    """Expected units (m, T) of a linear predictor."""
    return np.asarray(np.exp(np.clip(log_units, LEAST_LOG_UNITS, MOST_LOG_UNITS)))


@dataclass(frozen=True, slots=True)
class Scatter:
    """Variance of a period's units around their mean m: `noise` (m,) of each series * m + `misfit` * m^2.

    The second part, alike (m,) for all of a category, is what the model gets wrong in proportion, above all how
    strong single promotions are: without it the weeks that sell most would be believed too much.
    """

    noise: Floats
    misfit: Floats

    def over_mean(self, expected: Floats) -> Floats:
        """Variance over mean (m, T)."""
        return np.asarray(self.noise[:, None] + self.misfit[:, None] * expected)

    @classmethod
    def of(cls, units: Floats, expected: Floats, use: Floats, nesting: Nesting) -> Scatter:
        """From residuals: noise shrunk to the category's median, never below Poisson's."""
        ratio = use * (units - expected) ** 2 / np.maximum(expected, 0.1)
        count = np.maximum(use.sum(axis=1), 1)
        centred = use * (expected - ((use * expected).sum(axis=1) / count)[:, None])
        explained = nesting.by_category((centred * ratio).sum(axis=1))
        spread = nesting.by_category((centred**2).sum(axis=1))
        misfit = np.clip(explained / np.maximum(spread, 1e-9), 0.0, 0.25)[nesting.category_of]
        left = np.maximum(ratio - misfit[:, None] * use * expected, 0.0).sum(axis=1) / np.maximum(count - 3, 1)
        typical = _medians(left, nesting)[nesting.category_of]
        return cls(np.maximum((left * count + typical * 10) / (count + 10), 1.0), misfit)


def _medians(values: Floats, nesting: Nesting) -> Floats:
    """Of each category, (C,)."""
    ordered = values[np.lexsort((values, nesting.category_of))]
    size = np.diff(nesting.category_starts, append=len(values))
    low, high = (nesting.category_starts + middle for middle in ((size - 1) // 2, size // 2))
    return np.asarray(0.5 * (ordered[low] + ordered[high]))


@dataclass(frozen=True, slots=True)
class Mode:
    """The most probable coefficients, and the linear predictor (m, T) they give."""

    at: Coefficients
    log_units: Floats


def posterior_mode(
    design: Design,
    units: Floats,
    weight: Floats,
    start: Mode,
    mean: Coefficients,
    precision: Precision,
    *,
    most_steps: int = MOST_STEPS,
) -> Mode:
    """Newton's method with step halving, category by category, on the penalised quasi-Poisson likelihood."""
    nesting = design.nesting

    def objective(at: Coefficients, log_units: Floats) -> Floats:
        eta = np.clip(log_units, LEAST_LOG_UNITS, MOST_LOG_UNITS)
        loss = nesting.by_category((weight * (np.exp(eta) - units * eta)).sum(axis=1))
        return np.asarray(loss + precision.penalty(at.minus(mean), nesting))

    at, eta, value = start.at, start.log_units, objective(start.at, start.log_units)
    for _ in range(most_steps):
        expected = units_of(eta)
        gradient = design.gradient(weight * (units - expected)).minus(precision.gradient(at.minus(mean)))
        step = Arrows.reduce(design, weight * expected, precision).solve(gradient)
        move, size = design.predict(step), np.ones(len(value))
        while True:
            tried = at.plus(step.times(size, nesting))
            tried_eta = eta + size[nesting.category_of, None] * move
            reached = objective(tried, tried_eta)
            is_worse = (reached > value + _ROUNDING * (1 + np.abs(value))) & (size > 0)
            if not is_worse.any():
                break
            size = np.where(is_worse, np.where(size > _LEAST_STEP, size / 2, 0.0), size)
        is_settled = value - reached < _SETTLED * (1 + np.abs(reached))
        at, eta, value = tried, tried_eta, reached
        if is_settled.all():
            break
    return Mode(at, eta)
