"""The weeks of a shop, lived by its shoppers one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.simulate.chance import Chance, Dice
from dealwright.simulate.choice import Basket, Looking, mean_packs
from dealwright.simulate.deliveries import Stockroom, serve
from dealwright.simulate.setup import Setup
from dealwright.simulate.shelf import Shelf, Shelves
from dealwright.simulate.shopper import People, Reals, first_cupboard, make_people
from dealwright.simulate.week import Crowd, live
from dealwright.simulate.world import Floats, Ints, World, make_world

Counts = NDArray[np.int32]

FORESIGHT = 3.0
"""Stores order more for a promoted week, in proportion to depth: this much for each unit of it, plus one."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines; arrays are alike in length. `moment` is the share of the week that had passed."""

    week: Ints
    moment: Reals
    shopper: Ints
    product: Ints
    packs: Ints


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's history: n products, S stores, T weeks, N shoppers, K categories.

    `sold` and `wanted` are packs, (n, S, T): what was bought, and what shoppers wanted first, given what they had
    at home; they differ only where shelves ran empty. (Who found nothing wants it again next week, so `wanted` is
    more than people would buy from full shelves: that is `without_stock_outs`.) `on_shelf` (n, S, T) is the share
    of the week before the shelf was found empty, `left` (n, S, T) the packs there at its end, -1 where nobody
    counts. `cupboards` (T + 1, K, N) are units at home at the start of each week and at the end; half precision,
    to save memory.
    `lines` are there if they were asked for.
    """

    world: World
    people: People
    sold: Counts
    wanted: Counts
    on_shelf: Reals
    left: Counts
    cupboards: NDArray[np.float16]
    lines: Lines | None

    @property
    def units(self) -> Floats:
        """Packs sold chain-wide, (n, T)."""
        return np.asarray(self.sold.sum(axis=1), dtype=np.float64)

    @property
    def wanted_units(self) -> Floats:
        """Packs wanted chain-wide, (n, T)."""
        return np.asarray(self.wanted.sum(axis=1), dtype=np.float64)


def run_shop(setup: Setup, *, seed: int, with_lines: bool = False) -> Shop:
    """Open a shop and let its history happen."""
    world = make_world(setup, seed)
    return live_history(world, make_people(world), with_lines=with_lines)


def without_stock_outs(shop: Shop) -> Shop:
    """The same shop and people, with shelves that never run empty: demand that was hidden."""
    world = replace(shop.world, setup=replace(shop.world.setup, stock_out_share=0.0))
    return live_history(world, shop.people)


def live_history(world: World, people: People, *, with_lines: bool = False) -> Shop:
    """What these people do in this world over all weeks of its history."""
    setup = world.setup
    town = _Town(world, people)
    shelves = Shelves(world, world.offers)
    chance = Chance(world.seed, ("history",), setup.n_shoppers)
    cupboards = np.empty((setup.n_weeks + 1, *people.need.shape), dtype=np.float16)
    stock = first_cupboard(world, people)
    for week in range(setup.n_weeks):
        cupboards[week] = stock
        town.live_week(stock, shelves, chance, week, with_lines=with_lines)
    cupboards[-1] = stock
    lines = _joined(town.lines) if with_lines else None
    return Shop(world, people, town.sold, town.wanted, town.on_shelf, town.left, cupboards, lines)


def expected_future(
    world: World, people: People, shelves: Shelves, stock: Reals, *, weeks: range, chance: Chance
) -> Floats:
    """Expected packs, (n, weeks), of one future whose dice come from `chance`; shelves never run empty."""
    out = np.zeros((world.setup.n_products, len(weeks)))
    stock = stock.copy()
    users = _users(people)
    for t, week in enumerate(weeks):
        comes = chance.comes(people.visit, week)
        units: list[Reals] = []
        for k, driver in enumerate(world.driver_of):
            shelf = shelves.at(k, week)
            crowd = _crowd(people, users[k], stock[k], comes, units[driver] if driver >= 0 else None)
            lived = live(crowd, shelf, chance.dice(k, week, len(shelf.products)))
            out[shelf.products, t] = mean_packs(lived.looking.odds, lived.looking.packs)
            stock[k, users[k]] = lived.stock
            units.append(_spread(lived.units, users[k], len(people.visit)))
    return out


class _Town:
    """What is counted while the weeks go by."""

    def __init__(self, world: World, people: People) -> None:
        setup = world.setup
        shape = (setup.n_products, setup.n_stores, setup.n_weeks)
        self._world, self._people, self._users = world, people, _users(people)
        self._stockrooms = [Stockroom(setup.stock_out_share) for _ in range(setup.n_categories)]
        self.sold, self.wanted = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        self.on_shelf, self.left = np.ones(shape, dtype=np.float32), np.full(shape, -1, dtype=np.int32)
        self.lines: list[Lines] = []

    def live_week(self, stock: Reals, shelves: Shelves, chance: Chance, week: int, *, with_lines: bool) -> None:
        """All categories of a week; `stock` (K, N) is changed."""
        comes = chance.comes(self._people.visit, week)
        arrival = chance.arrival(self._people.weekday, week)
        units: list[Reals] = []
        for k, driver in enumerate(self._world.driver_of):
            shelf = shelves.at(k, week)
            dice = chance.dice(k, week, len(shelf.products))
            crowd = _crowd(self._people, self._users[k], stock[k], comes, units[driver] if driver >= 0 else None)

            def till(
                looking: Looking, basket: Basket, crowd: Crowd = crowd, shelf: Shelf = shelf, dice: Dice = dice
            ) -> Basket:
                return self._sell(week, shelf, crowd, looking, basket, arrival=arrival, dice=dice)

            lived = live(crowd, shelf, dice, till=till if self._world.setup.stock_out_share > 0 else None)
            self._count(self.wanted, lived.basket, crowd, shelf, week)
            self._count(self.sold, lived.bought, crowd, shelf, week)
            if with_lines:
                self.lines.append(_lines_of(lived.bought, crowd, shelf, week, arrival))
            stock[k, self._users[k]] = lived.stock
            units.append(_spread(lived.units, self._users[k], len(comes)))

    def _sell(
        self, week: int, shelf: Shelf, crowd: Crowd, looking: Looking, basket: Basket, *, arrival: Reals, dice: Dice
    ) -> Basket:
        setup = self._world.setup
        room = self._stockrooms[shelf.category]
        shape = (len(shelf.products), setup.n_stores)
        foreseen = 1 + FORESIGHT * shelf.depth[:, None].astype(np.float64)
        rng = stream(self._world.seed, "deliveries", str(shelf.category), str(week))
        delivered = room.deliver(shape, foreseen, rng)
        served = serve(
            delivered,
            crowd=crowd,
            looking=looking,
            basket=basket,
            arrival=arrival,
            dice=dice,
            substitution=setup.substitution_share,
        )
        is_limited = room.usual is not None
        room.learn(_per_shelf(basket, crowd, shape), foreseen, float(1 - served.on_shelf.mean()))
        self.on_shelf[shelf.products, :, week] = served.on_shelf
        self.left[shelf.products, :, week] = served.left if is_limited else -1
        return served.bought

    def _count(self, counts: Counts, basket: Basket, crowd: Crowd, shelf: Shelf, week: int) -> None:
        shape = (len(shelf.products), counts.shape[1])
        counts[shelf.products, :, week] = _per_shelf(basket, crowd, shape)


def _users(people: People) -> list[Ints]:
    return [np.flatnonzero(need > 0) for need in people.need]


def _crowd(people: People, who: Ints, stock: Reals, comes: NDArray[np.bool_], partner_units: Reals | None) -> Crowd:
    return Crowd(people, who, stock[who], comes[who], None if partner_units is None else partner_units[who])


def _spread(values: Reals, who: Ints, n: int) -> Reals:
    out = np.zeros(n, dtype=np.float32)
    out[who] = values
    return out


def _per_shelf(basket: Basket, crowd: Crowd, shape: tuple[int, int]) -> Ints:
    cell = basket.product * shape[1] + crowd.people.home_store[crowd.who[basket.place]]
    packs = np.bincount(cell, weights=basket.packs, minlength=shape[0] * shape[1])
    return packs.astype(np.int64).reshape(shape)


def _lines_of(basket: Basket, crowd: Crowd, shelf: Shelf, week: int, arrival: Reals) -> Lines:
    shopper = crowd.who[basket.place]
    weeks = np.full(len(shopper), week)
    return Lines(weeks, arrival[shopper], shopper, shelf.products[basket.product], basket.packs)


def _joined(parts: list[Lines]) -> Lines:
    week, moment, shopper, product, packs = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("week", "moment", "shopper", "product", "packs")
    )
    return Lines(week, moment, shopper, product, packs)
