"""The planning problem: every offer every product could run in every week, and what each would earn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to promote: how deep (share of the usual price), on display or not, in the mailer or not."""

    depth: float
    on_display: bool = False
    in_mailer: bool = False

    @property
    def is_promotion(self) -> bool:
        """Whether it does anything at all."""
        return self.depth > 0 or self.on_display or self.in_mailer

    def __str__(self) -> str:
        parts = [f"{self.depth:.0%} off"] if self.depth > 0 else []
        parts += ["display"] if self.on_display else []
        parts += ["mailer"] if self.in_mailer else []
        return " + ".join(parts) or "no promotion"


def offer_catalogue(depths: Sequence[float]) -> tuple[Offer, ...]:
    """No promotion, then every depth (and none) with every combination of display and mailer."""
    offers = [
        Offer(depth, on_display, in_mailer)
        for depth in (0.0, *sorted(set(depths)))
        for on_display in (False, True)
        for in_mailer in (False, True)
    ]
    return tuple(offers)


@dataclass(frozen=True, slots=True)
class OfferResponse:
    """What demand answers, as the planner needs it: D draws, n products, T weeks, K offers.

    `baseline` (D, n, T) units; `gain` (D, n, K) relative extra units of an offer on its own (0 for no
    promotion); `switching`, `pull_forward`, `rival_pull` (D, n) shares of the extra units taken from neighbours,
    from own later weeks and from neighbours' later weeks; `shares` (n,) of the category; `rest_shares` (C,) of
    products outside; `category_of` (n,); `halo` (C, C) units that the row's category gains per extra unit of the
    column's.
    """

    baseline: Floats
    gain: Floats
    switching: Floats
    pull_forward: Floats
    rival_pull: Floats
    shares: Floats
    rest_shares: Floats
    category_of: Ints
    halo: Floats


@dataclass(frozen=True, slots=True)
class PlanningProblem:
    """Coefficients of the objective, minor units, all expectations over draws.

    `value` (n, T, K): what the offer adds to profit when it runs alone (own margin, what it takes from
    neighbours and later weeks and brings to complements, all at regular margins; support).
    `taken` (n, T, K): units an offer takes from its category; `given_up` (n, K): margin per unit of category
    demand that a product gives up when it is itself promoted. Two promotions of a category in one week together
    are worth `given_up[i] * taken[j] + given_up[j] * taken[i]` more than apart: units lost to a neighbour cost
    less where the margin was lowered anyway. `spend` (n, T, K): own discounts and support. `depth` (n, K): real
    depth after rounding to price endings.
    """

    skus: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    category_of: Ints
    weeks: tuple[date, ...]
    offers: tuple[Offer, ...]
    depth: Floats
    display: Floats
    mailer: Floats
    value: Floats
    spend: Floats
    taken: Floats
    given_up: Floats
    economics: Economics

    @property
    def shape(self) -> tuple[int, int, int]:
        """Products, weeks, offers."""
        n, n_weeks, n_offers = self.value.shape
        return n, n_weeks, n_offers

    def objective(self, choice: Ints) -> float:
        """Expected extra profit (minor units) of `choice` (n, T): the index of the offer of each cell."""
        n, n_weeks, _ = self.shape
        i, t = np.ogrid[:n, :n_weeks]
        own = float(self.value[i, t, choice].sum())
        return own + self.interaction(choice)

    def interaction(self, choice: Ints) -> float:
        """What promotions of one category and week are worth together beyond their sum (minor units)."""
        n, n_weeks, _ = self.shape
        i, t = np.ogrid[:n, :n_weeks]
        given_up, taken = self.given_up[i, choice], self.taken[i, t, choice]
        n_categories = len(self.categories)
        by_given, by_taken = np.zeros((n_categories, n_weeks)), np.zeros((n_categories, n_weeks))
        np.add.at(by_given, self.category_of, given_up)
        np.add.at(by_taken, self.category_of, taken)
        return float((by_given * by_taken).sum() - (given_up * taken).sum())


def collect(
    response: OfferResponse,
    economics: Economics,
    *,
    skus: Sequence[str],
    names: Sequence[str],
    categories: Sequence[str],
    weeks: Sequence[date],
    offers: Sequence[Offer],
    depth: Floats,
    display: Floats,
    mailer: Floats,
) -> PlanningProblem:
    """Work out the coefficients of every cell; `depth`, `display`, `mailer` are (n, K)."""
    r, e = response, economics
    n_draws = r.baseline.shape[0]
    margin, regular = e.margin(depth), e.regular_margin
    base = r.baseline.mean(axis=0)
    uplift = np.einsum("dnt,dnk->ntk", r.baseline, r.gain) / n_draws
    taken = np.einsum("dnt,dnk,dn->ntk", r.baseline, r.gain, r.switching) / n_draws
    pulled = np.einsum("dnt,dnk,dn->ntk", r.baseline, r.gain, r.pull_forward) / n_draws
    neighbour_margin = _neighbour_margin(r, e)
    support = e.vehicle_cost(display, mailer)
    own = margin[:, None, :] * (base[:, :, None] + uplift) - (regular[:, None] * base)[:, :, None]
    later = np.einsum("dnt,dnk,dn->ntk", r.baseline, r.gain, r.rival_pull) / n_draws
    lost = neighbour_margin[:, None, None] * (taken + later) + regular[:, None, None] * pulled
    brought = halo_margin(r, e)[:, None, None] * uplift
    spend = e.own_discount(depth)[:, None, :] * (base[:, :, None] + uplift) + support[:, None, :]
    return PlanningProblem(
        skus=tuple(skus),
        names=tuple(names),
        categories=tuple(categories),
        category_of=r.category_of,
        weeks=tuple(weeks),
        offers=tuple(offers),
        depth=depth,
        display=display,
        mailer=mailer,
        value=own - lost + brought - support[:, None, :],
        spend=spend,
        taken=taken,
        given_up=r.shares[:, None] * (regular[:, None] - margin),
        economics=e,
    )


def _neighbour_margin(r: OfferResponse, e: Economics) -> Floats:
    """Margin lost per unit taken from the category: of the other products and of those outside, (n,)."""
    own = r.shares * e.regular_margin
    total = np.bincount(r.category_of, weights=own)
    return np.asarray(total[r.category_of] - own + r.rest_shares[r.category_of] * e.rest_margin[r.category_of])


def halo_margin(r: OfferResponse, e: Economics) -> Floats:
    """Margin that an extra unit brings to the planned products of complementary categories, (n,).

    At regular margins: a complement that is itself promoted earns less on these units, which is left out because
    halo is small and the planner's bound needs values that add up.
    """
    n_categories = len(r.rest_shares)
    inside = np.bincount(r.category_of, weights=r.shares, minlength=n_categories)
    margin = np.bincount(r.category_of, weights=r.shares * e.regular_margin, minlength=n_categories)
    per_unit = margin / np.maximum(inside, 1e-9)
    return np.asarray((per_unit @ r.halo)[r.category_of])
