"""What promotions truly do in a simulated shop: elasticities, cross effects, halo, pull-forward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.simulate.chance import Chance
from dealwright.simulate.contrast import Change, Window
from dealwright.simulate.offers import Calendar
from dealwright.simulate.run import Shop, expected_future
from dealwright.simulate.shelf import Shelves
from dealwright.simulate.world import Floats, Ints

Flags = NDArray[np.bool_]

DEPTH = 0.2
N_WEEKS = 6
HORIZON = 6
WARM_UP_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Truth:
    """What a price cut of `depth` (n,) on one product does, in packs chain-wide, the mean over some past weeks.

    In each of those weeks the people, with what they have at home and the dice of that week, live twice: with the
    product offered at `depth` (no display, no mailer) and with nothing offered on it; nothing is offered on it
    in the weeks after; whatever else the shop did stays. Differences are of expected packs.

    `base` (n,) is what the product sells in such a week without the offer. `now` (n, n) and `later` (n, n) are
    what its offer (row) adds to each product (column) in the week and in the `horizon` weeks after.
    """

    depth: Floats
    horizon: int
    category_of: Ints
    base: Floats
    now: Floats
    later: Floats

    @property
    def elasticity(self) -> Floats:
        """Own promotional price elasticity, (n,): d log expected packs of the promoted week / d log price, taken
        between the regular price and `depth` off it."""
        return self._elasticity(np.diag(self.now))

    @property
    def long_run_elasticity(self) -> Floats:
        """The same once own sales that the weeks after lose are taken off those of the promoted week, (n,)."""
        return self._elasticity(np.diag(self.now) + np.diag(self.later))

    @property
    def uplift(self) -> Floats:
        """Packs a product gains in its promoted week, (n,)."""
        return np.diag(self.now)

    @property
    def lost_to(self) -> Floats:
        """Packs that product j (column) loses in the week in which i (row) of its category is promoted, (n, n)."""
        return np.where(self._is_rival, -self.now, 0.0)

    @property
    def cannibalisation(self) -> Floats:
        """Packs that the rest of the category loses in the promoted week, (n,)."""
        return np.asarray(self.lost_to.sum(axis=1))

    @property
    def halo(self) -> Floats:
        """Packs that other categories gain in the promoted week, (n,)."""
        return np.asarray(np.where(self._is_same_category, 0.0, self.now).sum(axis=1))

    @property
    def later_halo(self) -> Floats:
        """Packs that other categories gain, or if negative lose, in the weeks after, (n,)."""
        return np.asarray(np.where(self._is_same_category, 0.0, self.later).sum(axis=1))

    @property
    def pull_forward(self) -> Floats:
        """Packs that the category loses in the weeks after, (n,)."""
        return -np.asarray(np.where(self._is_same_category, self.later, 0.0).sum(axis=1))

    @property
    def own_pull_forward(self) -> Floats:
        """Packs that the product itself loses in the weeks after, (n,)."""
        return -np.diag(self.later)

    @property
    def net_incremental(self) -> Floats:
        """Uplift less cannibalisation, plus halo, less pull-forward, (n,): packs the chain gains in all."""
        return np.asarray((self.now + self.later).sum(axis=1))

    @property
    def _is_same_category(self) -> Flags:
        return np.equal.outer(self.category_of, self.category_of)

    @property
    def _is_rival(self) -> Flags:
        return self._is_same_category & ~np.eye(len(self.category_of), dtype=np.bool_)

    def _elasticity(self, gain: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log((self.base + gain) / self.base) / np.log(1 - self.depth))


@dataclass(frozen=True, slots=True)
class Totals:
    """Packs that past promotions moved, chain-wide, by the product that was promoted; arrays are (n,).

    Each promoted week of each product is taken away alone, everything else as it was; see `Truth` for the words.
    `n_promotions` (n,) counts the product-weeks looked at.
    """

    n_promotions: Ints
    uplift: Floats
    cannibalisation: Floats
    halo: Floats
    later_halo: Floats
    pull_forward: Floats
    own_pull_forward: Floats


def usual_depths(shop: Shop) -> Floats:
    """Mean depth of each product's past price cuts, (n,); `DEPTH` for one that never had any."""
    depth = shop.world.offers.depth
    n_cuts = (depth > 0).sum(axis=1)
    return np.where(n_cuts > 0, depth.sum(axis=1) / np.maximum(n_cuts, 1), DEPTH)


