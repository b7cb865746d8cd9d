"""What an offer adds with each customer: their chance to buy anyway, and how a price cut moves it.

A chance p of at least one purchase within the horizon is that of a rate -log(1 - p); an offer multiplies the rate
by `times`, so that the chance with it is 1 - (1 - p) ** times. Where no experiment measured `times`, it follows
from an assumed elasticity: (1 - depth) ** -elasticity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ASSUMED_ELASTICITY = Estimate(2.0, 1.0, 3.0, 0.8, "assumed")
"""Of purchases to price, where nothing was measured: a usual range for groceries, wide on purpose."""


class Response(Enum):
    """Where the answer to an offer comes from."""

    MEASURED = "measured in an experiment"
    ASSUMED = "assumed response, not measured"


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """`depth` off the price of any of `items` (places), for whatever is bought of them within the horizon.

    `times` is how many times as often customers buy them with the offer; `response` says how that is known.
    """

    name: str
    items: tuple[int, ...]
    depth: float
    times: Estimate
    response: Response

    def __post_init__(self) -> None:
        problems = []
        if not 0 < self.depth < 1:
            problems.append(
                f"{self.name}: a depth is a share above 0 and below 1, such as 0.2; given {self.depth:g}"
            )
        if self.times.low <= 0:
            problems.append(
                f"{self.name}: with an offer customers buy more than 0 times as often; given {self.times}"
            )
        if not self.items:
            problems.append(f"{self.name}: an offer is for at least one product")
        if problems:
            raise InputError(*problems)

    @classmethod
    def assumed(
        cls, name: str, items: tuple[int, ...], depth: float, elasticity: Estimate = ASSUMED_ELASTICITY
    ) -> OfferTerms:
        """The answer follows from an elasticity."""
        if not 0 < depth < 1:
            raise InputError(f"{name}: a depth is a share above 0 and below 1, such as 0.2; given {depth:g}")
        value, low, high = (float((1.0 - depth) ** -e) for e in (elasticity.value, elasticity.low, elasticity.high))
        times = Estimate(value, low, high, elasticity.level, elasticity.method)
        return cls(name, items, depth, times, Response.ASSUMED)


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """What is known of items (n_items each): usual price and cost of a unit in minor units, units a purchase."""

    price: Floats
    cost: Floats
    units: Floats


@dataclass(frozen=True, slots=True, eq=False)
class OfferValue:
    """What one offer brings with each customer (n), in minor units, expected within the horizon.

    `margin` is that of purchases it adds, `wasted` the discount on purchases that would be made anyway, `given`
    that on those it adds: `net` = margin - wasted - given. `low` and `high` are `net` at the ends of the answer's
    range; chances are taken as they are. `worst` is the discount if everything in the offer is bought.
    """

    margin: Floats
    wasted: Floats
    given: Floats
    low: Floats
    high: Floats
    worst: float

    @property
    def net(self) -> Floats:
        """Incremental margin."""
        return self.margin - self.wasted - self.given

    @property
    def cost(self) -> Floats:
        """All discounts."""
        return self.wasted + self.given


def value_offer(chance: Floats, goods: Goods, terms: OfferTerms) -> OfferValue:
    """`chance` (n, n_items) is that of a purchase within the horizon without the offer, 0 where nobody expects one.

    >>> goods = Goods(np.array([100.0]), np.array([40.0]), np.array([1.0]))
    >>> twice = OfferTerms("tea", (0,), 0.2, Estimate(2.0, 1.0, 3.0, 0.8, "measured"), Response.MEASURED)
    >>> found = value_offer(np.array([[0.5]]), goods, twice)  # 0.5 becomes 0.75
    >>> found.margin, found.wasted, found.given, found.net
    (array([15.]), array([10.]), array([5.]), array([0.]))
    """
    items = list(terms.items)
    p = chance[:, items]
    price, unit_margin, units = goods.price[items], (goods.price - goods.cost)[items], goods.units[items]
    discount = terms.depth * price * units
    wasted = p @ discount

    def added(times: float) -> tuple[Floats, Floats]:
        more = -np.expm1(times * np.log1p(-p)) - p
        return more @ (unit_margin * units), more @ discount

    ends = [margin - wasted - given for margin, given in (added(terms.times.low), added(terms.times.high))]
    margin, given = added(terms.times.value)
    net = margin - wasted - given
    return OfferValue(
        margin,
        wasted,
        given,
        np.minimum.reduce([*ends, net]),
        np.maximum.reduce([*ends, net]),
        float(discount.sum()),
    )
