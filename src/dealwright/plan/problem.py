"""The planning problem: every offer every product could run in every week, and what each would earn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import Mechanic, describe
from dealwright.plan.objective import PROFIT, Basis, Objective, Worth
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to promote: how deep (share of the usual price), on display or not, in the mailer or not.

    With a `mechanic` this says what is given, and depth is 0; `currency` is the one in which its amounts are told.
    """

    depth: float
    on_display: bool = False
    in_mailer: bool = False
    mechanic: Mechanic | None = None
    currency: str = field(default="", compare=False)

    @property
    def is_promotion(self) -> bool:
        """Whether it does anything at all."""
        return self.depth > 0 or self.on_display or self.in_mailer or self.mechanic is not None

    @property
    def is_price_cut(self) -> bool:
        """Whether it changes the shelf label."""
        return self.depth > 0 or (self.mechanic is not None and self.mechanic.is_price_cut)

    def __str__(self) -> str:
        parts = [f"{self.depth:.0%} off"] if self.depth > 0 else []
        parts += [describe(self.mechanic, currency=self.currency)] if self.mechanic is not None else []
        parts += ["display"] if self.on_display else []
        parts += ["mailer"] if self.in_mailer else []
        return " + ".join(parts) or "no promotion"


def offer_catalogue(
    depths: Sequence[float], mechanics: Sequence[Mechanic] = (), *, currency: str = ""
) -> tuple[Offer, ...]:
    """No promotion, then every depth (and none) and every mechanic with every combination of display and mailer.

    What a mechanic is shown by anyway is always among them.
    """
    offers = [
        Offer(depth, on_display, in_mailer)
        for depth in (0.0, *sorted(set(depths)))
        for on_display in (False, True)
        for in_mailer in (False, True)
    ]
    offers += [
        Offer(0.0, on_display, in_mailer, mechanic, currency)
        for mechanic in mechanics
        for on_display in (False, True)
        for in_mailer in (False, True)
        if on_display >= ("display" in mechanic.vehicles) and in_mailer >= ("mailer" in mechanic.vehicles)
    ]
    return tuple(offers)


