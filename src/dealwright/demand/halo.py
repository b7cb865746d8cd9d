"""What promotions of one category bring to another: complements, estimated without being fooled by chance.

Weekly totals alone cannot single out the few true pairs among all: many pairs move together by chance. So which
pairs may be complements is told by baskets (`data.baskets`) where there are any, and how much comes of a promotion
by two independent readings: the sales of the whole category, and what keen buyers of the promoted one bought beyond
other customers (`data.keen_buyers`). Pairs are then pooled by empirical Bayes, so that their total is not biased by
picking the lucky ones.

Where no basket is known, pairs are taken in at a stated rate of false ones (Benjamini and Hochberg 1995), and what
is taken in is fitted jointly, never below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import false_discovery_control, gamma, norm

from dealwright.core.estimate import Estimate
from dealwright.core.verdict import MET, Verdict
from dealwright.data.keen_buyers import Complement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FALSE_PAIRS = 0.05
"""Of the pairs taken in, the share that may be chance."""
LEAST_PROMOTED_PERIODS = 6
LEAST_REACH = 0.02
"""Below it, keen buyers buy hardly more than others: comparing them tells nothing."""
MOST_UNSURE = 0.5
"""A pair whose share is less sure (standard deviation) counts in the total with what is common to all pairs."""
CREDIBLE = 0.9
"""How sure it must be that complements gain at all before any are believed to."""


@dataclass(frozen=True, slots=True)
class Halo:
    """K pairs: units that category `to` gains per unit of uplift in category `of`; `mean` and `sd` (K,).

    `common` (K,) is the correlation of a pair's error with what is unknown of all pairs together. `verdict` says
    why there are no pairs; `typical` is the share of what baskets suggest that promotions really bring.
    """

    of: Ints
    to: Ints
    mean: Floats
    sd: Floats
    common: Floats = field(default_factory=lambda: np.zeros(0))
    verdict: Verdict = MET
    typical: Estimate | None = None

    @classmethod
    def none(cls, verdict: Verdict = MET, typical: Estimate | None = None) -> Halo:
        """No complements."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, np.zeros(0), np.zeros(0), verdict=verdict, typical=typical)

    def matrix(self, n_categories: int) -> Floats:
        """Units gained by the row's category per unit of uplift in the column's, (C, C)."""
        out = np.zeros((n_categories, n_categories))
        out[self.to, self.of] = self.mean
        return out

    def draw(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Draws (D, K): gamma variates with the pairs' means and deviations, so never below zero nor biased."""
        n_pairs = len(self.mean)
        if n_pairs == 0:
            return np.zeros((n_draws, 0))
        common = self.common if len(self.common) else np.zeros(n_pairs)
        own = np.sqrt(np.maximum(1.0 - common**2, 0.0)) * rng.normal(size=(n_draws, n_pairs))
        chance = norm.cdf(common * rng.normal(size=(n_draws, 1)) + own)
        sd = np.maximum(self.sd, 1e-6 * self.mean)
        return np.asarray(gamma.ppf(chance, (self.mean / sd) ** 2, scale=sd**2 / self.mean))


@dataclass(frozen=True, slots=True)
class Candidates:
    """K pairs of categories (by number) that may be complements; the rest as in `Complement`, over T periods."""

    of: Ints
    to: Ints
    per_unit: Floats
    extra: Floats
    known: Floats
    reach: Floats

    @classmethod
    def of_complements(
        cls, complements: Sequence[Complement], categories: Sequence[str], starts: Sequence[date]
    ) -> Candidates:
        """Those whose categories are there, laid out by the periods from `starts`."""
        here = [pair for pair in complements if pair.of in categories and pair.to in categories]
        extra, known = np.zeros((len(here), len(starts))), np.zeros((len(here), len(starts)))
        reach = np.zeros(len(here))
        for k, pair in enumerate(here):
            column = {start: t for t, start in enumerate(pair.starts)}
            if pair.extra is None or pair.known is None or any(start not in column for start in starts):
                continue
            columns = [column[start] for start in starts]
            extra[k], known[k], reach[k] = pair.extra[columns], pair.known[columns], pair.reach
        number = {name: k for k, name in enumerate(categories)}
        return cls(
            np.array([number[pair.of] for pair in here], dtype=np.int64),
            np.array([number[pair.to] for pair in here], dtype=np.int64),
            np.array([pair.per_unit for pair in here]),
            extra,
            known,
            reach,
        )

    def only(self, rows: Ints) -> Candidates:
        """Some of them."""
        return Candidates(*(getattr(self, part.name)[rows] for part in fields(self)))


def find_halo(surplus: Floats, uplift: Floats, variance: Floats, candidates: Candidates | None = None) -> Halo:
    """Pairs of categories, each from arrays (C, T).

    `surplus` is what a category sold beyond what its own promotions, season and drift explain; `uplift` the extra
    units of its promoted products; `variance` that of the surplus. Slow movements are taken out of both sides.
    Without `candidates` (None: no baskets are known) all pairs are looked at.
    """
    n, n_periods = surplus.shape
    is_promoted = (uplift > 0).sum(axis=1) >= LEAST_PROMOTED_PERIODS
    if n < 2 or n_periods < 2 * LEAST_PROMOTED_PERIODS or not is_promoted.any():
        return Halo.none(_refusal("too_few_promotions", "too few periods with promotions to tell what they bring"))
    weight = 1.0 / np.maximum(variance, 1e-9)
    y, x = _without_slow(surplus, weight), _without_slow(uplift, np.ones_like(weight))
    # How much the surplus really varies, beyond the variance it is thought to have.
    excess = np.maximum((weight * y**2).mean(axis=1), 1.0)
    if candidates is None:
        return _among_all(x, y, weight, excess, is_promoted)
    promoted = candidates.only(np.flatnonzero(is_promoted[candidates.of]))
    if len(promoted.of) == 0:
        return Halo.none(_refusal("none_bought_together", "no two categories are bought together beyond chance"))
    whole = _of_totals(promoted, x, y, weight, excess)
    found = whole.with_independent(_of_keen_buyers(promoted, x))
    return _pooled(promoted, found, uplift.sum(axis=1)[promoted.of])


@dataclass(frozen=True, slots=True)
class _Slopes:
    """Units gained per unit of uplift, (K,), and how much is known of each: 1 / variance."""

    value: Floats
    precision: Floats

    def with_independent(self, other: _Slopes) -> _Slopes:
        """Two readings of the same slopes."""
        precision = self.precision + other.precision
        value = self.precision * self.value + other.precision * other.value
        return _Slopes(value / np.maximum(precision, 1e-12), precision)


def _of_totals(pairs: Candidates, x: Floats, y: Floats, weight: Floats, excess: Floats) -> _Slopes:
    """Each category's surplus on the uplift of all that may bring it something."""
    value, precision = np.zeros(len(pairs.of)), np.zeros(len(pairs.of))
    for to in np.unique(pairs.to).tolist():
        ours = np.flatnonzero(pairs.to == to)
        rows = x[pairs.of[ours]]
        spread = np.linalg.pinv((rows * weight[to]) @ rows.T)
        value[ours] = spread @ (rows @ (weight[to] * y[to]))
        precision[ours] = 1.0 / np.maximum(np.diag(spread) * excess[to], 1e-12)
    return _Slopes(value, precision)


def _of_keen_buyers(pairs: Candidates, x: Floats) -> _Slopes:
    """What keen buyers of `of` bought beyond others, on its uplift and on that of the bought category itself."""
    value, precision = np.zeros(len(pairs.of)), np.zeros(len(pairs.of))
    for k in np.flatnonzero(pairs.reach >= LEAST_REACH).tolist():
        known = pairs.known[k]
        weight = 1.0 / np.maximum(known, max(0.1 * float(known.mean()), 1e-9))
        y = _without_slow(pairs.extra[[k]], weight[None, :])[0]
        rows = x[[pairs.of[k], pairs.to[k]]]
        spread = np.linalg.pinv((rows * weight) @ rows.T)
        slopes = spread @ (rows @ (weight * y))
        scatter = float((weight * (y - slopes @ rows) ** 2).sum()) / max(len(y) - 3, 1)
        value[k] = slopes[0] / pairs.reach[k]
        precision[k] = pairs.reach[k] ** 2 / max(float(spread[0, 0]) * scatter, 1e-12)
    return _Slopes(value, precision)


def _pooled(pairs: Candidates, found: _Slopes, units: Floats) -> Halo:
    """Empirical Bayes over the pairs (DerSimonian and Laird 1986); `units` (K,) of uplift keep the total.

    A unit is a bottle of one category and a kilo of another, so what is alike between pairs is not the slope but
    its share of what baskets would suggest (`per_unit`).
    """
    share, weight = found.value / pairs.per_unit, np.maximum(found.precision * pairs.per_unit**2, 1e-12)
    mean, sd = float((weight * share).sum() / weight.sum()), float(weight.sum() ** -0.5)
    reach = float(norm.ppf(CREDIBLE)) * sd
    typical = Estimate(mean, mean - reach, mean + reach, level=2 * CREDIBLE - 1, method="pooled over pairs")
    if mean <= reach:
        return Halo.none(
            _refusal("no_credible_halo", f"promotions bring {typical} of what baskets suggest"), typical
        )
    between = _variance_between(share, weight)
    spread = 1.0 / (1.0 / weight + between)
    centre = max(float((spread * share).sum() / spread.sum()), 0.0)
    belief = between * spread  # in the pair's own share rather than in the centre
    value = (centre + belief * (share - centre)) * pairs.per_unit
    own = between * spread / weight * pairs.per_unit**2
    shared = (1.0 - belief) ** 2 / spread.sum() * pairs.per_unit**2
    # Shrinkage draws pairs together and pairs that seem to lose gain nothing, but their total stays what was read.
    is_sure = weight >= MOST_UNSURE**-2.0
    total = float((np.where(is_sure, found.value, value) * units).sum())
    if total <= 0:
        return Halo.none(_refusal("no_credible_halo", "complements lose as much as they gain"), typical)
    positive = np.maximum(value, 0.0)
    scale = total / float((positive * units).sum())
    kept = positive > 0
    variance = own + shared
    return Halo(
        pairs.of[kept],
        pairs.to[kept],
        (positive * scale)[kept],
        np.sqrt(variance)[kept],
        common=np.sqrt(shared / np.maximum(variance, 1e-30))[kept],
        typical=typical,
    )


def _variance_between(value: Floats, weight: Floats) -> float:
    """Of what is true of each pair, by the method of moments."""
    mean = (weight * value).sum() / weight.sum()
    beyond = (weight * (value - mean) ** 2).sum() - (len(value) - 1)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return max(float(beyond / room), 0.0) if room > 0 else 0.0


def _among_all(x: Floats, y: Floats, weight: Floats, excess: Floats, is_promoted: NDArray[np.bool_]) -> Halo:
    """Pairs taken in at the stated rate of false ones."""
    information = weight @ (x**2).T
    slope = (weight * y) @ x.T / np.maximum(information, 1e-12)
    z = slope * np.sqrt(information / excess[:, None])
    n = len(z)
    can_give = np.broadcast_to(is_promoted[None, :], z.shape) & ~np.eye(n, dtype=np.bool_)
    chosen = np.zeros_like(can_give)
    chosen[can_give] = false_discovery_control(norm.sf(z[can_give])) < FALSE_PAIRS
    takers = np.flatnonzero(chosen.any(axis=1)).tolist()
    found = [_jointly(b, np.flatnonzero(chosen[b]), x, y, weight, excess) for b in takers]
    if not found:
        return Halo.none(_refusal("no_pair_beyond_chance", "no two categories move together beyond chance"))
    of, to, mean, sd = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Halo(of.astype(np.int64), to.astype(np.int64), mean, sd)


def _jointly(
    b: int, of: Ints, x: Floats, y: Floats, weight: Floats, excess: Floats
) -> tuple[Ints, Ints, Floats, Floats]:
    """Weighted least squares of one category's surplus on its complements, never below zero."""
    root = np.sqrt(weight[b])
    rows = (x[of] * root).T
    mean, _ = nnls(rows, y[b] * root)
    sd = np.sqrt(np.diag(np.linalg.pinv(rows.T @ rows)) * excess[b])
    is_kept = mean > 0
    return of[is_kept], np.full(int(is_kept.sum()), b), mean[is_kept], sd[is_kept]


def _refusal(code: str, reason: str) -> Verdict:
    return Verdict(False, code, reason)


def _without_slow(rows: Floats, weight: Floats) -> Floats:
    """Less the weighted local mean (triangle of nine periods), so that seasons are not taken for complements."""
    n_periods = rows.shape[1]
    distance = np.abs(np.subtract.outer(np.arange(n_periods), np.arange(n_periods)))
    near = np.maximum(1.0 - distance / 9.0, 0.0)
    return np.asarray(rows - (rows * weight) @ near / (weight @ near))