def find_truth(
    shop: Shop, *, depth: float | Floats = DEPTH, n_weeks: int = N_WEEKS, horizon: int = HORIZON
) -> Truth:
    """Live `n_weeks` weeks of history, spread evenly, twice for each product.

    People feel deep cuts less than in proportion, so elasticities depend a little on `depth`, which is one for all
    products or one for each (see `usual_depths`). InputError if it is not between 0 and 1.
    """
    setup, offers = shop.world.setup, shop.world.offers
    depths = np.broadcast_to(np.asarray(depth, dtype=np.float64), setup.n_products)
    if not ((depths > 0) & (depths < 1)).all():
        raise InputError(f"the depth of the price cut is above 0 and below 1; given {depth}")
    weeks = _spread_weeks(setup.n_weeks, n_weeks, horizon)
    n = setup.n_products
    base, now, later = np.zeros(n), np.zeros((n, n)), np.zeros((n, n))
    for week in weeks:
        window = Window(shop, week, horizon=horizon)
        calendar = offers.between(week, min(week + 1 + horizon, setup.n_weeks))
        for product in range(n):
            without = calendar.without(product)
            given = without.with_depth(product, 0, float(depths[product]))
            change = _change(window, shop, product, week, given=given, without=without)
            base[product] += change.base[product]
            now[product] += change.now
            later[product] += change.later
    scale = 1.0 / len(weeks)
    return Truth(depths, horizon, shop.world.category_of, base * scale, now * scale, later * scale)


def past_totals(shop: Shop, *, share: float = 1.0, horizon: int = HORIZON) -> Totals:
    """What the promotions of the history did, each taken away alone; at `share` below 1, of a sample scaled up."""
    setup, offers = shop.world.setup, shop.world.offers
    is_offered = offers.is_offered[:, : setup.n_weeks].copy()
    rng = stream(shop.world.seed, "sample of promotions")
    is_seen = is_offered & (rng.random(is_offered.shape) < share)
    same = np.equal.outer(shop.world.category_of, shop.world.category_of)
    parts = np.zeros((6, setup.n_products))
    for week in np.flatnonzero(is_seen.any(axis=0)).tolist():
        window = Window(shop, week, horizon=horizon)
        given = offers.between(week, min(week + 1 + horizon, setup.n_weeks))
        for product in np.flatnonzero(is_seen[:, week]).tolist():
            change = _change(window, shop, product, week, given=given, without=given.without(product, after=1))
            parts[:, product] += _parts(change, product, same[product])
    scaled = parts * (is_offered.sum() / max(is_seen.sum(), 1))
    return Totals(is_seen.sum(axis=1), *scaled)


def _change(window: Window, shop: Shop, product: int, week: int, *, given: Calendar, without: Calendar) -> Change:
    """Two calendars that begin in `week`."""
    shelves = [Shelves(shop.world, calendar, first_week=week) for calendar in (given, without)]
    return window.change(int(shop.world.category_of[product]), *shelves)


def _parts(change: Change, product: int, is_same_category: Flags) -> Floats:
    """In the order of `Totals`."""
    now_here, later_here = change.now[is_same_category].sum(), change.later[is_same_category].sum()
    return np.array(
        [
            change.now[product],
            change.now[product] - now_here,
            change.now.sum() - now_here,
            change.later.sum() - later_here,
            -later_here,
            -change.later[product],
        ]
    )


def _spread_weeks(n_all: int, n_weeks: int, horizon: int) -> list[int]:
    """Weeks after the warm-up whose window lies in the history."""
    last = n_all - horizon - 1
    if n_weeks < 1 or horizon < 0 or last < WARM_UP_WEEKS:
        raise InputError(
            f"the truth needs at least one week and a history longer than {WARM_UP_WEEKS} + horizon weeks; "
            f"given n_weeks {n_weeks}, horizon {horizon} and {n_all} weeks of history"
        )
    return sorted({int(week) for week in np.linspace(WARM_UP_WEEKS, last, n_weeks)})


def expected_units(shop: Shop, calendar: Calendar, *, n_replications: int = 4) -> Floats:
    """Expected packs of each product, chain-wide, (n, F), in the F weeks after the history under a calendar.

    The mean of `n_replications` futures of the same people in the same world (its seasons, prices, competitor and
    hidden demand of those weeks); the dice are the same for every calendar, so that calendars compare closely.
    Shelves never run empty. InputError if the calendar is longer than the world's future.
    """
    setup = shop.world.setup
    n_weeks = calendar.depth.shape[1]
    if n_weeks > setup.n_future or calendar.display.shape[:2] != (setup.n_products, setup.n_stores):
        raise InputError(
            f"a future calendar has {setup.n_products} products, {setup.n_stores} stores and at most "
            f"{setup.n_future} weeks; given {calendar.display.shape}"
        )
    shelves = Shelves(shop.world, calendar, first_week=setup.n_weeks)
    stock = shop.cupboards[-1].astype(np.float32)
    weeks = range(setup.n_weeks, setup.n_weeks + n_weeks)
    futures = [
        expected_future(
            shop.world,
            shop.people,
            shelves,
            stock,
            weeks=weeks,
            chance=Chance(shop.world.seed, ("future", str(r)), setup.n_shoppers),
        )
        for r in range(n_replications)
    ]
    return np.asarray(np.mean(futures, axis=0))
