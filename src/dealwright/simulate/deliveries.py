"""Shelves that run empty: what is delivered, who still finds something, who takes another product, who leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dealwright.simulate.chance import Dice
from dealwright.simulate.choice import Basket, Looking
from dealwright.simulate.shopper import Reals
from dealwright.simulate.week import Crowd
from dealwright.simulate.world import Floats, Ints

SPREAD = 0.8
"""Standard deviation, in logs, of a delivery around what the store ordered. When the warehouse is short of a
product, all stores are: they share two thirds of the variance."""
SMOOTHING = 0.25
LEARNING = 1.0
"""How fast stores learn from wanted units, and how fast the ordering of safety stock follows the target share."""


@dataclass(slots=True)
class Stockroom:
    """Deliveries of one category, m products x stores: ordered by what was lately wanted, of uneven size.

    `usual` (m, stores) is what a week lately wanted; None before the first week, which is served in full.
    `margin` is the log of safety stock; it settles where shelves are empty for the share `target` of their time.
    """

    target: float
    usual: Floats | None = None
    margin: float = field(default=0.3)

    def deliver(self, shape: tuple[int, int], foreseen: Floats, rng: np.random.Generator) -> Ints:
        """Packs on each shelf at the week's start; `foreseen` (m, 1) multiplies the order in promoted weeks."""
        shared, local = rng.standard_normal((shape[0], 1)), rng.standard_normal(shape)
        if self.usual is None:
            return np.full(shape, np.iinfo(np.int32).max, dtype=np.int64)
        noise = SPREAD * (np.sqrt(2 / 3) * shared + np.sqrt(1 / 3) * local)
        return np.asarray(np.ceil(self.usual * foreseen * np.exp(self.margin + noise)), dtype=np.int64)

    def learn(self, wanted: Ints, foreseen: Floats, empty_share: float) -> None:
        """What the week teaches: usual sales without promotion, and whether orders were too small."""
        plain = wanted / foreseen
        self.usual = plain if self.usual is None else (1 - SMOOTHING) * self.usual + SMOOTHING * plain
        self.margin += LEARNING * (empty_share - self.target) * SPREAD


@dataclass(frozen=True, slots=True)
class Served:
    """What shoppers took, when each shelf ran empty (m, stores; share of the week, 1: never), and what is left."""

    bought: Basket
    on_shelf: Floats
    left: Ints


def serve(
    delivered: Ints,
    *,
    crowd: Crowd,
    looking: Looking,
    basket: Basket,
    arrival: Reals,
    dice: Dice,
    substitution: float,
) -> Served:
    """First come, first served; of those who find the shelf empty a share takes what they like next best.

    A shopper who wants more packs than are left takes none: the shelf counts as empty from then on.
    """
    who = crowd.who[basket.place]
    cell = basket.product * delivered.shape[1] + crowd.people.home_store[who]
    when = arrival[who]
    is_served, on_shelf = _first_come(cell, when, basket.packs, delivered.ravel())
    taken = np.bincount(cell[is_served], weights=basket.packs[is_served], minlength=delivered.size)
    left = delivered.ravel() - taken.astype(np.int64)
    turns = np.flatnonzero(~is_served & (dice.switches[who] < substitution))
    second = _next_best(looking, basket.place[turns], on_shelf, cell[turns] % delivered.shape[1], delivered.shape)
    turns, second = turns[second >= 0], second[second >= 0]
    next_cell = second * delivered.shape[1] + cell[turns] % delivered.shape[1]
    gets, _ = _first_come(next_cell, when[turns], basket.packs[turns], left)
    turns, second, next_cell = turns[gets], second[gets], next_cell[gets]
    left -= np.bincount(next_cell, weights=basket.packs[turns], minlength=delivered.size).astype(np.int64)
    bought = Basket(
        np.concatenate([basket.place[is_served], basket.place[turns]]),
        np.concatenate([basket.product[is_served], second]),
        np.concatenate([basket.packs[is_served], basket.packs[turns]]),
    )
    # A shelf found empty has nothing to sell until the next delivery.
    left = np.where(on_shelf < 1, 0, left)
    return Served(bought, on_shelf.reshape(delivered.shape), left.reshape(delivered.shape))


def _first_come(cell: Ints, when: Reals, packs: Ints, stock: Ints) -> tuple[NDArray[np.bool_], Floats]:
    """Who is served from `stock` (cells,), and when each cell first could not serve (1: never)."""
    order = np.lexsort((when, cell))
    sorted_cell, total = cell[order], np.cumsum(packs[order])
    is_first = np.r_[True, sorted_cell[1:] != sorted_cell[:-1]][: len(order)]
    before = np.maximum.accumulate(np.where(is_first, total - packs[order], 0))
    is_served = np.empty(len(cell), dtype=np.bool_)
    is_served[order] = total - before <= stock[sorted_cell]
    empty_from = np.ones(len(stock))
    np.minimum.at(empty_from, cell[~is_served], when[~is_served])
    return is_served, empty_from


def _next_best(looking: Looking, place: Ints, on_shelf: Floats, store: Ints, shape: tuple[int, int]) -> Ints:
    """The product each one likes best of those that never ran empty; -1: none of them."""
    row = np.searchsorted(looking.place, place)
    is_there = (on_shelf.reshape(shape) >= 1).T[store]
    score = np.where(is_there, looking.score[row, :-1], np.inf)
    best = score.argmin(axis=1) if len(row) else np.empty(0, dtype=np.int64)
    return np.where(np.isfinite(score.min(axis=1, initial=np.inf)), best, -1)
