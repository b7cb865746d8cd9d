"""What the categories of a shop have in common: their mean, how sure it is, and how far they stray from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPREADS = np.geomspace(0.05, 2.0, 16)
"""Candidates for how far categories stray, relative to what is expected of it."""
LEAST_TOLD = 0.05
"""Information, relative to that of the expected spread, below which a category is taken to tell nothing."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """Of one coefficient: the shop's `mean`, its standard deviation `unknown`, and the categories' `spread`."""

    mean: float
    unknown: float
    spread: float


@dataclass(frozen=True, slots=True)
class Told:
    """What each category's data alone say of a coefficient: `estimate` (k,) with precision `information` (k,)."""

    estimate: Floats
    information: Floats

    @classmethod
    def beyond(cls, modes: Floats, variances: Floats, *, mean: float, sd: float, least: float) -> Told:
        """From posterior modes and variances (k,), the prior they were found with taken out.

        A posterior adds precisions, and its mode is the mean weighed by them: both can be undone. Categories
        with less than `least` information are left out.
        """
        information = 1.0 / variances - sd**-2.0
        tells = information > least
        i = information[tells]
        return cls((modes[tells] / variances[tells] - mean * sd**-2.0) / i, i)


def pool(told: Told, *, mean: float, sd: float, spread: float) -> Pooled:
    """Learn from categories; before any, the shop is believed at `mean` plus or minus `sd`, the spread half-normal
    with the scale `spread`.

    Averages over candidate spreads by how likely each makes what was told, the shop's mean integrated out. What is
    unknown of the mean includes how it moves with the spread.
    """
    candidates = spread * SPREADS
    weights = 1.0 / (1.0 / told.information + candidates[:, None] ** 2)
    off, total = told.estimate - mean, weights.sum(axis=1)
    pulled = (weights * off).sum(axis=1)
    precision = total + sd**-2.0
    square = (weights * off**2).sum(axis=1) - pulled**2 / precision
    likelihood = 0.5 * (np.log(weights).sum(axis=1) - np.log1p(sd**2 * total) - square)
    # Candidates lie as far apart as they are large.
    log_chance = likelihood + np.log(candidates) - 0.5 * SPREADS**2
    chance = np.exp(log_chance - log_chance.max())
    chance /= chance.sum()
    means = mean + pulled / precision
    middle = float(chance @ means)
    unknown = float(np.sqrt(chance @ (1.0 / precision + (means - middle) ** 2)))
    return Pooled(middle, unknown, float(chance @ candidates))
