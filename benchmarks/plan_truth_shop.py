"""What simulated people buy in the weeks to come under any offers: the mean of many futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.demand.features import Offers
from dealwright.simulate.chance import Chance
from dealwright.simulate.observe import products_frame
from dealwright.simulate.offers import Calendar, paid_prices
from dealwright.simulate.run import Shop, expected_future
from dealwright.simulate.shelf import Shelves
from dealwright.simulate.world import World, make_world

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_FUTURES = 6


@dataclass(frozen=True, slots=True)
class PeopleTruth:
    """The people after their history, and the futures that may come; `order` (n,) is the planner's of products."""

    shop: Shop
    worlds: tuple[World, ...]
    order: Ints

    @classmethod
    def of(cls, shop: Shop, skus: Sequence[str], *, n_futures: int = N_FUTURES) -> PeopleTruth:
        """Futures with prices and costs as they are now; the planner knows all products, as `skus`."""
        known = list(products_frame(shop)[c.SKU])
        assert sorted(skus) == sorted(known), "a product that is sold and not planned would escape the judge"
        order = np.array([known.index(sku) for sku in skus])
        return cls(shop, tuple(_future(shop.world, r) for r in range(n_futures)), order)

    @property
    def islands(self) -> Ints:
        """Which products may touch each other: those of a category and of what goes with it, (n,)."""
        world = self.shop.world
        first = np.where(world.driver_of < 0, np.arange(len(world.driver_of)), world.driver_of)
        return np.asarray(first[world.category_of[self.order]])

    def units(self, offers: Offers) -> Floats:
        """Expected packs (n, T + weeks after), the mean over the futures."""
        setup = self.shop.world.setup
        calendar = self.calendar(offers, n_weeks=setup.n_future)
        stock = self.shop.cupboards[-1].astype(np.float32)
        futures = [
            expected_future(
                world,
                self.shop.people,
                Shelves(world, calendar, first_week=setup.n_weeks),
                stock,
                weeks=range(setup.n_weeks, setup.n_all_weeks),
                chance=Chance(world.seed, ("future", str(r)), setup.n_shoppers),
            )
            for r, world in enumerate(self.worlds)
        ]
        return np.asarray(np.mean(futures, axis=0))[self.order]

    def charged(self, offers: Offers) -> Floats:
        """What the till takes off, in whole cents."""
        now = self.shop.world.regular[self.order, self.shop.world.setup.n_weeks - 1][:, None]
        return np.asarray(1.0 - paid_prices(now, offers.depth) / now)

    def calendar(self, offers: Offers, *, n_weeks: int) -> Calendar:
        """Offers and then nothing, `n_weeks` in all."""
        n_stores = self.shop.world.setup.n_stores
        place = np.argsort(self.order)
        depth, display, mailer = (part[place] for part in (offers.depth, offers.display, offers.mailer))
        offered = Calendar.everywhere(depth, display, mailer, n_stores=n_stores)
        return offered.then(Calendar.none(len(place), n_stores, n_weeks - depth.shape[1]))


def _future(world: World, r: int) -> World:
    """The same world with another future: its own hidden demand and rival's promotions."""
    setup = world.setup
    other = make_world(setup, 10_000 * (world.seed + 1) + r)
    is_past = np.arange(setup.n_all_weeks) < setup.n_weeks
    now = setup.n_weeks - 1
    regular = np.where(is_past, world.regular, world.regular[:, [now]])
    # The rival's usual price beside ours is the highest it ever asks.
    usual = (world.competitor / world.regular).max(axis=1, keepdims=True)
    asked = other.competitor / other.regular
    rival = np.rint(regular * usual * asked / asked.max(axis=1, keepdims=True)).astype(np.int64)
    return replace(
        world,
        regular=regular,
        unit_cost=np.where(is_past, world.unit_cost, world.unit_cost[:, [now]]),
        competitor=np.where(is_past, world.competitor, rival),
        fancy=np.where(is_past, world.fancy, other.fancy),
    )
