"""The planner's problem valued so that no plan truly adds more: what bounds it bounds the truth.

What is asked of a product takes less than as many units (`demand.losses.kept` is convex). Let y be what is asked
over what is sold without promotion, Y the most it can be under any plan within the limits. In every draw, what is
taken is at least y - bend * y^2, with the `bend` found at Y; where Y is large, y times what is taken per unit at Y
is nearer. Squares of sums are sums of squares, which belong to single offers, and of products, which belong to
pairs of one week; in products of what neighbours ask at once and what earlier weeks ask, one of both counts at its
most. That is what the limits let a category promote at once and a product over the weeks: of its own promotions of
earlier weeks those count that can all run, and where it is promoted itself, that can run beside this one.

A product that is promoted itself loses (1 + gain) ^ (1 - additivity) times as much. Where its worth has fallen by
more than that, a unit asked of it costs less: what is saved belongs to the pair, or to the promotion, at the most
that earlier weeks can ask. Where its worth has fallen by less, the unit costs more, which is left out: the bound is
loose by that much where many promotions meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plan.plan_truth import Losses, TrueWorth, own_pulls, sums_of_categories, values
from dealwright.demand.losses import MOST_TAKEN, kept, per_asked
from dealwright.demand.prior import RIVAL_PULL_WEIGHTS
from dealwright.demand.response import DemandResponse
from dealwright.plan.constraints import Constraint
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.rows import row_system
from dealwright.plan.solvers.sieve import most_at_once
from dealwright.plan.solvers.spacing import Spacing, spacing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

LARGE = 2.0
"""Times what is sold without promotion: where more may be asked, the straight line is nearer."""
MORE_AT_ONCE = 4.0
"""Plans ask about so many times more at once than of later weeks: a guess, on which only tightness rests."""


def at_most(truth: TrueWorth, constraints: Sequence[Constraint]) -> PlanningProblem:
    """The problem of `truth` with an objective that no plan within the limits truly exceeds."""
    problem, r = truth.problem, truth.demand
    system = row_system(problem, constraints)
    is_allowed = system.is_allowed.reshape(problem.shape).copy()
    is_allowed[:, :, 0] = True
    asked = _MostAsked.of(truth, is_allowed, most_at_once(problem, system), spacing(problem, system))
    curve = _Curve.of(asked, r)
    usual = _costs(problem.worth.regular, np.zeros_like(r.elasticity), curve, r.additivity)
    value = values(r, truth.offers, problem, Losses(usual.at_once, usual.later, usual.brought), None)
    given_up = np.zeros(problem.given_up.shape)
    for k in range(1, problem.shape[2]):
        now = _costs(problem.worth.offered[:, k], truth.offers.gain[:, :, k], curve, r.additivity)
        saved = np.maximum(usual.at_once - now.at_once, usual.at_once_at_most - now.at_once_at_most)
        saved = np.where(is_allowed[:, :, k], np.maximum(saved, 0.0), 0.0)
        given_up[:, k] = r.shares * saved.max(axis=(0, 2))
        more = np.maximum(usual.later - now.later, 0.0) * asked.later_beside
        more += np.maximum(now.brought - usual.brought, 0.0) * asked.brought_beside
        value[:, :, k] += more.mean(axis=0)
    squares, pairs = _squares(truth, curve, is_allowed)
    return replace(problem, value=value + squares, given_up=given_up + pairs)


@dataclass(frozen=True, slots=True, eq=False)
class _MostAsked:
    """The most that can be asked of a product's week by neighbours `at_once` and by earlier weeks, `later`, and
    that can be `brought` to it, in units, (D, n, T); `beside` a promotion of the product in that week, less."""

    at_once: Floats
    later: Floats
    brought: Floats
    later_beside: Floats
    brought_beside: Floats

    @classmethod
    def of(cls, truth: TrueWorth, is_allowed: Flags, most: Ints, apart: Spacing) -> _MostAsked:
        """Under any plan of the allowed offers (n, T, K) with at most so many at once in a category, (C, T)."""
        r = truth.demand
        uplift, taken = _most_of(truth, is_allowed)
        pulls = own_pulls(r)

        def in_later_weeks(sign: float) -> tuple[Floats, Floats]:
            rivals = _largest(uplift * np.maximum(sign * r.rival_pull, 0.0)[:, :, None], r, most)
            of_rivals = _earlier(rivals, RIVAL_PULL_WEIGHTS[:, None, None]) * r.shares[:, None]
            own = np.maximum(sign * pulls, 0.0)
            alone, beside = (_own_earlier(uplift, own, apart, is_promoted=now) for now in (False, True))
            return of_rivals + alone, of_rivals + beside

        (later, later_beside), (brought, brought_beside) = in_later_weeks(1.0), in_later_weeks(-1.0)
        halo = _most_brought(r, uplift)
        return cls(
            at_once=_largest(taken, r, most) * r.shares[:, None],
            later=later,
            brought=brought + halo,
            later_beside=later_beside,
            brought_beside=brought_beside + halo,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """How what is asked of a product's week is taken, (D, n, T); see the module.

    `bend` is 0 where `straight` is what is taken per unit. `at_once` and `later` are the parts of Y; `is_at_once`:
    where both meet, what is asked at once counts with all that earlier weeks may ask, else the other way round.
    """

    bend: Floats
    straight: Floats
    brought: Floats
    at_once: Floats
    later: Floats
    is_at_once: Flags

    @classmethod
    def of(cls, asked: _MostAsked, r: DemandResponse) -> _Curve:
        """Up to the most that is asked."""
        base, a = np.maximum(r.baseline, 1e-9), r.additivity
        at_once, later = asked.at_once / base, asked.later / base
        most = at_once + later
        is_straight = (most > LARGE) | (most <= 0)
        # The parabola is below what is taken: it meets that at the start, at the end, or where it stops to rise.
        above = most - 1.0 + kept(most, a)
        bend = np.maximum(above / np.maximum(most, 1e-6) ** 2, (1.0 - a) / 2.0)
        bend = np.where(a * most > MOST_TAKEN, np.maximum(bend, 0.25 / (1.0 - kept(most, a) + 1e-9)), bend)
        return cls(
            bend=np.where(is_straight, 0.0, bend),
            straight=np.where(is_straight, per_asked(most, a), 1.0),
            brought=per_asked(-asked.brought / base, a),
            at_once=at_once,
            later=later,
            is_at_once=later * MORE_AT_ONCE < at_once,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Costs:
    """What a unit asked of a product's week costs at least, (D, n, T): at once the first one, and the one
    that makes up the most; later; and what a unit brought is worth at most."""

    at_once: Floats
    at_once_at_most: Floats
    later: Floats
    brought: Floats


def _costs(worth: Floats, gain: Floats, curve: _Curve, additivity: float) -> _Costs:
    """Where the product has an offer with a `gain` (D, n) under which its unit is `worth` (n,)."""
    bend = curve.bend / ((1.0 + gain) ** additivity)[:, :, None]
    each = worth[None, :, None] * ((1.0 + gain) ** (1.0 - additivity))[:, :, None]
    # A unit that loses money is best lost: at most all that is asked is.
    is_worth = each >= 0

    def cost(bent: Floats | float) -> Floats:
        return each * np.where(is_worth, curve.straight - bent, 1.0)

    beside_later = np.where(curve.is_at_once, 2.0 * bend * curve.later, 0.0)
    beside_once = np.where(curve.is_at_once, 0.0, 2.0 * bend * curve.at_once)
    return _Costs(
        at_once=cost(beside_later),
        at_once_at_most=cost(beside_later + bend * curve.at_once),
        later=cost(beside_once + bend * curve.later),
        brought=np.where(is_worth, each * curve.brought, each),
    )


def _squares(truth: TrueWorth, curve: _Curve, is_allowed: Flags) -> tuple[Floats, Floats]:
    """What the bends bring to single offers, (n, T, K), and to pairs: more to `given_up`, (n, K).

    A pair's part is a mean over draws of a product, which by Cauchy and Schwarz is at most the product of roots.
    """
    problem, r, offers = truth.problem, truth.demand, truth.offers
    worth = np.maximum(problem.worth.regular, 0.0)[None, :, None]
    weight = worth * curve.bend * (r.shares**2)[None, :, None] / np.maximum(r.baseline, 1e-9)
    total = sums_of_categories(weight, r.category_of, len(problem.categories))[:, r.category_of]
    alone, root = np.zeros(problem.shape), np.zeros(problem.shape)
    products = np.arange(problem.shape[0])
    for k in range(1, problem.shape[2]):
        switching = offers.switching_of(products, k)
        taken = r.baseline * (offers.gain[:, :, k] * switching)[:, :, None]
        alone[:, :, k] = (taken**2 * (total - weight)).mean(axis=0)
        root[:, :, k] = np.sqrt((taken**2 * total).mean(axis=0))
    root = np.where(is_allowed, root, 0.0)
    per_taken = (root / np.maximum(problem.taken, 1e-9)).max(axis=2)
    largest = np.zeros((len(problem.categories), problem.shape[1]))
    np.maximum.at(largest, problem.category_of, per_taken)
    return alone, (root * largest[problem.category_of][:, :, None]).max(axis=1)


def _most_of(truth: TrueWorth, is_allowed: Flags) -> tuple[Floats, Floats]:
    """The most extra units of any offer of a product and week, and the most that one takes at once, (D, n, T)."""
    r, offers = truth.demand, truth.offers
    uplift, taken, products = np.zeros_like(r.baseline), np.zeros_like(r.baseline), np.arange(len(r.shares))
    for k in range(1, offers.gain.shape[2]):
        more = np.where(is_allowed[None, :, :, k], r.baseline * offers.gain[:, :, k][:, :, None], 0.0)
        uplift = np.maximum(uplift, more)
        taken = np.maximum(taken, more * offers.switching_of(products, k)[:, :, None])
    return uplift, taken


def _largest(units: Floats, r: DemandResponse, most: Ints) -> Floats:
    """The sum of a category's largest, as many as can be promoted at once, without the product's own; (D, n, T)."""
    out = np.zeros_like(units)
    for c in range(len(most)):
        rows = np.flatnonzero(r.category_of == c)
        falling = -np.sort(-units[:, rows], axis=1)
        for t, n_most in enumerate(np.minimum(most[c], len(rows) - 1)):
            if n_most <= 0:
                continue
            own, top = units[:, rows, t], falling[:, : n_most + 1, t]
            total = top[:, :-1].sum(axis=1, keepdims=True)
            # Without one of the largest, the next one takes its place.
            out[:, rows, t] = np.where(own >= top[:, [-2]], total - own + top[:, [-1]], total)
    return out


def _earlier(units: Floats, shares: Floats) -> Floats:
    """What units (D, n, T) ask of the weeks after by `shares` (L, D, n) or (L, 1, 1), (D, n, T)."""
    n_weeks, out = units.shape[2], np.zeros_like(units)
    for k, share in enumerate(shares, start=1):
        out[:, :, k:] += share[:, :, None] * units[:, :, : max(n_weeks - k, 0)]
    return out


def _own_earlier(units: Floats, shares: Floats, apart: Spacing, *, is_promoted: bool) -> Floats:
    """The most that a product's own promotions of the weeks before ask of a week by `shares` (L, D, n), (D, n, T).

    Only promotions count that can all run, beside one in the week itself where it `is_promoted`.
    """
    n_weeks, out = units.shape[2], np.zeros_like(units)
    for size in range(1, len(shares) + 1):
        can_run = apart.most >= size + is_promoted
        for lags in combinations(range(1, len(shares) + 1), size):
            for t in range(lags[-1], n_weeks):
                weeks = [t - lag for lag in lags]
                pairs = combinations([t, *weeks] if is_promoted else weeks, 2)
                fits = can_run & ~np.any([apart.is_apart[:, a, b] for a, b in pairs], axis=0)
                asked = sum(shares[lag - 1] * units[:, :, t - lag] for lag in lags)
                out[:, :, t] = np.maximum(out[:, :, t], np.where(fits, asked, 0.0))
    return out


def _most_brought(r: DemandResponse, uplift: Floats) -> Floats:
    """The most that promotions of complements can bring to a product's week, (D, n, T)."""
    inside = np.bincount(r.category_of, weights=r.shares)
    total = sums_of_categories(uplift, r.category_of, len(inside))
    brought = np.zeros_like(total)
    for k, (of, to) in enumerate(zip(r.halo_of, r.halo_to, strict=True)):
        brought[:, to] += np.maximum(r.halo[:, k, None], 0.0) * total[:, of]
    within = r.shares / np.maximum(inside, 1e-9)[r.category_of]
    return np.asarray(brought[:, r.category_of] * within[None, :, None])
