"""What one offer changes: the same people with the same dice live the same weeks with it and without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.simulate.chance import Chance, Dice
from dealwright.simulate.choice import mean_packs
from dealwright.simulate.run import Shop
from dealwright.simulate.shelf import Shelf, Shelves
from dealwright.simulate.shopper import Reals
from dealwright.simulate.week import Crowd, Lived, live, live_expecting
from dealwright.simulate.world import Floats, Ints


@dataclass(frozen=True, slots=True)
class Change:
    """Expected packs, chain-wide, of all n products: `base` (n,) of the week without the offer (zero outside the
    category), and what the offer adds in that week, `now` (n,), and in the weeks after, `later` (n,)."""

    base: Floats
    now: Floats
    later: Floats


@dataclass(frozen=True, slots=True)
class _Pair:
    """Those whose cupboards differ between the two lives: `who`, `stocks` (2, categories, who), without first."""

    who: Ints
    stocks: Reals


class Window:
    """A week of history and the `horizon` weeks after it, to be lived twice.

    Many offers can be asked about one after another: the dice of each week are thrown once.
    Shelves never run empty here: what is asked is what people want.
    """

    def __init__(self, shop: Shop, week: int, *, horizon: int) -> None:
        self._shop, self._week = shop, week
        self._end = min(week + 1 + horizon, shop.world.setup.n_weeks)
        self._chance = Chance(shop.world.seed, ("history",), shop.world.setup.n_shoppers)
        self._comes: dict[int, NDArray[np.bool_]] = {}
        self._dice: dict[tuple[int, int], Dice] = {}

    def change(self, category: int, given: Shelves, without: Shelves) -> Change:
        """What the shelves `given` change in this week, if `category` is all in which they differ.

        The weeks after are those of `without` in both lives.
        """
        world, need = self._shop.world, self._shop.people.need
        base, now, later = np.zeros((3, world.setup.n_products))
        island = self._island(category)
        row = island.index(category)
        users = np.flatnonzero(need[category] > 0)
        stocks = self._shop.cupboards[self._week, island].astype(np.float32)
        partner_units = np.zeros(need.shape[1], dtype=np.float32)
        for driver in island[:row]:
            driver_users = np.flatnonzero(need[driver] > 0)
            its = self._crowd(driver_users, stocks[0, driver_users], self._week, None)
            shelf = without.at(driver, self._week)
            lived = live(its, shelf, self._throw(shelf, self._week))
            partner_units[driver_users], stocks[0, driver_users] = lived.units, lived.stock
        crowd = self._crowd(users, stocks[row, users], self._week, partner_units[users] if row else None)
        shelves = (without.at(category, self._week), given.at(category, self._week))
        plain, offered = (live(crowd, shelf, self._throw(shelf, self._week)) for shelf in shelves)
        base[world.members[category]] = _mean(plain)
        now[world.members[category]] = _mean(offered) - _mean(plain)
        differs = np.flatnonzero((plain.stock != offered.stock) | (plain.units != offered.units))
        who = users[differs]
        pair = _Pair(who, np.stack([stocks[:, who], stocks[:, who]]))
        pair.stocks[:, row] = plain.stock[differs], offered.stock[differs]
        bought = np.stack([plain.units[differs], offered.units[differs]])
        for place in range(row + 1, len(island)):
            self._live_both(island[place], place, pair, without, self._week, gain=now, partner_units=bought)
        for week in range(self._week + 1, self._end):
            pair = _still_apart(pair)
            units: NDArray[np.float32] | None = None
            for place, member in enumerate(island):
                units = self._live_both(member, place, pair, without, week, gain=later, partner_units=units)
        return Change(base, now, later)

    def _island(self, category: int) -> list[int]:
        """The category with what drives it or what it drives, drivers first."""
        driver_of = self._shop.world.driver_of
        driver = int(driver_of[category])
        first = category if driver < 0 else driver
        return [first, *(int(k) for k in np.flatnonzero(driver_of == first))]

    def _live_both(
        self,
        category: int,
        place: int,
        pair: _Pair,
        shelves: Shelves,
        week: int,
        *,
        gain: Floats,
        partner_units: Reals | None,
    ) -> Reals:
        """A category's week in both lives: stocks in `pair` move on, `gain` (n,) is added to.

        `partner_units` and what is returned are units bought, (2, who), of the driver and of this category.
        """
        shelf = shelves.at(category, week)
        is_user = self._shop.people.need[category][pair.who] > 0
        bought = np.zeros((2, len(pair.who)), dtype=np.float32)
        for life, sign in enumerate((-1.0, 1.0)):
            units = None if partner_units is None else partner_units[life, is_user]
            crowd = self._crowd(pair.who[is_user], pair.stocks[life, place, is_user], week, units)
            lived, mean = live_expecting(crowd, shelf, self._throw(shelf, week))
            gain[shelf.products] += sign * mean
            pair.stocks[life, place, is_user], bought[life, is_user] = lived.stock, lived.units
        return bought

    def _throw(self, shelf: Shelf, week: int) -> Dice:
        if (shelf.category, week) not in self._dice:
            self._dice[shelf.category, week] = self._chance.dice(shelf.category, week, len(shelf.products))
        return self._dice[shelf.category, week]

    def _crowd(self, who: Ints, stock: Reals, week: int, partner_units: Reals | None) -> Crowd:
        if week not in self._comes:
            self._comes[week] = self._chance.comes(self._shop.people.visit, week)
        return Crowd(self._shop.people, who, stock, self._comes[week][who], partner_units)


def _still_apart(pair: _Pair) -> _Pair:
    keep = np.flatnonzero((pair.stocks[0] != pair.stocks[1]).any(axis=0))
    return _Pair(pair.who[keep], pair.stocks[:, :, keep])


def _mean(lived: Lived) -> Floats:
    return mean_packs(lived.looking.odds, lived.looking.packs)
