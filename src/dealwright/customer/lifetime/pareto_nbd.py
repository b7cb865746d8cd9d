"""Customers who may leave at any time: Pareto/NBD (Schmittlein, Morrison and Colombo 1987).

Purchases come at a constant rate, gamma distributed over customers (shape `r`, rate `alpha`), until the end of an
exponential lifetime whose rate is gamma distributed too (shape `s`, rate `beta`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logsumexp, psi

from dealwright.customer.lifetime.histories import Floats, Ints, PurchaseHistories
from dealwright.customer.lifetime.model import MOST_DRAWN, Likelihood, Newcomers

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_FAR = 32.0
"""Beyond this many e-foldings an integrand adds nothing a double could hold; 20 nodes are exact up to there."""


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """Leaves at a constant rate of their own, purchase or not."""

    name: str = "pareto_nbd"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Of the rate, then of leaving."""
        return ("r", "alpha", "s", "beta")

    def log_likelihood(self, params: Floats, histories: PurchaseHistories) -> Likelihood:
        """The sum of both ways: still there, or gone at some time since the last purchase."""
        r, alpha, s, beta = params
        x, age = histories.repeats, histories.age
        gone = _gone(params, histories)
        log_rate, log_leave = np.log(alpha + age), np.log(beta + age)
        both = np.array([-(r + x) * log_rate - s * log_leave, gone.log_total])
        total = logsumexp(both, axis=0)
        alive = np.exp(both[0] - total)
        left = 1.0 - alive
        values = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + total
        gradient = np.column_stack(
            [
                psi(r + x) - psi(r) + np.log(alpha) - alive * log_rate - left * gone.log_rate,
                r / alpha - (r + x) * (alive / (alpha + age) + left * gone.per_rate),
                np.log(beta) - alive * log_leave + left * (1.0 / s - gone.log_leave),
                s / beta - alive * s / (beta + age) - left * (s + 1.0) * gone.per_leave,
            ]
        )
        return Likelihood(values, gradient)

    def outlook(self, params: Floats, histories: PurchaseHistories) -> ParetoNbdOutlook:
        """Those who have not left have gamma distributed rates of buying and of leaving."""
        r, alpha, s, beta = params
        shape, rate, leave_rate = r + histories.repeats, alpha + histories.age, beta + histories.age
        odds_left = _gone(params, histories).log_total + shape * np.log(rate) + s * np.log(leave_rate)
        return ParetoNbdOutlook(
            alive=expit(-odds_left), shape=shape, rate=rate, leave_shape=float(s), leave_rate=leave_rate
        )

    def begin(self, params: Floats, n: int, rng: np.random.Generator) -> Newcomers:
        """New customers with the time after which they leave."""
        r, alpha, s, beta = params
        leave = np.maximum(rng.gamma(s, 1.0 / beta, n), 1.0 / MOST_DRAWN)
        return Newcomers(rng.gamma(r, 1.0 / alpha, n), np.full(n, np.inf), rng.exponential(1.0 / leave))


@dataclass(frozen=True, slots=True)
class ParetoNbdOutlook:
    """Of those who have not left, the rate of purchases and the rate of leaving are gamma distributed."""

    alive: Floats
    shape: Floats
    rate: Floats
    leave_shape: float
    leave_rate: Floats

    def purchases(self, span: float) -> Floats:
        """Schmittlein, Morrison and Colombo (1987), equation 22; at s = 1 its limit, a logarithm."""
        log_growth = np.log1p(span / self.leave_rate)
        power = self.leave_shape - 1.0
        weeks = log_growth if abs(power) < 1e-9 else -np.expm1(-power * log_growth) / power
        return np.asarray(self.alive * self.shape / self.rate * self.leave_rate * weeks)

    def returns(self, span: float) -> Floats:
        """One less the chance of no purchase before the end of the span or of the customer."""
        n = len(self.alive)
        start = PurchaseHistories(np.zeros(n, dtype=np.int64), np.zeros(n), np.full(n, span))
        gone = _gone_from(self.shape, self.rate, self.leave_shape, self.leave_rate, start)
        log_scale = self.shape * np.log(self.rate) + self.leave_shape * np.log(self.leave_rate)
        stays_away = -self.shape * np.log(self.rate + span) - self.leave_shape * np.log(self.leave_rate + span)
        none = np.exp(logsumexp([stays_away, gone.log_total], axis=0) + log_scale)
        return np.asarray(self.alive * np.clip(1.0 - none, 0.0, 1.0))

    def leaves(self, span: float) -> Floats:
        """The Pareto distribution of what is left of a lifetime."""
        return np.asarray(-np.expm1(-self.leave_shape * np.log1p(span / self.leave_rate)))

    def drawn_purchases(self, span: float, rng: np.random.Generator) -> Ints:
        """As many as fall into the span, or into what is left of the lifetime."""
        n = len(self.alive)
        leave = np.maximum(rng.standard_gamma(self.leave_shape, n) / self.leave_rate, 1.0 / MOST_DRAWN)
        weeks = np.minimum(rng.standard_exponential(n) / leave, span)
        wanted = rng.poisson(np.minimum(rng.standard_gamma(self.shape) / self.rate * weeks, MOST_DRAWN))
        return np.where(rng.random(n) < self.alive, wanted, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Gone:
    """The integral over the time of leaving, s ∫ (α+y)^-(r+x) (β+y)^-(s+1) dy from the last purchase to the end.

    `log_total` is its logarithm (minus infinity if there is no time to leave in); the rest are means over it:
    of log(α+y), 1/(α+y), log(β+y) and 1/(β+y).
    """

    log_total: Floats
    log_rate: Floats
    per_rate: Floats
    log_leave: Floats
    per_leave: Floats


def _gone(params: Floats, histories: PurchaseHistories) -> _Gone:
    r, alpha, s, beta = params
    return _gone_from(
        r + histories.repeats, np.full(len(histories), alpha), s, np.full(len(histories), beta), histories
    )


def _gone_from(shape: Floats, rate: Floats, s: float, leave_rate: Floats, histories: PurchaseHistories) -> _Gone:
    """By Gauss-Legendre quadrature over u = log((α+y)/(α+t_x)): the integrand falls off like exp(-(r+x-1)u)."""
    last = rate + histories.active_span
    width = np.log1p((histories.age - histories.active_span) / last)
    width = np.minimum(width, _FAR / np.maximum(shape - 1.0, 1e-9))
    u = width[:, None] * ((_NODES + 1.0) / 2.0)
    log_rate = np.log(last)[:, None] + u
    leave = leave_rate[:, None] - rate[:, None] + np.exp(log_rate)
    leave = np.maximum(leave, leave_rate[:, None])  # y is not negative, whatever rounding says
    log_leave = np.log(leave)
    log_terms = -(shape - 1.0)[:, None] * log_rate - (s + 1.0) * log_leave
    top = log_terms.max(axis=1)
    terms = np.exp(log_terms - top[:, None]) * _WEIGHTS
    total = terms.sum(axis=1)
    share = terms / total[:, None]
    with np.errstate(divide="ignore"):  # no time to leave in: the logarithm of nothing
        log_total = np.log(width) + np.log(total / 2.0) + top + np.log(s)
    return _Gone(
        log_total,
        (share * log_rate).sum(axis=1),
        (share * np.exp(-log_rate)).sum(axis=1),
        (share * log_leave).sum(axis=1),
        (share / leave).sum(axis=1),
    )