@dataclass(frozen=True, slots=True)
class OfferResponse:
    """What demand answers, as the planner needs it: D draws, n products, T weeks, K offers.

    `baseline` (D, n, T) units; `gain` (D, n, K) relative extra units of an offer on its own (0 for no
    promotion); `switching`, `pull_forward`, `rival_pull` (D, n) shares of the extra units taken from neighbours,
    from own later weeks and from neighbours' later weeks, the first (D, n, K) where offers differ in it; `shares`
    (n,) of the category; `rest_shares` (C,) of products outside; `category_of` (n,); `halo` (C, C) units that the
    row's category gains per extra unit of the column's.
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

    def switching_of(self, i: Ints | int, k: Ints | int) -> Floats:
        """The share that offer `k` of product `i` takes from neighbours, (D, ...) as `i` and `k`."""
        return np.asarray(self.switching[:, i] if self.switching.ndim == 2 else self.switching[:, i, k])


@dataclass(frozen=True, slots=True)
class PlanningProblem:
    """Coefficients of the objective, all expectations over draws: minor units if it is money, else what it counts.

    `value` (n, T, K): what the offer adds to the objective when it runs alone (own worth, what it takes from
    neighbours and later weeks and brings to complements, all at regular worth; support).
    `taken` (n, T, K): units an offer takes from its category; `given_up` (n, K): worth per unit of category
    demand that a product gives up when it is itself promoted. Two promotions of a category in one week together
    are worth `given_up[i] * taken[j] + given_up[j] * taken[i]` more than apart: units lost to a neighbour cost
    less where the margin was lowered anyway. Neither is ever negative. `spend` (n, T, K): own discounts, what is
    given beside them, and support, whatever the objective. `terms`: what the offers come to. `worth`: what a unit
    counts for.
    """

    skus: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    category_of: Ints
    weeks: tuple[date, ...]
    offers: tuple[Offer, ...]
    terms: Terms
    display: Floats
    mailer: Floats
    value: Floats
    spend: Floats
    taken: Floats
    given_up: Floats
    economics: Economics
    worth: Worth

    @property
    def shape(self) -> tuple[int, int, int]:
        """Products, weeks, offers."""
        n, n_weeks, n_offers = self.value.shape
        return n, n_weeks, n_offers

    @property
    def support(self) -> Floats:
        """What an offer costs a week whatever is sold: displays, mailers, the mechanic itself; (n, K)."""
        return _support(self.economics, self.terms, self.display, self.mailer)

    def objective(self, choice: Ints) -> float:
        """What `choice` (n, T), the index of the offer of each cell, is expected to add to the objective."""
        return self.apart(choice) + self.interaction(choice)

    def apart(self, choice: Ints) -> float:
        """The same if no promotion met another: never more than `objective`."""
        n, n_weeks, _ = self.shape
        i, t = np.ogrid[:n, :n_weeks]
        return float(self.value[i, t, choice].sum())

    def interaction(self, choice: Ints) -> float:
        """What promotions of one category and week are worth together beyond their sum; never negative."""
        n, n_weeks, _ = self.shape
        i, t = np.ogrid[:n, :n_weeks]
        given_up, taken = self.given_up[i, choice], self.taken[i, t, choice]
        by_given, by_taken = (self._by_category(values) for values in (given_up, taken))
        return float((by_given * by_taken).sum() - (given_up * taken).sum())

    def objective_draws(self, response: OfferResponse, choice: Ints) -> Floats:
        """What `choice` adds in every draw, interactions included, (D,).

        Its mean under any weights of draws is the `objective` of the problem weighed so.
        """
        r = response
        i, t = np.nonzero(choice)
        k = choice[i, t]
        given_up = np.zeros(choice.shape)
        given_up[i, t] = self.given_up[i, k]
        others = self._by_category(given_up)[self.category_of[i], t] - given_up[i, t]
        loss, switching = _loss_per_unit(r, self.worth), r.switching_of(i, k)
        baseline = r.baseline[:, i, t]
        uplift = baseline * r.gain[:, i, k]
        per_unit = self.worth.offered[i, k] + _halo_worth(r, self.worth.regular)[i] + others * switching
        per_unit -= loss[i] * (switching + r.rival_pull[:, i]) + self.worth.regular[i] * r.pull_forward[:, i]
        support = self.worth.support * self.support[i, k]
        on_baseline = baseline @ (self.worth.offered[i, k] - self.worth.regular[i])
        return np.asarray(on_baseline + (uplift * per_unit).sum(axis=1) - support.sum())

    def of_others(self, per_cell: Floats) -> Floats:
        """What the other products of each one's category sum to, shape as `per_cell` (n, T)."""
        return np.asarray(self._by_category(per_cell)[self.category_of] - per_cell)

    def _by_category(self, per_cell: Floats) -> Floats:
        total = np.zeros((len(self.categories), per_cell.shape[1]))
        np.add.at(total, self.category_of, per_cell)
        return total


def collect(
    response: OfferResponse,
    economics: Economics,
    *,
    skus: Sequence[str],
    names: Sequence[str],
    categories: Sequence[str],
    weeks: Sequence[date],
    offers: Sequence[Offer],
    terms: Terms,
    display: Floats,
    mailer: Floats,
    objective: Objective = PROFIT,
    weights: Floats | None = None,
) -> PlanningProblem:
    """Work out the coefficients of every cell; `terms`, `display`, `mailer` are (n, K).

    `weights` (D,) are the chances of the draws, alike if None. InputError if they are not a distribution, or if
    what a unit is worth is not a number or higher promoted than not.
    """
    r, e = response, economics
    p = draw_weights(weights, r.baseline.shape[0])
    worth = objective.worth(Basis(e, terms, r.category_of, r.shares))
    worth.check(skus)
    support = _support(e, terms, display, mailer)
    expected = _Expected.of(r, p)
    units = expected.base[:, :, None] + expected.uplift
    return PlanningProblem(
        skus=tuple(skus),
        names=tuple(names),
        categories=tuple(categories),
        category_of=r.category_of,
        weeks=tuple(weeks),
        offers=tuple(offers),
        terms=terms,
        display=display,
        mailer=mailer,
        value=expected.value(r, worth, support),
        spend=e.own_cost(terms.discount_share, terms.extra_minor)[:, None, :] * units + support[:, None, :],
        taken=expected.taken,
        given_up=worth.given_up(r.shares, names=skus),
        economics=e,
        worth=worth,
    )


