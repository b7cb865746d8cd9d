"""How demand answers to offers: draws of what products sell in the coming weeks under any set of promotions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.demand.features import Offers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_LIFT = np.log(8.0)
"""Eightfold sales are the most a model fitted on ordinary promotions is believed."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Units of n products over T weeks in D draws, each array (D, n, T).

    `total` = baseline + uplift - cannibalised - pulled_forward, never below zero (`total` is clipped; the parts
    are not). `rest_cannibalised` is (D, number of categories, T): units lost by products of the category that
    are not in the plan. `pulled_after` is (D, n): taken from the week after the last one.
    """

    baseline: Floats
    uplift: Floats
    cannibalised: Floats
    pulled_forward: Floats
    rest_cannibalised: Floats
    pulled_after: Floats

    @property
    def total(self) -> Floats:
        """What is sold if stock allows."""
        return np.asarray(np.maximum(self.baseline + self.uplift - self.cannibalised - self.pulled_forward, 0.0))


@dataclass(frozen=True, slots=True)
class DemandResponse:
    """D joint posterior draws of the response of n products, and of their baseline over T coming weeks.

    Arrays: `elasticity`, `display`, `mailer`, `switching`, `pull_forward` (D, n); `baseline` (D, n, T) units;
    `shares` (n,) of the category's units; `dispersion` (n,) variance over mean of a week's units around its
    expectation. What the data speak about: `greatest_depth` (n,) the deepest promotion seen in the category,
    `display_reach`, `mailer_reach` (n,) the share of the shop a display or mailer covers when there is one
    (0: never seen), `n_price_points` (n,) clearly different depths of the product itself.
    """

    skus: tuple[str, ...]
    weeks: tuple[date, ...]
    category_of: Ints
    elasticity: Floats
    display: Floats
    mailer: Floats
    switching: Floats
    pull_forward: Floats
    baseline: Floats
    shares: Floats
    dispersion: Floats
    greatest_depth: Floats
    display_reach: Floats
    mailer_reach: Floats
    n_price_points: Ints

    @property
    def n_draws(self) -> int:
        """D."""
        return int(self.elasticity.shape[0])

    @property
    def rest_shares(self) -> Floats:
        """Share of each category's units sold by products outside, shape (number of categories,)."""
        inside = np.bincount(self.category_of, weights=self.shares)
        return np.asarray(np.maximum(1.0 - inside, 0.0))

    def gain(self, depth: Floats | float, display: Floats | float, mailer: Floats | float) -> Floats:
        """Relative extra units of an offer on its own: exp(lift) - 1.

        Scalars or (n,) arrays give (D, n); (n, T) arrays give (D, n, T).
        """
        cut = -np.log1p(-np.asarray(depth, dtype=np.float64))
        if cut.ndim == 2:
            elasticity, on_display, in_mailer = (
                draws[:, :, None] for draws in (self.elasticity, self.display, self.mailer)
            )
        else:
            elasticity, on_display, in_mailer = self.elasticity, self.display, self.mailer
        lift = elasticity * cut + on_display * display + in_mailer * mailer
        return np.asarray(np.expm1(np.clip(lift, 0.0, MOST_LIFT)))

    def volumes(self, offers: Offers) -> Volumes:
        """What sells in the coming weeks under `offers` (n, T), with everything promotions take from others."""
        gain = self.gain(offers.depth, offers.display, offers.mailer)
        uplift = self.baseline * gain
        n_categories = int(self.category_of.max()) + 1
        switched = uplift * self.switching[:, :, None]
        belongs = np.equal.outer(np.arange(n_categories), self.category_of).astype(np.float64)
        by_category = np.einsum("cn,dnt->dct", belongs, switched, optimize=True)
        from_others = by_category[:, self.category_of] - switched
        pulled = uplift * self.pull_forward[:, :, None]
        return Volumes(
            baseline=self.baseline,
            uplift=uplift,
            cannibalised=from_others * self.shares[None, :, None],
            pulled_forward=np.concatenate([np.zeros_like(pulled[:, :, :1]), pulled[:, :, :-1]], axis=2),
            rest_cannibalised=by_category * self.rest_shares[None, :, None],
            pulled_after=pulled[:, :, -1],
        )

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
