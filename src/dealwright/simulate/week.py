"""One week of one category in the life of shoppers: look, choose, carry home, eat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.simulate.chance import Dice
from dealwright.simulate.choice import (
    USE_WITH_PARTNER,
    Basket,
    Floats,
    Looking,
    look_chance,
    mean_packs,
    packs_wanted,
    settle,
    use_up,
    utility,
    weeks_left,
)
from dealwright.simulate.shelf import Shelf
from dealwright.simulate.shopper import People, Reals
from dealwright.simulate.world import Ints

Till = Callable[[Looking, Basket], Basket]
"""What becomes of baskets at a shelf that may run empty."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Some shoppers and a category: `who` (w,) are their numbers, `stock` (w,) units at home; all use the category.

    `comes` (w,) says who is in the store this week. `partner_units` (w,) are units just bought of the category
    that this one goes with; None: it goes with none.
    """

    people: People
    who: Ints
    stock: Reals
    comes: NDArray[np.bool_]
    partner_units: Reals | None


@dataclass(frozen=True, slots=True)
class Lived:
    """After the week: `stock` (w,) at home, `units` (w,) bought, and what they looked at and wanted.

    `basket` is what they wanted first; `bought` what the shelf still had.
    """

    stock: Reals
    units: Reals
    looking: Looking
    basket: Basket
    bought: Basket


def live(crowd: Crowd, shelf: Shelf, dice: Dice, *, till: Till | None = None) -> Lived:
    """What the crowd does in a week."""
    seen = _see(crowd, shelf)
    is_looking = dice.looks[crowd.who[seen.place]] < seen.chance
    looking = _choose(crowd, shelf, dice, seen.place[is_looking], seen.cover[is_looking])
    return _carry_home(crowd, shelf, dice, looking, till)


def live_expecting(crowd: Crowd, shelf: Shelf, dice: Dice) -> tuple[Lived, Floats]:
    """What the crowd does in a week, and the packs of each product, (m,), that it was expected to want.

    The expectation is over who looks, what they choose and how packs are rounded, given who comes.
    """
    seen = _see(crowd, shelf)
    all_looking = _choose(crowd, shelf, dice, seen.place, seen.cover)
    mean = mean_packs(all_looking.odds, all_looking.packs, seen.chance)
    does = np.flatnonzero(dice.looks[crowd.who[seen.place]] < seen.chance)
    looking = Looking(seen.place[does], all_looking.odds[does], all_looking.score[does], all_looking.packs[does])
    return _carry_home(crowd, shelf, dice, looking, None), mean


@dataclass(frozen=True, slots=True)
class _Seen:
    """Those in the store: `place` in the crowd, for how many weeks the cupboard lasts, chance to look."""

    place: Ints
    cover: Reals
    chance: Reals


def _see(crowd: Crowd, shelf: Shelf) -> _Seen:
    place = np.flatnonzero(crowd.comes)
    who = crowd.who[place]
    cover = weeks_left(crowd.stock[place], crowd.people.need[shelf.category][who], shelf.appetite)
    has_partner = None if crowd.partner_units is None else crowd.partner_units[place] > 0
    return _Seen(place, cover, look_chance(shelf, cover, crowd.people.hunt[who], has_partner))


def _choose(crowd: Crowd, shelf: Shelf, dice: Dice, place: Ints, cover: Reals) -> Looking:
    who = crowd.who[place]
    odds: Reals = np.exp(utility(crowd.people, shelf, who, cover))
    packs = packs_wanted(crowd.people, shelf, who, crowd.stock[place])
    return Looking(place, odds, dice.taste[who] / odds, packs)


def _carry_home(crowd: Crowd, shelf: Shelf, dice: Dice, looking: Looking, till: Till | None) -> Lived:
    basket = settle(looking, dice.amount[crowd.who])
    bought = basket if till is None else till(looking, basket)
    units = np.zeros(len(crowd.who), dtype=np.float32)
    units[bought.place] = bought.packs * shelf.pack_units[bought.product]
    at_home = crowd.stock + units
    if crowd.partner_units is not None:
        at_home = np.maximum(at_home - np.float32(USE_WITH_PARTNER) * crowd.partner_units, 0)
    return Lived(use_up(crowd.people, shelf, crowd.who, at_home, dice), units, looking, basket, bought)
