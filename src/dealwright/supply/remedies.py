"""What can be done with stock that will not sell by itself: mark down, bundle, recommend, transfer, return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.supply.given import Given
from dealwright.supply.laws import DrawnDemand
from dealwright.supply.overstock import Option, Shelf

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MarkDown:
    """Sell at `depth` below the usual price, where demand is `demand_draws`, (D, n, T), the same draws.

    `cost`, (n,) or one number, is that of new labels.
    """

    kind: ClassVar[str] = "mark_down"
    depth: float
    demand_draws: NDArray[np.generic]
    cost: ArrayLike = 0.0

    def option(self, shelf: Shelf) -> Option:
        """Less for each unit, and more units."""
        given = Given()
        depth = given.number("depth", self.depth, high=1.0)
        demand = given.array("demand_draws", self.demand_draws, shelf.demand.shape)
        cost = given.array("cost", self.cost, shelf.price.shape, is_spread=True)
        given.require()
        more = shelf.money(demand=demand, price=shelf.price * (1 - depth)) - shelf.money() - cost
        return _told(shelf, more, _more_sold(shelf, demand), f"mark down by {depth:.0%}")


@dataclass(frozen=True, slots=True, eq=False)
class Recommend:
    """Show it more: demand rises by the share `lift_draws`, (D, n); `cost`, (n,), is that of the place."""

    kind: ClassVar[str] = "recommend"
    lift_draws: NDArray[np.generic]
    cost: ArrayLike = 0.0

    def option(self, shelf: Shelf) -> Option:
        """More units at the usual price."""
        given = Given()
        lift = given.array("lift_draws", self.lift_draws, shelf.demand.shape[:2])
        cost = given.array("cost", self.cost, shelf.price.shape, is_spread=True)
        given.require()
        demand = shelf.demand * (1 + lift[:, :, None])
        more = shelf.money(demand=demand) - shelf.money() - cost
        return _told(shelf, more, _more_sold(shelf, demand), "recommend it")


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Sell it together with a partner product: `demand_draws`, (D, n, T), are bundles asked for.

    A bundle brings `income`, (n,): its price less what the partner's unit costs. The share `switched`, (n,) of
    bundle buyers would have bought the product alone. Stock serves bundles and single units alike.
    """

    kind: ClassVar[str] = "bundle"
    demand_draws: NDArray[np.generic]
    income: ArrayLike
    switched: ArrayLike = 0.0
    cost: ArrayLike = 0.0

    def option(self, shelf: Shelf) -> Option:
        """What bundles bring, less the single units they replace."""
        given = Given()
        bundles = given.array("demand_draws", self.demand_draws, shelf.demand.shape)
        income, cost = (
            given.array(name, values, shelf.price.shape, is_spread=True)
            for name, values in (("income", self.income), ("cost", self.cost))
        )
        switched = given.array("switched", self.switched, shelf.price.shape, high=1.0, is_spread=True)
        given.require()
        alone = np.maximum(shelf.demand - switched[:, None] * bundles, 0.0)
        demand = alone + bundles
        # Short stock is shared in proportion: all units of a period fetch the period's mean price.
        share = np.divide(bundles, demand, out=np.zeros_like(demand), where=demand > 0)
        left = np.maximum(shelf.on_hand[:, None] - np.cumsum(demand, axis=2), 0.0)
        sold = -np.diff(left, axis=2, prepend=np.broadcast_to(shelf.on_hand[:, None], (len(left), len(cost), 1)))
        extra = ((income - shelf.price)[:, None] * share * sold).sum(axis=2)
        more = shelf.money(demand=demand) + extra - shelf.money() - cost
        return _told(shelf, more, _more_sold(shelf, demand), "bundle it")


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """Move units to where they are short: `shortage_draws`, (D, n), is what would be missed there.

    A unit sold there brings `price`, one left there `salvage`; moving costs `unit_cost` a unit and `cost` as
    such, all (n,) or one number.
    """

    kind: ClassVar[str] = "transfer"
    shortage_draws: NDArray[np.generic]
    price: ArrayLike
    salvage: ArrayLike = 0.0
    unit_cost: ArrayLike = 0.0
    cost: ArrayLike = 0.0

    def option(self, shelf: Shelf) -> Option:
        """The number of units whose move brings most."""
        given = Given()
        short = given.array("shortage_draws", self.shortage_draws, shelf.demand.shape[:2])
        price, salvage, unit_cost, cost = (
            given.array(name, values, shelf.price.shape, is_spread=True)
            for name, values in (
                ("price", self.price),
                ("salvage", self.salvage),
                ("unit_cost", self.unit_cost),
                ("cost", self.cost),
            )
        )
        given.require()
        units = np.zeros(len(cost))
        for i in range(len(cost)):
            moved = np.arange(np.floor(shelf.on_hand[i]) + 1)
            missed = DrawnDemand(short[:, i])
            sold = missed.mean - missed.shortage(moved)
            gain = price[i] * sold + salvage[i] * (moved - sold) - unit_cost[i] * moved
            units[i] = _best_amount(shelf, i, moved, gain)
        sold_there = np.minimum(short, units)
        gain = price * sold_there + salvage * (units - sold_there) - unit_cost * units - cost
        return _without(shelf, units, gain, "transfer {units:,.0f} units")


