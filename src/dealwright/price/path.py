"""Which price in which period, when one stock must last for all of them.

Maximises the sum of (price - unit worth) * units over periods, no more units than the stock. The price of stock is
what one more unit would bring: each period is priced as if a unit cost that much more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.curve import DemandCurve, Goods, Linear, told
from dealwright.price.given import Floats, refuse, wrong
from dealwright.price.optimum import best_price


@dataclass(frozen=True, slots=True)
class PricePath:
    """Prices (T,) and the units each period sells on average, with what they earn; money in minor units.

    `stock_price` is what one more unit of stock would bring. No path earns more than `bound` on average over draws.
    `is_exact` says that no path is better for mean demand. `single_price` is the best price that stays, and
    `single_value` what it earns.
    """

    prices: Floats
    units: Floats
    value: Estimate
    bound: float
    stock_price: float
    single_price: float
    single_value: Estimate
    is_exact: bool

    @property
    def gain(self) -> float:
        """How much more the path earns than the best single price, as a share of the latter."""
        single = self.single_value.value
        return (self.value.value - single) / single if single > 0 else 0.0


def sold_along(curves: Sequence[DemandCurve], goods: Goods, prices: Floats) -> Floats:
    """Units sold in each period and draw, (D, T): first come, first served, until the stock is gone."""
    wanted = np.stack(
        np.broadcast_arrays(
            *[curve.units(np.array([price]))[:, 0] for curve, price in zip(curves, prices, strict=True)]
        ),
        axis=1,
    )
    before = np.cumsum(wanted, axis=1) - wanted
    return np.asarray(np.clip(goods.stock - before, 0.0, wanted))


def earned_along(curves: Sequence[DemandCurve], goods: Goods, prices: Floats) -> Floats:
    """What a path earns in every draw, (D,), minor units."""
    return np.asarray(sold_along(curves, goods, prices) @ (np.asarray(prices) - goods.unit_worth))


def best_path(curves: Sequence[Linear], goods: Goods, *, low: float = 0.0, high: float = np.inf) -> PricePath:
    """The best path of any prices from `low` to `high` under linear demand, exactly for its mean line.

    The path is planned on the mean line; its value is the mean over draws, so it does not claim what uncertainty
    takes away. If a single price does better over draws, that price is returned for every period.

    >>> path = best_path([Linear(100, 1), Linear(60, 1)], Goods(stock=45, unit_worth=20))
    >>> path.prices.tolist(), path.value.value, path.single_price
    ([67.5, 47.5], 1887.5, 57.5)
    """
    if not curves:
        raise InputError("a path needs at least one period; given none")
    refuse(wrong("low", low, least=0), wrong("high", high, above=0, may_be_infinite=True))
    if low > high:
        raise InputError(f"the lowest price allowed, {low:g}, is above the highest, {high:g}; change one of them")
    lines = [curve.lines for curve in curves]
    intercept = np.array([line[0].mean() for line in lines])
    slope = np.array([line[1].mean() for line in lines])
    mean = _MeanLines(intercept, slope, goods, low, high)
    stock_price = mean.stock_price()
    prices = mean.prices(stock_price)
    dearer = Goods(unit_worth=goods.unit_worth + stock_price)
    beyond = [max(best_price(curve, dearer, low=low, high=high).value.value, 0.0) for curve in curves]
    held = goods.stock * stock_price if stock_price > 0 else 0.0
    return settle(
        curves,
        goods,
        prices,
        single=mean.single(),
        bound=held + sum(beyond),
        stock_price=stock_price,
        is_exact=all(len(line[0]) == 1 for line in lines),
    )


def settle(
    curves: Sequence[DemandCurve],
    goods: Goods,
    prices: Floats,
    *,
    single: float,
    bound: float,
    stock_price: float,
    is_exact: bool,
    may_stay: bool = True,
) -> PricePath:
    """The path valued in every draw beside a single price, which takes its place if it may and does better."""
    flat = np.full(len(curves), single)
    along, alone = earned_along(curves, goods, prices), earned_along(curves, goods, flat)
    if may_stay and alone.mean() > along.mean():
        prices, along = flat, alone
    return PricePath(
        prices=prices,
        units=sold_along(curves, goods, prices).mean(axis=0),
        value=told(along),
        bound=bound,
        stock_price=stock_price,
        single_price=single,
        single_value=told(alone),
        is_exact=is_exact,
    )


@dataclass(frozen=True, slots=True)
class _MeanLines:
    """Mean demand intercept - slope * price of each period, (T,)."""

    intercept: Floats
    slope: Floats
    goods: Goods
    low: float
    high: float

    def prices(self, stock_price: float) -> Floats:
        """The best price of each period if a unit cost `stock_price` more than its worth."""
        choke = self.intercept / self.slope
        peak = (choke + self.goods.unit_worth + stock_price) / 2
        return np.asarray(np.clip(np.minimum(peak, np.maximum(choke, self.goods.unit_worth)), self.low, self.high))

    def wanted(self, prices: Floats) -> Floats:
        """Units wanted in each period."""
        return np.asarray(np.maximum(self.intercept - self.slope * prices, 0.0))

    def stock_price(self) -> float:
        """The least surcharge at which the stock lasts, exactly: demand is piecewise linear in it."""
        goods, choke = self.goods, self.intercept / self.slope
        kinks = np.concatenate([2 * edge - choke - goods.unit_worth for edge in (self.low, self.high, choke)])
        kinks = np.unique(np.concatenate([[0.0], kinks[np.isfinite(kinks) & (kinks > 0)]]))
        totals = np.array([self.wanted(self.prices(kink)).sum() for kink in kinks])
        if totals[0] <= goods.stock:
            return 0.0
        if totals[-1] > goods.stock:  # the highest price allowed still sells out: a unit more would fetch it
            return max(self.high - goods.unit_worth, 0.0)
        after = int(np.argmax(totals <= goods.stock))
        fall = (totals[after - 1] - goods.stock) / (totals[after - 1] - totals[after])
        return float(kinks[after - 1] + fall * (kinks[after] - kinks[after - 1]))

    def single(self) -> float:
        """The best price that stays: a peak of the total's parabolas, a break, or where the stock just lasts."""
        worth, stock = self.goods.unit_worth, self.goods.stock
        choke = np.sort(self.intercept / self.slope)
        buys = self.intercept / self.slope >= choke[:, None]
        level, fall = (buys * self.intercept).sum(axis=1), (buys * self.slope).sum(axis=1)
        tried = [choke, (level / fall + worth) / 2]
        if np.isfinite(stock):
            tried.append((level - stock) / fall)
        prices = np.unique(np.clip(np.concatenate(tried), self.low, self.high))
        totals = np.maximum(self.intercept - self.slope * prices[:, None], 0.0).sum(axis=1)
        return float(prices[np.argmax((prices - worth) * np.minimum(totals, stock))])
