"""How demand answers to offers: draws of what products sell in the coming weeks under any set of promotions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.estimate import Estimate
from dealwright.demand.features import Offers, support_share
from dealwright.demand.losses import per_asked
from dealwright.demand.prior import RIVAL_PULL_WEIGHTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PULLED = 0.8
"""Of an uplift; more would say that promotions sell next to nothing."""
MOST_LIFT = np.log(8.0)
"""Eightfold sales are the most a model fitted on ordinary promotions is believed."""

_ANSWERS = (
    *("elasticity", "curvature", "display", "mailer", "display_depth", "mailer_depth"),
    *("switching", "support_switching"),
)
"""What says how a product answers to an offer of its own."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Units of n products over T weeks in D draws, each array (D, n, T).

    `total` = baseline + uplift - cannibalised + halo - pulled_forward, never below zero (`total` is clipped; the
    parts are not). `pulled_forward` is missed because the product or a neighbour was promoted before.
    `rest_cannibalised` (at once and later) is (D, number of categories, T): units lost by products of the category
    that are not in the plan. `pulled_after` (D, n) and `rest_pulled_after` (D, categories) are taken from the weeks
    after. `halo` goes to products in the plan only: it was learnt on them.
    """

    baseline: Floats
    uplift: Floats
    cannibalised: Floats
    halo: Floats
    pulled_forward: Floats
    rest_cannibalised: Floats
    pulled_after: Floats
    rest_pulled_after: Floats

    @property
    def total(self) -> Floats:
        """What is sold if stock allows."""
        promoted = self.baseline + self.uplift + self.halo
        return np.asarray(np.maximum(promoted - self.cannibalised - self.pulled_forward, 0.0))


@dataclass(frozen=True, slots=True)
class DemandResponse:
    """D joint posterior draws of the response of n products, and of their baseline over T coming weeks.

    Arrays: `elasticity` (at the logarithmic price cut `typical_cut`), `curvature` (its change per logarithm of the
    cut), `display`, `mailer`, `display_depth`, `mailer_depth` (how much steeper the answer to price is with
    support), `switching` (of what a price cut brings) and `support_switching` (of what display and mailer bring)
    (D, n); `pulls` (L, D, n) shares of the uplift missed one to L weeks later by the product
    itself, `rival_pull` (D, n) by its category in the weeks after, spread as `RIVAL_PULL_WEIGHTS`;
    `baseline` (D, n, T) units; `halo` (D, K) units that category `halo_to` gains per unit of uplift in `halo_of`;
    `shares` (n,) of the category's units; `dispersion` (n,) variance over mean of a week's units around its
    expectation. What the data speak about: `greatest_depth` (n,) the deepest promotion seen in the category,
    `display_reach`, `mailer_reach` (n,) the share of the shop a display or mailer covers when there is one
    (0: never seen), `n_price_points` (n,) clearly different depths of the product itself.
    """

    skus: tuple[str, ...]
    weeks: tuple[date, ...]
    category_of: Ints
    elasticity: Floats
    curvature: Floats
    typical_cut: float
    display: Floats
    mailer: Floats
    display_depth: Floats
    mailer_depth: Floats
    switching: Floats
    support_switching: Floats
    pulls: Floats
    rival_pull: Floats
    halo: Floats
    halo_of: Ints
    halo_to: Ints
    baseline: Floats
    shares: Floats
    dispersion: Floats
    greatest_depth: Floats
    display_reach: Floats
    mailer_reach: Floats
    n_price_points: Ints
    additivity: float

    @property
    def n_draws(self) -> int:
        """D."""
        return int(self.elasticity.shape[0])

    @property
    def pull_forward(self) -> Floats:
        """Share of the uplift that the product itself misses in all later weeks together, (D, n)."""
        return np.asarray(np.minimum(self.pulls.sum(axis=0), MOST_PULLED))

    @property
    def rest_shares(self) -> Floats:
        """Share of each category's units sold by products outside, shape (number of categories,)."""
        inside = np.bincount(self.category_of, weights=self.shares)
        return np.asarray(np.maximum(1.0 - inside, 0.0))

    @property
    def _shares_within(self) -> Floats:
        """Share of each product of the units that the category sells here, (n,)."""
        inside = np.bincount(self.category_of, weights=self.shares)
        return np.asarray(self.shares / np.maximum(inside, 1e-9)[self.category_of])

    def halo_matrix(self) -> Floats:
        """Mean units gained by the row's category per unit of uplift in the column's, (C, C)."""
        n_categories = len(self.rest_shares)
        out = np.zeros((n_categories, n_categories))
        out[self.halo_to, self.halo_of] = self.halo.mean(axis=0)
        return out

    def gain(self, depth: Floats | float, display: Floats | float, mailer: Floats | float) -> Floats:
        """Relative extra units of an offer on its own: exp(lift) - 1.

        Scalars or (n,) arrays give (D, n); (n, T) arrays give (D, n, T). Never falls with depth: a draw that says
        that a lower price sells less is taken for one that says it changes nothing.
        """
        by_price, by_support = self._lift(depth, display, mailer)
        return np.asarray(np.expm1(np.clip(by_price + by_support, 0.0, MOST_LIFT)))

    def answer_of(self, row: int, depth: Floats, display: Floats, mailer: Floats) -> tuple[Floats, Floats]:
        """`gain` and `switching_of` of one product under T offers on its own; arrays (T,) give (D, T) each."""
        own = replace(self, **{name: getattr(self, name)[:, [row]] for name in _ANSWERS})
        offers = depth[None], display[None], mailer[None]
        return own.gain(*offers)[:, 0], own.switching_of(*offers)[:, 0]

    def switching_of(self, depth: Floats | float, display: Floats | float, mailer: Floats | float) -> Floats:
        """The share of an offer's extra units that neighbours lose at once; shapes as in `gain`.

        Displays and mailers win others' customers, price cuts also make people come, buy ahead and use more: each
        counts by its part of the lift.
        """
        by_price, by_support = self._lift(depth, display, mailer)
        share = support_share(by_price, by_support)
        extra = (slice(None), slice(None), *([None] * (share.ndim - 2)))
        return np.asarray(self.switching[extra] * (1.0 - share) + self.support_switching[extra] * share)

    def _lift(
        self, depth: Floats | float, display: Floats | float, mailer: Floats | float
    ) -> tuple[Floats, Floats]:
        """Log lift by the price cut alone, and by display and mailer on top of it; see `gain`."""
        cut = -np.log1p(-np.asarray(depth, dtype=np.float64))
        extra = (slice(None), slice(None), *([None] * (cut.ndim - 1 if cut.ndim == 2 else 0)))
        steeper = self.display_depth[extra] * display + self.mailer_depth[extra] * mailer
        bare, slope = (np.maximum(self.elasticity[extra] + more, 0.0) for more in (0.0, steeper))
        alone, by_price = (
            rising(each, self.curvature[extra], cut, typical=self.typical_cut) for each in (bare, slope)
        )
        by_support = by_price - alone + self.display[extra] * display + self.mailer[extra] * mailer
        return alone, np.asarray(by_support)

    def volumes(self, offers: Offers) -> Volumes:
        """What sells in the coming weeks under `offers` (n, T), with everything promotions take and bring."""
        gain = self.gain(offers.depth, offers.display, offers.mailer)
        uplift = self.baseline * gain
        n_categories = len(self.rest_shares)
        belongs = np.equal.outer(np.arange(n_categories), self.category_of).astype(np.float64)
        switched = uplift * self.switching_of(offers.depth, offers.display, offers.mailer)
        by_category = np.einsum("cn,dnt->dct", belongs, switched, optimize=True)
        from_others = by_category[:, self.category_of] - switched
        pulled, after = self._pulled(uplift)
        later = uplift * self.rival_pull[:, :, None]
        missed, missed_after = _spread_later(np.einsum("cn,dnt->dct", belongs, later, optimize=True))
        own_part, own_part_after = _spread_later(later)
        pulled = pulled + (missed[:, self.category_of] - own_part) * self.shares[None, :, None]
        after = after + (missed_after[:, self.category_of] - own_part_after) * self.shares
        brought = np.zeros_like(by_category)
        extra = np.einsum("cn,dnt->dct", belongs, uplift, optimize=True)
        for k, (of, to) in enumerate(zip(self.halo_of, self.halo_to, strict=True)):
            brought[:, to] += self.halo[:, k, None] * extra[:, of]
        cannibalised = from_others * self.shares[None, :, None]
        halo = brought[:, self.category_of] * self._shares_within[None, :, None]
        met = self._met(gain, cannibalised + pulled - halo)
        return Volumes(
            baseline=self.baseline,
            uplift=uplift,
            cannibalised=cannibalised * met,
            halo=halo * met,
            pulled_forward=pulled * met,
            rest_cannibalised=(by_category + missed) * self.rest_shares[None, :, None],
            pulled_after=after,
            rest_pulled_after=missed_after * self.rest_shares,
        )

    def _met(self, gain: Floats, asked: Floats) -> Floats:
        """What becomes of a unit asked of the baseline where the product is itself promoted, (D, n, T).

        `asked` (D, n, T) are units. 1 if they come off the baseline; if people leave in proportion, more of them
        leave a promoted product, and each promotion less than it would alone.
        """
        own = self.baseline * (1.0 + gain) ** self.additivity
        share = asked / np.maximum(own, 1e-9)
        return np.asarray((1.0 + gain) ** (1.0 - self.additivity) * per_asked(share, self.additivity))

    def _pulled(self, uplift: Floats) -> tuple[Floats, Floats]:
        """Units missed in the weeks after each promotion (D, n, T), and in those after the last week (D, n)."""
        n_weeks = uplift.shape[2]
        total = self.pulls.sum(axis=0)
        scale = np.minimum(1.0, MOST_PULLED / np.maximum(total, 1e-9))
        pulled, after = np.zeros_like(uplift), np.zeros(uplift.shape[:2])
        for k, share in enumerate(self.pulls, start=1):
            missed = (share * scale)[:, :, None] * uplift
            pulled[:, :, k:] += missed[:, :, : max(n_weeks - k, 0)]
            after += missed[:, :, max(n_weeks - k, 0) :].sum(axis=2)
        return pulled, after

    def is_extrapolated(self, offers: Offers) -> NDArray[np.bool_]:
        """Which cells (n, T) ask for more than the data have seen: a deeper cut, a display or mailer never used."""
        deeper = offers.depth > self.greatest_depth[:, None] + 0.01
        new_display = (offers.display > 0) & (self.display_reach == 0)[:, None]
        new_mailer = (offers.mailer > 0) & (self.mailer_reach == 0)[:, None]
        return np.asarray(deeper | new_display | new_mailer)

    def cross_elasticity(self, of: str, on: str) -> Estimate:
        """Per cent that `on` sells more per per cent that `of` costs more; 0 in another category.

        Small changes around no promotion: switching * elasticity of the promoted one * its share of the category.
        """
        i, j = self.skus.index(of), self.skus.index(on)
        is_near = self.category_of[i] == self.category_of[j]
        draws = self.switching[:, i] * self.elasticity[:, i] * self.shares[i] * float(is_near)
        return Estimate.from_draws(draws)

    def weekly_units(self, offers: Offers, rng: np.random.Generator) -> Floats:
        """Draws of whole units sold in each week, chance included, shape (D, n, T)."""
        mean = self.volumes(offers).total
        return draw_units(mean, self.dispersion[None, :, None], rng)

    def wrong_sign(self) -> list[str]:
        """Products whose price response is not credibly positive; a plan must not promote them by price."""
        return [sku for sku, p in zip(self.skus, (self.elasticity > 0).mean(axis=0), strict=True) if p < 0.9]

    def coefficients(self) -> pd.DataFrame:
        """One row per product: elasticity, display, mailer, switching and pull-forward with 80 % intervals."""
        columns: dict[str, object] = {"sku": list(self.skus)}
        for name in ("elasticity", "display", "mailer", "switching", "pull_forward"):
            draws: Floats = getattr(self, name)
            low, high = np.quantile(draws, [0.1, 0.9], axis=0)
            columns |= {name: draws.mean(axis=0), f"{name}_low": low, f"{name}_high": high}
        return pd.DataFrame(columns).assign(n_price_points=self.n_price_points, greatest_depth=self.greatest_depth)


