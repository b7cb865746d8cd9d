"""What a purchase of each customer is worth: gamma-gamma (Fader, Hardie and Lee 2005).

The value of a customer's purchases is gamma distributed (shape `p`) around a mean of their own, and the scale of
that is gamma distributed over customers (`q`, `gamma`). How much is spent must not depend on how often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.histories import Floats, Ints
from dealwright.customer.lifetime.peak import Peak, highest

LEAST_SHAPE = 1.0
"""`q` stays above: below, customers would differ so much that their mean spend is infinite."""


@dataclass(frozen=True, slots=True)
class SpendHistories:
    """One row per customer: the number of `purchases` and the `mean` value of one of them; both zero if unknown."""

    purchases: Ints
    mean: Floats

    def __len__(self) -> int:
        return len(self.purchases)

    def columns(self) -> tuple[Ints | Floats, ...]:
        """All that is known of customers, one array each."""
        return self.purchases, self.mean

    def of(self, rows: Ints | slice) -> SpendHistories:
        """Some rows."""
        return SpendHistories(self.purchases[rows], self.mean[rows])


def spend_histories(purchases: ArrayLike, mean: ArrayLike) -> SpendHistories:
    """Checked: counts of zero or more, values that are finite; without a positive value a purchase says nothing."""
    count, value = np.asarray(purchases, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    problems = []
    if count.ndim != 1 or count.shape != value.shape:
        raise InputError(f"purchases and mean are one number per customer; given {count.shape} and {value.shape}")
    if not np.isfinite(value).all():
        problems.append(
            f"the mean value of purchases is missing or infinite for {(~np.isfinite(value)).sum()} customers"
        )
    broken = ~np.isfinite(count) | (count < 0) | (count != np.floor(count))
    if broken.any():
        problems.append(f"purchases is not a whole number, zero or more, for {broken.sum()} customers")
    if problems:
        raise InputError(*problems)
    is_known = (count > 0) & (value > 0)
    return SpendHistories(np.where(is_known, count, 0).astype(np.int64), np.where(is_known, value, 0.0))


@dataclass(frozen=True, slots=True)
class FittedSpend:
    """The distribution of spend with its parameters p, q - 1 and gamma (`peak`), learnt from `n_customers`."""

    peak: Peak
    n_customers: int

    @property
    def params(self) -> Floats:
        """p, q and gamma."""
        return shapes(self.peak.params)


def fit_spend(spend: SpendHistories) -> FittedSpend:
    """Learn the parameters from customers whose spend is known; InputError if there are fewer than two."""
    known = spend.of(np.flatnonzero(spend.purchases))
    if len(known) < 2:
        raise InputError(
            f"what customers spend is learnt from at least 2 of them; {len(known)} of {len(spend)} have a purchase "
            "of positive value. Give a longer history"
        )
    scale = float(np.mean(known.mean))  # money may be in cents or in thousands
    x, counts = np.unique(known.purchases, return_counts=True)
    n, z = known.purchases.astype(np.float64), known.mean / scale
    log_z, log_n = np.log(z), np.log(n)

    def log_likelihood(free: Floats) -> tuple[float, Floats]:
        p, q, gamma = shapes(free)
        by_count = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        log_all = np.log(gamma + n * z)
        value = counts @ by_count + np.sum((p * n - 1) * log_z + p * n * log_n - (p * n + q) * log_all)
        per_all = (p * n + q) / (gamma + n * z)
        by_p = counts @ (x * (psi(p * x + q) - psi(p * x))) + np.sum(n * (log_z + log_n - log_all))
        by_q = counts @ (psi(p * x + q) - psi(q) + np.log(gamma)) - np.sum(log_all)
        by_gamma = counts.sum() * q / gamma - np.sum(per_all)
        return float(value), np.array([by_p, by_q, by_gamma])

    starts = [np.array([2.0, 2.0, 1.0]), np.array([6.0, 2.0, 0.5])]
    peak = highest(log_likelihood, starts, names=("p", "q - 1", "gamma"))
    told = replace(peak, log_likelihood=peak.log_likelihood - len(known) * float(np.log(scale)))
    return FittedSpend(told.rescaled(np.array([1.0, 1.0, scale])), len(known))


def shapes(free: Floats) -> Floats:
    """p, q and gamma from p, q - 1 and gamma; (..., 3)."""
    return np.asarray(free + np.array([0.0, LEAST_SHAPE, 0.0]))


def mean_spend(params: Floats, spend: SpendHistories) -> Floats:
    """Expected value of a purchase (n,): between what all spend and what this customer has spent.

    `params` are p, q and gamma.
    """
    p, q, gamma = params
    return np.asarray(p * (gamma + spend.purchases * spend.mean) / (p * spend.purchases + q - 1.0))


def drawn_total(params: Floats, spend: SpendHistories, purchases: Ints, rng: np.random.Generator) -> Floats:
    """One draw of what `purchases` (n,) future purchases are worth together; `params` are p, q and gamma."""
    p, q, gamma = params
    scale = rng.standard_gamma(p * spend.purchases + q) / (gamma + spend.purchases * spend.mean)
    total = np.zeros(len(spend))
    buys = np.flatnonzero(purchases)
    total[buys] = rng.standard_gamma(p * purchases[buys]) / np.maximum(scale[buys], 1e-300)
    return total