@dataclass(frozen=True, slots=True, eq=False)
class Return:
    """Give up to `limit` units back to the supplier for `credit` a unit; `cost` for sending, all (n,)."""

    kind: ClassVar[str] = "return"
    credit: ArrayLike
    limit: ArrayLike = np.inf
    cost: ArrayLike = 0.0

    def option(self, shelf: Shelf) -> Option:
        """The number of units that are worth more back than here."""
        given = Given()
        credit, cost = (
            given.array(name, values, shelf.price.shape, is_spread=True)
            for name, values in (("credit", self.credit), ("cost", self.cost))
        )
        limit = given.array("limit", self.limit, shelf.price.shape, is_spread=True, may_be_infinite=True)
        given.require()
        units = np.zeros(len(cost))
        for i in range(len(cost)):
            moved = np.arange(np.floor(min(shelf.on_hand[i], limit[i])) + 1)
            units[i] = _best_amount(shelf, i, moved, credit[i] * moved)
        gain = np.broadcast_to(credit * units - cost, shelf.demand.shape[:2])
        return _without(shelf, units, gain, "return {units:,.0f} units to the supplier")


def _best_amount(shelf: Shelf, i: int, moved: Floats, gain: Floats) -> float:
    """Of the amounts `moved`, the one with the most expected gain there and money here."""
    kept = shelf.on_hand[i] - moved
    money = shelf.price[i] * kept
    wanted = np.cumsum(shelf.demand[:, i], axis=1)
    for t in range(wanted.shape[1]):
        law = DrawnDemand(wanted[:, t])
        left = kept - law.mean + law.shortage(kept)
        is_last = t == wanted.shape[1] - 1
        money = money - (shelf.holding[i] + (shelf.price[i] - shelf.salvage[i] if is_last else 0.0)) * left
    return float(moved[int(np.argmax(gain + money))])


def _without(shelf: Shelf, units: Floats, gain: Floats, words: str) -> Option:
    """The option of taking `units` away for `gain`, (D, n); where none are worth it, it cannot be had."""
    rest = Shelf(shelf.demand, shelf.on_hand - units, shelf.price, shelf.salvage, shelf.holding)
    value = np.where(units > 0, gain + rest.money() - shelf.money(), -np.inf)
    return Option(value, units, tuple(words.format(units=count) for count in units))


def _more_sold(shelf: Shelf, demand: Floats) -> Floats:
    """Expected units sold by the date beyond those sold anyway, (n,)."""
    left = np.maximum(shelf.on_hand - demand.sum(axis=2), 0.0)
    return np.asarray((shelf.excess - left).mean(axis=0), dtype=np.float64)


def _told(shelf: Shelf, value: Floats, units: Floats, words: str) -> Option:
    return Option(value, units, (words,) * len(shelf.on_hand))
