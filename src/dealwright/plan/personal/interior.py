"""Interior points of the linear relaxation: customers may get fractions of offers.

Mehrotra's predictor-corrector. Each customer's own condition (fractions sum to one) is eliminated, so a step
costs one small system of as many unknowns as there are limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.plan.personal.offers import Floats
from dealwright.plan.personal.priced import Part

_STEP_BACK = 0.9995  # of the way to the wall


@dataclass(frozen=True, slots=True)
class _Relaxation:
    """`value` (K, m) and `weight` (R, K, m) with "no offer" as the last of K; `most` (R,)."""

    value: Floats
    weight: Floats
    most: Floats

    def used(self, share: Floats) -> Floats:
        """(R,): the sum of weights of shares (K, m)."""
        return np.asarray(self.weight.reshape(len(self.most), -1) @ share.ravel(), dtype=np.float64)

    def price_of(self, prices: Floats) -> Floats:
        """(K, m): what the weights cost."""
        cost = prices @ self.weight.reshape(len(self.most), -1)
        return np.asarray(cost.reshape(self.value.shape), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Step:
    share: Floats
    spare: Floats
    prices: Floats
    surplus: Floats
    regret: Floats

    def length(self, at: Iterate) -> tuple[float, float]:
        """How far shares and prices can go before one turns negative."""
        primal = min(_room(at.share, self.share), _room(at.spare, self.spare))
        dual = min(_room(at.regret, self.regret), _room(at.prices, self.prices))
        return min(1.0, _STEP_BACK * primal), min(1.0, _STEP_BACK * dual)


@dataclass(frozen=True, slots=True)
class Iterate:
    """`share` (K, m) of each offer, `spare` (R,) of each row, `prices` (R,); a customer's `surplus` (m,) and the
    `regret` (K, m) of giving another offer. All but the surplus are above zero."""

    relaxation: _Relaxation
    share: Floats
    spare: Floats
    prices: Floats
    surplus: Floats
    regret: Floats

    @property
    def distance(self) -> float:
        """How far from the optimum: complementarity and broken rows, relative to the value at stake."""
        apart = float((self.share * self.regret).sum() + self.spare @ self.prices)
        broken = np.abs(self._off()) * self.prices
        value = abs(float((self.share * self.relaxation.value).sum()))
        return (apart + float(broken.sum())) / max(value, 1e-9)

    @property
    def _n_pairs(self) -> int:
        return self.share.size + len(self.spare)

    def _off(self) -> Floats:
        return self.relaxation.most - self.relaxation.used(self.share) - self.spare

    def next(self) -> Iterate | None:
        """One step closer; None if rounding allows no more."""
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                return self._stepped()
        except (FloatingPointError, np.linalg.LinAlgError):
            return None

    def _stepped(self) -> Iterate:
        scale = self.share / self.regret
        total = scale.sum(axis=0)
        r = len(self.prices)
        flat = self.relaxation.weight.reshape(r, -1)
        mean = (scale * self.relaxation.weight).sum(axis=1)
        matrix = (flat * scale.ravel()) @ flat.T - (mean / total) @ mean.T + np.diag(self.spare / self.prices)

        def step(pairs: Floats, spare_pairs: Floats) -> _Step:
            lift = pairs / self.regret
            excess = (lift.sum(axis=0) - (1.0 - self.share.sum(axis=0))) / total
            right = flat @ lift.ravel() + spare_pairs / self.prices - self._off() - mean @ excess
            d_prices = np.linalg.solve(matrix, right)
            d_surplus = excess - (d_prices @ mean) / total
            d_regret = self.relaxation.price_of(d_prices) + d_surplus
            d_spare = (spare_pairs - self.spare * d_prices) / self.prices
            return _Step(lift - scale * d_regret, d_spare, d_prices, d_surplus, d_regret)

        pairs, spare_pairs = self.share * self.regret, self.spare * self.prices
        mean_pair = (pairs.sum() + spare_pairs.sum()) / self._n_pairs
        ahead = step(-pairs, -spare_pairs)
        primal, dual = ahead.length(self)
        left = ((self.share + primal * ahead.share) * (self.regret + dual * ahead.regret)).sum()
        left += (self.spare + primal * ahead.spare) @ (self.prices + dual * ahead.prices)
        target = mean_pair * min(float(left / self._n_pairs / mean_pair), 1.0) ** 3
        full = step(target - pairs - ahead.share * ahead.regret, target - spare_pairs - ahead.spare * ahead.prices)
        primal, dual = full.length(self)
        return Iterate(
            self.relaxation,
            self.share + primal * full.share,
            self.spare + primal * full.spare,
            self.prices + dual * full.prices,
            self.surplus + dual * full.surplus,
            self.regret + dual * full.regret,
        )


def starting_point(part: Part) -> Iterate:
    """Everybody gets equal shares of everything; prices are those of the typical offer."""
    n_offers, m = part.value.shape
    is_open = np.isfinite(part.value)
    value = np.vstack([np.where(is_open, part.value, 0.0), np.zeros((1, m))])
    weight = np.concatenate([part.weight, np.zeros((len(part.most), 1, m))], axis=1)
    relaxation = _Relaxation(value, weight, part.most)
    share = np.full(value.shape, 1.0 / (n_offers + 1))
    typical = max(float(np.abs(value).mean()), 1e-9)
    size = np.maximum(np.abs(weight).mean(axis=(1, 2)), 1e-9)
    prices = typical / size
    spare = np.maximum(part.most - relaxation.used(share), 0.1 * size * m)
    gain = value - relaxation.price_of(prices)
    surplus = gain.max(axis=0) + typical
    return Iterate(relaxation, share, spare, prices, surplus, surplus - gain)


def _room(at: Floats, step: Floats) -> float:
    """The largest multiple of `step` that keeps `at` from turning negative."""
    steepest = float((step / at).min())
    return -1.0 / steepest if steepest < 0 else np.inf
