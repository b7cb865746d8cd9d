"""What shoppers do in front of a shelf: look or pass, choose a product or none, take one pack or more.

Nobody here knows an elasticity. Shoppers look at a category when the cupboard runs low, or when they hunt for deals
and there is one; choose by random utility among the products and buying nothing; and buy ahead when it is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.simulate.chance import Dice
from dealwright.simulate.shelf import Shelf
from dealwright.simulate.shopper import People, Reals
from dealwright.simulate.world import Ints

Floats = NDArray[np.float64]

LOOK_AT_EMPTY = 2.0
LOOK_LESS = 2.4
"""Logits of looking at a category: with an empty cupboard, and less for each week that it lasts."""
LOOK_WITH_PARTNER = 2.4
"""More logits, if what it goes with is already in the basket."""
DEAL_SEEN = 6.0
"""How fast deal hunters' interest saturates with depth."""
NOTHING = -0.1
NOTHING_PER_WEEK = 0.4
"""Utility of buying nothing, on top of the log of the number of products, and for each week the cupboard lasts."""
COVER_WEEKS = 2.0
"""For how long shoppers fill the cupboard at the regular price."""
MOST_PACKS = 8
MORE_IF_PLENTY = 0.12
"""Of what is left beyond a week and a half, people use more: for each week of it, at most two."""
EMPTY_SHARE = 0.3
ELSEWHERE_WEEKS = 1.2
USE_WITH_PARTNER = 0.9
"""Units used for each unit bought of what a category goes with."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Those who look at a shelf: `place` (r,) in the arrays given.

    `odds` (r, m + 1) of each product and, last, of nothing; `score` (r, m + 1) is least for what is wanted most.
    `packs` (r, m) are how many packs of each product they would take, before chance rounds it to whole ones.
    """

    place: Ints
    odds: Reals
    score: Reals
    packs: Reals


@dataclass(frozen=True, slots=True)
class Basket:
    """Who buys: `place` (b,) in the arrays given, `product` (b,) on the shelf, `packs` (b,)."""

    place: Ints
    product: Ints
    packs: Ints


def weeks_left(stock: Reals, need: Reals, appetite: float) -> Reals:
    """For how many weeks the cupboard lasts; `need` must be positive."""
    return np.asarray(stock / (need * np.float32(appetite)), dtype=np.float32)


def look_chance(shelf: Shelf, cover: Reals, hunt: Reals, has_partner: NDArray[np.bool_] | None) -> Reals:
    """Chance that a shopper in the store looks at the category."""
    logit = LOOK_AT_EMPTY + np.float32(np.log(shelf.appetite)) - LOOK_LESS * cover
    if has_partner is not None:
        logit = logit + LOOK_WITH_PARTNER * has_partner
    passes = 1 / (1 + np.exp(logit))
    seen = np.float32(1 - np.exp(-DEAL_SEEN * shelf.deal))
    return np.asarray(1 - passes * (1 - hunt * seen), dtype=np.float32)


def utility(people: People, shelf: Shelf, who: Ints, cover: Reals) -> Reals:
    """Utility of each product, and of nothing in the last column, (r, m + 1)."""
    out = np.empty((len(who), len(shelf.products) + 1), dtype=np.float32)
    traits = np.stack([-people.thrift[who], people.compares[who], people.reads[who]], axis=1)
    out[:, :-1] = people.liking[shelf.category][who]
    out[:, :-1] += traits @ np.stack([shelf.pain, shelf.better, shelf.mailer])
    out[:, :-1] += shelf.fancy
    if shelf.display.any():
        out[:, :-1] += people.notice[who, None] * shelf.display[people.home_store[who]]
    out[:, -1] = NOTHING + np.log(len(shelf.products)) + NOTHING_PER_WEEK * cover
    return out


def packs_wanted(people: People, shelf: Shelf, who: Ints, stock: Reals) -> Reals:
    """Packs of each product that a buyer of it takes, (r, m), at least 1, at most what the purse allows."""
    rate = people.need[shelf.category][who] * np.float32(shelf.appetite)
    weeks = COVER_WEEKS + people.deal_weeks[who, None] * shelf.depth
    packs = (weeks * rate[:, None] - stock[:, None]) / shelf.pack_units
    most = np.clip(people.purse[who, None] // shelf.price.astype(np.float32), 1, MOST_PACKS)
    return np.asarray(np.clip(packs, np.float32(1), most), dtype=np.float32)


def mean_packs(odds: Reals, packs: Reals, weight: Reals | None = None) -> Floats:
    """Expected packs of each product, (m,), of people who look at the shelf, or do so with chance `weight` (r,)."""
    share = odds[:, :-1] / odds.sum(axis=1, keepdims=True)
    if weight is not None:
        share *= weight[:, None]
    return np.asarray((share * packs).sum(axis=0, dtype=np.float64))


def settle(looking: Looking, amount: Reals) -> Basket:
    """Who takes what. Chance (`amount`) rounds packs up or down, so that the mean stays."""
    product = looking.score.argmin(axis=1)
    row = np.flatnonzero(product < looking.packs.shape[1])
    product = product[row]
    packs = np.floor(looking.packs[row, product] + amount[looking.place[row]]).astype(np.int64)
    return Basket(looking.place[row], product, packs)


def use_up(people: People, shelf: Shelf, who: Ints, stock: Reals, dice: Dice) -> Reals:
    """The cupboard after the week: people eat, more if there is plenty, and some fill an empty one elsewhere."""
    rate = people.need[shelf.category][who] * np.float32(shelf.appetite)
    plenty = np.clip(stock / rate - 1.5, 0, 2)
    left = stock - np.minimum(stock, rate * (1 + MORE_IF_PLENTY * plenty))
    goes = (left < EMPTY_SHARE * rate) & (dice.roams[who] < people.roams[who])
    return np.asarray(left + ELSEWHERE_WEEKS * rate * goes, dtype=np.float32)
