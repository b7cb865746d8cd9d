"""Customers who may leave after each purchase: BG/NBD and MBG/NBD.

Purchases come at a constant rate, gamma distributed over customers (shape `r`, rate `alpha`). After a purchase a
customer leaves with a chance that is beta distributed (`a`, `b`). In BG/NBD (Fader, Hardie and Lee 2005) nobody
leaves before a repeat; in MBG/NBD (Batislam, Denizel and Filiztekin 2007; Hoppe and Wagner 2007) the first purchase
may be the last as well. All else is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, gammaln, hyp2f1, logsumexp, psi

from dealwright.customer.lifetime.histories import Floats, Ints, PurchaseHistories
from dealwright.customer.lifetime.model import MOST_DRAWN, Likelihood, Newcomers

_APART = 1e-4
"""Closer than this to a removable pole, the mean of both sides is taken: exact to its square."""


@dataclass(frozen=True, slots=True)
class BetaGeometric:
    """`leaves_at_first`: whether the first purchase may be the last (MBG/NBD) or a repeat comes first (BG/NBD)."""

    name: str
    leaves_at_first: bool

    @property
    def parameters(self) -> tuple[str, ...]:
        """Of the rate, then of leaving."""
        return ("r", "alpha", "a", "b")

    def _stays(self, histories: PurchaseHistories) -> Ints:
        """How often the customer was seen, or may have been seen, not to leave."""
        return histories.repeats + int(self.leaves_at_first)

    def log_likelihood(self, params: Floats, histories: PurchaseHistories) -> Likelihood:
        """The sum of both ways: still there, or gone since the last purchase."""
        r, alpha, a, b = params
        x, stays = histories.repeats, self._stays(histories)
        log_end, log_last = np.log(alpha + histories.age), np.log(alpha + histories.active_span)
        both = np.array([-(r + x) * log_end, self._log_left(params, histories)])
        total = logsumexp(both, axis=0)
        alive = np.exp(both[0] - total)
        left = 1.0 - alive
        values = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + stays) - betaln(a, b) + total
        per_rate = alive / (alpha + histories.age) + left / (alpha + histories.active_span)
        seen = np.maximum(b + stays - 1, 1e-300)  # without a chance to leave, `left` is zero
        gradient = np.column_stack(
            [
                psi(r + x) - psi(r) + np.log(alpha) - alive * log_end - left * log_last,
                r / alpha - (r + x) * per_rate,
                psi(a + b) - psi(a + b + stays) + left / a,
                psi(b + stays) - psi(b) + psi(a + b) - psi(a + b + stays) - np.where(stays > 0, left / seen, 0.0),
            ]
        )
        return Likelihood(values, gradient)

    def _log_left(self, params: Floats, histories: PurchaseHistories) -> Floats:
        """Logarithm of the way in which the customer has left, on the scale on which the other is (α+T)^-(r+x)."""
        r, alpha, a, b = params
        stays = self._stays(histories)
        seen = np.where(stays > 0, b + stays - 1, 1.0)
        log_left = np.log(a) - np.log(seen) - (r + histories.repeats) * np.log(alpha + histories.active_span)
        return np.asarray(np.where(stays > 0, log_left, -np.inf))

    def outlook(self, params: Floats, histories: PurchaseHistories) -> BetaGeometricOutlook:
        """Those who have not left have a gamma distributed rate and a beta distributed chance of leaving."""
        r, alpha, a, b = params
        shape, rate = r + histories.repeats, alpha + histories.age
        odds_left = self._log_left(params, histories) + shape * np.log(rate)
        return BetaGeometricOutlook(
            alive=expit(-odds_left), shape=shape, rate=rate, a=float(a), b=b + self._stays(histories)
        )

    def begin(self, params: Floats, n: int, rng: np.random.Generator) -> Newcomers:
        """New customers with the number of repeats after which they leave."""
        r, alpha, a, b = params
        chance = np.maximum(rng.beta(a, b, n), 1.0 / MOST_DRAWN)
        last = rng.geometric(chance).astype(np.float64) - int(self.leaves_at_first)
        return Newcomers(rng.gamma(r, 1.0 / alpha, n), last, np.full(n, np.inf))


@dataclass(frozen=True, slots=True)
class BetaGeometricOutlook:
    """Of those who have not left, the rate is gamma (`shape`, `rate`), the chance of leaving beta (`a`, `b`)."""

    alive: Floats
    shape: Floats
    rate: Floats
    a: float
    b: Floats

    def purchases(self, span: float) -> Floats:
        """Fader, Hardie and Lee (2005), equation 10, after Euler's transformation, which cannot overflow."""
        z = span / (self.rate + span)
        is_near_pole = np.minimum(np.abs(self.a + self.b - 1.0), abs(self.a - 1.0)) < _APART
        expected = self._expected(self.a, z)
        if is_near_pole.any():
            beside = (self._expected(self.a - 2 * _APART, z) + self._expected(self.a + 2 * _APART, z)) / 2
            expected = np.where(is_near_pole, beside, expected)
        alike = self._share_leaving(span) / self._chance
        most = self.shape / self.rate * span
        return np.asarray(self.alive * np.clip(np.where(np.isfinite(expected), expected, alike), 0.0, most))

    def _expected(self, a: float, z: Floats) -> Floats:
        top = a + self.b - 1.0
        power = np.exp((a - 1.0) * np.log1p(-z))
        with np.errstate(all="ignore"):  # what is not finite is told by `purchases` in another way
            series = hyp2f1(top - self.shape, a - 1.0, np.where(top == 0.0, 1.0, top), z)
            return np.asarray(top / (a - 1.0) * (1.0 - power * series))

    @property
    def _chance(self) -> Floats:
        """Of leaving after a purchase, the mean; all there is to know where customers are as good as alike."""
        return self.a / (self.a + self.b)

    def _share_leaving(self, span: float) -> Floats:
        """The chance to leave within the span, of customers with the mean chance after a purchase."""
        return np.asarray(-np.expm1(-self.shape * np.log1p(self._chance * span / self.rate)))

    def returns(self, span: float) -> Floats:
        """Whoever has not left comes once at least with the chance that a purchase falls into the span."""
        return -self.alive * np.expm1(-self.shape * np.log1p(span / self.rate))

    def leaves(self, span: float) -> Floats:
        """One less the chance that no purchase of the span is the last."""
        z = span / (self.rate + span)
        with np.errstate(all="ignore"):
            # Pfaff's transformation of 2F1(shape, a; a + b; -span / rate).
            series = hyp2f1(self.a + self.b - self.shape, self.a, self.a + self.b, z)
            leaves = 1.0 - np.exp(self.a * np.log1p(-z)) * series
        return np.clip(np.where(np.isfinite(leaves), leaves, self._share_leaving(span)), 0.0, 1.0)

    def drawn_purchases(self, span: float, rng: np.random.Generator) -> Ints:
        """As many as fall into the span, or until the customer leaves."""
        mean = np.minimum(rng.standard_gamma(self.shape) / self.rate * span, MOST_DRAWN)
        chance = np.maximum(rng.beta(self.a, self.b), 1.0 / MOST_DRAWN)
        wanted = np.minimum(rng.poisson(mean), rng.geometric(chance))
        return np.where(rng.random(len(self.alive)) < self.alive, wanted, 0).astype(np.int64)