def draw_units(mean: Floats, dispersion: Floats, rng: np.random.Generator) -> Floats:
    """Whole units around `mean` with variance `dispersion` x mean (negative binomial; Poisson at 1)."""
    excess = np.maximum(dispersion - 1.0, 1e-9)
    shape = np.maximum(mean / excess, 1e-12)
    rate = rng.gamma(np.broadcast_to(shape, mean.shape)) * excess
    return rng.poisson(np.where(mean > 0, rate, 0.0)).astype(np.float64)


def _spread_later(units: Floats) -> tuple[Floats, Floats]:
    """Units (D, k, T) spread over the weeks after by `RIVAL_PULL_WEIGHTS`; what falls behind the last, (D, k)."""
    n_weeks = units.shape[2]
    missed, after = np.zeros_like(units), np.zeros(units.shape[:2])
    for k, weight in enumerate(RIVAL_PULL_WEIGHTS, start=1):
        missed[:, :, k:] += weight * units[:, :, : max(n_weeks - k, 0)]
        after += weight * units[:, :, max(n_weeks - k, 0) :].sum(axis=2)
    return missed, after


def rising(slope: Floats, curvature: Floats, cut: Floats, *, typical: float) -> Floats:
    """Log lift of a price cut: slope * cut + curvature * cut * (cut - typical), held where it would turn down.

    It starts at zero and never falls with the cut, whatever the sign of `curvature`.
    """
    start = np.maximum(slope - curvature * typical, 0.0)
    bend = np.where(slope - curvature * typical > 0, curvature, np.maximum(curvature, 0.0))
    peak = np.where(bend < 0, start / np.maximum(-2.0 * bend, 1e-9), np.inf)
    reached = np.minimum(cut, peak)
    return np.asarray(start * reached + bend * reached**2)
