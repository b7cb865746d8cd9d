"""What a plan adds when all its promotions run at once, as demand is thought to answer.

The planner's own objective adds promotions up, pair by pair. Demand does not quite: people may leave in proportion,
so that a promoted product loses more to a neighbour than an ordinary one, and two neighbours together take less
than the sum of both; what was bought ahead may fall into a week that is promoted itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plan.simulate_plan import offers_of
from dealwright.demand.losses import LEAST_ADDITIVITY, MOST_TAKEN, kept
from dealwright.demand.prior import RIVAL_PULL_WEIGHTS
from dealwright.demand.response import MOST_PULLED, DemandResponse
from dealwright.plan.problem import OfferResponse, PlanningProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_LINEAR = 100
"""Draws that are enough to see which offer is worth a try; what a plan is worth counts all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueWorth:
    """The objective of `problem` over the draws of `demand`; `offers` is the same demand, offer by offer."""

    demand: DemandResponse
    offers: OfferResponse
    problem: PlanningProblem

    def draws(self, choice: Ints) -> Floats:
        """What `choice` (n, T) adds to no promotion in every draw, (D,)."""
        return np.asarray(self._by_category(choice).sum(axis=1))

    def objective(self, choice: Ints) -> float:
        """The mean of the same."""
        return float(self.by_category(choice).sum())

    def by_category(self, choice: Ints) -> Floats:
        """The mean by category, (C,): what its products and those outside the plan sell more."""
        return np.asarray(self._by_category(choice).mean(axis=0))

    def beside(self, choice: Ints) -> Floats:
        """What each offer adds beside the other promotions of `choice`, none of which it replaces, (n, T, K).

        What it does to other products and to later weeks counts at what a unit lost there costs as things stand, so
        this is exact for small offers only; over a part of the draws.
        """
        few, problem = self._few(), self.problem
        r, responds = few.demand, few.offers
        asked = _asked(r, problem, choice)
        i = np.arange(choice.shape[0])[:, None]
        gain, worth = responds.gain[:, i, choice], problem.worth.offered[i, choice]
        each = worth * lost_per_asked(r.baseline, gain, asked, r.additivity)
        return values(r, responds, problem, Losses(each, each, each), asked)

    def _by_category(self, choice: Ints) -> Floats:
        problem, worth = self.problem, self.problem.worth
        i = np.arange(choice.shape[0])[:, None]
        sold = self.demand.volumes(offers_of(problem, choice))
        earned = np.einsum("dnt,nt->dn", sold.total, worth.offered[i, choice])
        earned -= (self.demand.baseline.sum(axis=2) + sold.pulled_after) * worth.regular
        earned -= worth.support * problem.support[i, choice].sum(axis=1)
        belongs = np.equal.outer(np.arange(len(problem.categories)), problem.category_of).astype(np.float64)
        outside = sold.rest_cannibalised.sum(axis=2) + sold.rest_pulled_after
        return np.asarray(earned @ belongs.T - outside * worth.rest)

    def _few(self) -> TrueWorth:
        step = max(self.demand.n_draws // N_LINEAR, 1)
        return replace(self, demand=_draws_of(self.demand, step), offers=_offers_of_draws(self.offers, step))


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What a unit asked of a product costs in a week, (D, n, T): asked by neighbours at once, by promotions of
    earlier weeks; and what a unit brought to it is worth."""

    at_once: Floats
    later: Floats
    brought: Floats


def values(
    r: DemandResponse, responds: OfferResponse, problem: PlanningProblem, losses: Losses, asked: Floats | None
) -> Floats:
    """What each offer adds, (n, T, K), if what it does to others costs as `losses` say.

    `asked` (D, n, T) are units that the other promotions ask of a product's own; None if nobody asks for any.
    """
    worth, (n, n_weeks, n_offers) = problem.worth, problem.shape
    at_once = _of_neighbours(losses.at_once, r, worth.rest)
    # Draws of what is pulled forward may be below zero: those bring.
    later = _later(r, problem, losses.later, np.maximum) + _later(r, problem, losses.brought, np.minimum)
    later = later - _brought(r, losses.brought)
    out = np.zeros((n, n_weeks, n_offers))
    for k in range(n_offers):
        gain = responds.gain[:, :, k][:, :, None]
        own = worth.offered[:, k][:, None] * _units(r.baseline, gain, asked, r.additivity)
        per_unit = responds.switching_of(np.arange(n), k)[:, :, None] * at_once + later
        out[:, :, k] = (own - r.baseline * gain * per_unit).mean(axis=0)
        out[:, :, k] -= worth.support * problem.support[:, k][:, None]
    return np.asarray(out - out[:, :, :1])


def _units(baseline: Floats, gain: Floats, asked: Floats | None, additivity: float) -> Floats:
    """What is sold of a product under an offer when `asked` units are asked of it."""
    if asked is None:
        return np.asarray(baseline * (1.0 + gain))
    own = np.maximum(baseline * (1.0 + gain) ** additivity, 1e-9)
    return np.asarray(baseline * (1.0 + gain) * kept(asked / own, additivity))


def lost_per_asked(baseline: Floats, gain: Floats, asked: Floats, additivity: float) -> Floats:
    """How many units are lost if one more is asked for: the slope of `_units`."""
    share = asked / np.maximum(baseline * (1.0 + gain) ** additivity, 1e-9)
    if additivity < LEAST_ADDITIVITY:
        slope = np.exp(-share)
    else:
        left = 1.0 - additivity * share
        slope = np.where(left > 1.0 - MOST_TAKEN, np.maximum(left, 1e-9) ** (1.0 / additivity - 1.0), 0.0)
    return np.asarray((1.0 + gain) ** (1.0 - additivity) * slope)


def _asked(r: DemandResponse, problem: PlanningProblem, choice: Ints) -> Floats:
    """Units that the promotions of a plan ask of each product and week, (D, n, T)."""
    # Where losses add up, what is taken is what was asked for.
    sold = replace(r, additivity=1.0).volumes(offers_of(problem, choice))
    return np.asarray(sold.cannibalised + sold.pulled_forward - sold.halo)


def _of_neighbours(per_unit: Floats, r: DemandResponse, rest: Floats) -> Floats:
    """What it costs that a unit is asked of the rest of a product's category, (D, n, T) as `per_unit`."""
    shared = per_unit * r.shares[:, None]
    total = sums_of_categories(shared, r.category_of, len(rest))
    outside = (r.rest_shares * rest)[r.category_of]
    return np.asarray(total[:, r.category_of] - shared + outside[None, :, None])


def _later(
    r: DemandResponse, problem: PlanningProblem, per_unit: Floats, part: Callable[[Floats, float], Floats]
) -> Floats:
    """What a unit of uplift costs in the weeks that follow by the positive or negative part of the shares that it
    takes there, (D, n, T); `per_unit` (D, n, T) as in `Losses`."""
    worth = problem.worth
    usual = np.broadcast_to(worth.regular[None, :, None], per_unit.shape)
    of_rivals, usual_of_rivals = (_of_neighbours(each, r, worth.rest) for each in (per_unit, usual))
    rivals = _ahead(of_rivals, usual_of_rivals, RIVAL_PULL_WEIGHTS[:, None, None])
    return part(r.rival_pull, 0.0)[:, :, None] * rivals + _ahead(per_unit, usual, part(own_pulls(r), 0.0))


def _ahead(per_unit: Floats, after: Floats, shares: Floats) -> Floats:
    """What a unit costs whose `shares` (L, D, n) or (L, 1, 1) are asked of the next L weeks, (D, n, T).

    `after` (D, n, T) is the cost in weeks beyond the last.
    """
    n_weeks = per_unit.shape[2]
    weeks = np.concatenate([per_unit, np.repeat(after[:, :, -1:], len(shares), axis=2)], axis=2)
    return np.asarray(sum(share[:, :, None] * weeks[:, :, k : k + n_weeks] for k, share in enumerate(shares, 1)))


def own_pulls(r: DemandResponse) -> Floats:
    """Shares of an uplift that the product misses one to L weeks later, (L, D, n)."""
    return np.asarray(r.pulls * np.minimum(1.0, MOST_PULLED / np.maximum(r.pulls.sum(axis=0), 1e-9)))


def _brought(r: DemandResponse, per_unit: Floats) -> Floats:
    """What a unit of uplift brings to complements, (D, n, T)."""
    inside = np.bincount(r.category_of, weights=r.shares)
    within = (r.shares / np.maximum(inside, 1e-9)[r.category_of])[:, None]
    per_category = sums_of_categories(per_unit * within, r.category_of, len(inside))
    brought = np.zeros_like(per_category)
    for k, (of, to) in enumerate(zip(r.halo_of, r.halo_to, strict=True)):
        brought[:, of] += r.halo[:, k, None] * per_category[:, to]
    return np.asarray(brought[:, r.category_of])


def sums_of_categories(values: Floats, category_of: Ints, n_categories: int) -> Floats:
    """Values of products (D, n, T) summed over each category, (D, C, T)."""
    total = np.zeros((n_categories, values.shape[0], values.shape[2]))
    np.add.at(total, category_of, np.moveaxis(values, 1, 0))
    return np.moveaxis(total, 0, 1)


_DRAWN = (
    "elasticity",
    "curvature",
    "display",
    "mailer",
    "display_depth",
    "mailer_depth",
    "switching",
    "support_switching",
    "rival_pull",
    "halo",
    "baseline",
)


def _draws_of(r: DemandResponse, step: int) -> DemandResponse:
    """One in `step` draws."""
    return replace(r, pulls=r.pulls[:, ::step], **{name: getattr(r, name)[::step] for name in _DRAWN})


def _offers_of_draws(offers: OfferResponse, step: int) -> OfferResponse:
    names = ("baseline", "gain", "switching", "pull_forward", "rival_pull")
    return replace(offers, **{name: getattr(offers, name)[::step] for name in names})