def pursue(
    problem: PlanningProblem, response: OfferResponse, objective: Objective, *, weights: Floats | None = None
) -> PlanningProblem:
    """The same offers and expectations, valued by another objective."""
    r, e = response, problem.economics
    worth = objective.worth(Basis(e, problem.terms, r.category_of, r.shares))
    worth.check(problem.skus)
    given_up = worth.given_up(r.shares, names=problem.skus)
    return reweigh(replace(problem, worth=worth, given_up=given_up), response, weights)


def reweigh(problem: PlanningProblem, response: OfferResponse, weights: Floats | None) -> PlanningProblem:
    """The same problem if the draws had these chances (D,).

    What limits count (`spend`) stays as it was: a limit does not become another because the draws are weighed anew.
    """
    p = draw_weights(weights, response.baseline.shape[0])
    expected = _Expected.of(response, p)
    value = expected.value(response, problem.worth, problem.support)
    return replace(problem, value=value, taken=expected.taken)


def draw_weights(weights: Floats | None, n_draws: int) -> Floats:
    """Chances of the draws, (D,), all alike if None; InputError if they are not a distribution."""
    if weights is None:
        return np.full(n_draws, 1.0 / n_draws)
    if weights.shape != (n_draws,):
        raise InputError(f"{n_draws} draws need as many weights, not an array of shape {weights.shape}")
    # Written so that NaN fails too.
    if not (weights.min() >= 0 and abs(weights.sum() - 1.0) <= 1e-6):
        raise InputError(
            f"weights of draws are 0 or more and sum to 1; these are {weights.min():g} or more and sum to "
            f"{weights.sum():g}. Divide them by their sum"
        )
    return weights


def _support(e: Economics, terms: Terms, display: Floats, mailer: Floats) -> Floats:
    return np.asarray(e.vehicle_cost(display, mailer) + terms.fixed_minor)


@dataclass(frozen=True, slots=True)
class _Expected:
    """Expected units: `base` (n, T); of each offer alone (n, T, K) its uplift and what that takes from where."""

    base: Floats
    uplift: Floats
    taken: Floats
    pulled: Floats
    later: Floats

    @classmethod
    def of(cls, r: OfferResponse, p: Floats) -> _Expected:
        weighed = np.ascontiguousarray((r.baseline * p[:, None, None]).transpose(1, 2, 0))

        def mean(share: Floats | None = None) -> Floats:
            of_it = r.gain if share is None else r.gain * (share if share.ndim == 3 else share[:, :, None])
            return np.asarray(weighed @ of_it.transpose(1, 0, 2))

        return cls(weighed.sum(axis=2), mean(), mean(r.switching), mean(r.pull_forward), mean(r.rival_pull))

    def value(self, r: OfferResponse, worth: Worth, support: Floats) -> Floats:
        """What each offer adds when it runs alone, (n, T, K)."""
        regular, offered = worth.regular[:, None, None], worth.offered[:, None, :]
        own = offered * (self.base[:, :, None] + self.uplift) - regular * self.base[:, :, None]
        lost = _loss_per_unit(r, worth)[:, None, None] * (self.taken + self.later) + regular * self.pulled
        brought = _halo_worth(r, worth.regular)[:, None, None] * self.uplift
        return np.asarray(own - lost + brought - worth.support * support[:, None, :])


def _loss_per_unit(r: OfferResponse, worth: Worth) -> Floats:
    """Worth lost per unit taken from the category: of the other products and of those outside, (n,)."""
    own = r.shares * worth.regular
    total = np.bincount(r.category_of, weights=own)
    return np.asarray(total[r.category_of] - own + r.rest_shares[r.category_of] * worth.rest[r.category_of])


def halo_margin(r: OfferResponse, e: Economics) -> Floats:
    """Margin that an extra unit brings to the planned products of complementary categories, (n,)."""
    return _halo_worth(r, e.regular_margin)


def _halo_worth(r: OfferResponse, regular: Floats) -> Floats:
    """What an extra unit brings to the planned products of complementary categories, (n,).

    At regular worth: a complement that is itself promoted earns less on these units, which is left out because
    halo is small and the planner's bound needs values that add up.
    """
    n_categories = len(r.rest_shares)
    inside = np.bincount(r.category_of, weights=r.shares, minlength=n_categories)
    total = np.bincount(r.category_of, weights=r.shares * regular, minlength=n_categories)
    per_unit = total / np.maximum(inside, 1e-9)
    return np.asarray((per_unit @ r.halo)[r.category_of])
