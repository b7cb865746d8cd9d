"""The one price that earns most under demand and stock.

A price earns (price - unit worth) * min(stock, units wanted), averaged over draws. Units are never sold beyond what
is wanted or in stock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.curve import DemandCurve, Goods, Isoelastic, Linear, told
from dealwright.price.given import Floats, refuse, wrong
from dealwright.price.ladder import Ladder


@dataclass(frozen=True, slots=True)
class PriceChoice:
    """A price with the units it sells and what they earn over their worth; money in minor units."""

    price: float
    units: Estimate
    value: Estimate


def sold(curve: DemandCurve, goods: Goods, prices: Floats) -> Floats:
    """Units sold at each price in every draw, (D, P): what is wanted, up to the stock."""
    return np.minimum(curve.units(prices), goods.stock)


def earned(curve: DemandCurve, goods: Goods, prices: Floats) -> Floats:
    """What each price earns in every draw, (D, P), minor units."""
    return np.asarray((np.asarray(prices) - goods.unit_worth) * sold(curve, goods, prices))


def choose(curve: DemandCurve, goods: Goods, prices: Floats) -> PriceChoice:
    """The best of `prices` by mean earnings; of equals the lowest."""
    prices = np.sort(np.asarray(prices, dtype=np.float64))
    value = earned(curve, goods, prices)
    best = int(np.argmax(value.mean(axis=0)))
    units = sold(curve, goods, prices)[:, best]
    return PriceChoice(float(prices[best]), told(units), told(value[:, best]))


def best_rung(curve: DemandCurve, goods: Goods, ladder: Ladder) -> PriceChoice:
    """The best price of a ladder, by looking at each."""
    return choose(curve, goods, ladder.array)


def best_price(curve: Linear | Isoelastic, goods: Goods, *, low: float = 0.0, high: float = np.inf) -> PriceChoice:
    """The best of all prices from `low` to `high`, exactly.

    Linear demand D = a - bP: min(high, max((a/b + worth) / 2, (a - stock) / b)), and exact for draws too.
    Isoelastic: min(high, max(worth * e / (e - 1), at * (base / stock)^(1/e))) for e > 1 and one draw; InputError if
    there are several (take a ladder) or if earnings have no maximum.

    >>> best_price(Linear(1500, 10), Goods(stock=1000), high=100).price
    75.0
    """
    refuse(wrong("low", low, least=0), wrong("high", high, above=0, may_be_infinite=True))
    if low > high:
        raise InputError(f"the lowest price allowed, {low:g}, is above the highest, {high:g}; change one of them")
    if isinstance(curve, Linear):
        return choose(curve, goods, np.unique(np.clip(_candidates(*curve.lines, goods), low, high)))
    return choose(curve, goods, np.array([np.clip(_isoelastic_peak(curve, goods, low, high), low, high)]))


def _candidates(intercept: Floats, slope: Floats, goods: Goods) -> Floats:
    """Prices among which the mean over draws of earnings from linear demand peaks.

    Earnings are a parabola between two breaks, where a draw sells out or stops buying; a peak is a break or a
    vertex.
    """
    stock = min(goods.stock, float(intercept.max()))
    breaks = np.unique(np.concatenate([[0.0], (intercept - stock) / slope, intercept / slope]))
    breaks = breaks[breaks >= 0]
    middles = (breaks[:-1] + breaks[1:]) / 2
    wanted = intercept - slope * middles[:, None]
    sells_out, buys = wanted > stock, (wanted > 0) & (wanted <= stock)
    level = (sells_out * stock + buys * intercept).sum(axis=1)
    fall = (buys * slope).sum(axis=1)
    vertices = (level[fall > 0] / fall[fall > 0] + goods.unit_worth) / 2
    inside = (vertices >= breaks[:-1][fall > 0]) & (vertices <= breaks[1:][fall > 0])
    return np.concatenate([breaks, vertices[inside]])


def _isoelastic_peak(curve: Isoelastic, goods: Goods, low: float, high: float) -> float:
    base, elasticity = curve.terms
    if len(base) > 1:
        raise InputError(
            f"isoelastic demand with {len(base)} draws has no formula for its best price; "
            "use best_rung with a ladder of prices"
        )
    e = float(elasticity[0])
    sells_out = curve.at * (float(base[0]) / goods.stock) ** (1 / e) if goods.stock > 0 else np.inf
    peak = max(goods.unit_worth * e / (e - 1), sells_out) if e > 1 else np.inf
    if peak == np.inf and high == np.inf:
        raise InputError(
            f"with elasticity {e:g} and stock {goods.stock:g} every dearer price earns more; give `high`"
        )
    if peak == 0 and low == 0:
        raise InputError("units cost nothing and stock has no limit, so every lower price earns more; give `low`")
    return peak
