"""Which parameters of a lifetime model explain the histories of all customers best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.histories import Floats, PurchaseHistories, equal_rows
from dealwright.customer.lifetime.model import LifetimeModel, Outlook
from dealwright.customer.lifetime.peak import Peak, highest

PART = 16_384
"""Histories are looked at so many at a time: what is computed of them stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class FittedLifetime:
    """A model with its parameters (`peak`), learnt from `n_customers` of whom `n_repeaters` came again."""

    model: LifetimeModel
    peak: Peak
    n_customers: int
    n_repeaters: int

    def outlook(self, histories: PurchaseHistories) -> Outlook:
        """What is to be expected of customers, at the most likely parameters."""
        return self.model.outlook(self.peak.params, histories)


def fit_lifetime(model: LifetimeModel, histories: PurchaseHistories) -> FittedLifetime:
    """Learn the parameters; InputError if nobody ever came again.

    Equal histories are looked at once, so that the time needed depends on how many differ.
    """
    n_repeaters = int(np.count_nonzero(histories.repeats))
    if n_repeaters == 0:
        raise InputError(
            f"none of the {len(histories)} customers came again on another day, so nothing says how often they do; "
            "give a longer history, or one in which customers keep their id"
        )
    equal = equal_rows(histories.columns())
    kinds, counts = histories.of(equal.first), equal.counts.astype(np.float64)

    def log_likelihood(params: Floats) -> tuple[float, Floats]:
        value, gradient = 0.0, np.zeros(len(params))
        for rows in in_parts(len(kinds)):
            told = model.log_likelihood(params, kinds.of(rows))
            value += float(counts[rows] @ told.values)
            gradient += counts[rows] @ told.gradient
        return value, gradient

    peak = highest(log_likelihood, _starts(histories), names=model.parameters)
    return FittedLifetime(model, peak, len(histories), n_repeaters)


def in_parts(n: int) -> Iterator[slice]:
    """Slices of at most `PART` rows that cover all `n`."""
    for begin in range(0, n, PART):
        yield slice(begin, min(begin + PART, n))


def _starts(histories: PurchaseHistories) -> list[Floats]:
    """Customers who differ and buy as often as these; leaving is rare or common, after purchases or with time."""
    weeks_apart = float(np.sum(histories.age) / np.sum(histories.repeats))
    weeks = float(np.mean(histories.age))
    return [np.array([1.0, weeks_apart, 1.0, 3.0]), np.array([0.5, weeks_apart / 2, 0.5, weeks])]
