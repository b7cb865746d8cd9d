"""What a set of promotions is worth in money, for every draw of demand.

All money here is a float in minor units, because it is inferred; exact amounts are prices and budgets, which are
integers. Per unit sold the shop keeps: price paid + supplier's share of the discount - unit cost - what it gives
beside the discount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Economics:
    """Prices and costs of n products in C categories, minor units.

    `price`, `unit_cost` (n,); `funded_share` (n,) of the discount is paid by the supplier; `display_cost` and
    `mailer_cost` are paid per product and week, in proportion to the share of the shop covered for displays;
    `rest_margin` and `rest_price` (C,) are of a unit of the category's products that are not planned; the price is
    only needed for what customers pay, and None where it is not known.
    """

    price: Floats
    unit_cost: Floats
    funded_share: Floats
    display_cost: float
    mailer_cost: float
    rest_margin: Floats
    rest_price: Floats | None = None

    @property
    def regular_margin(self) -> Floats:
        """Kept per unit without promotion, (n,)."""
        return self.price - self.unit_cost

    def margin(self, discount_share: Floats, extra_minor: Floats | float = 0.0) -> Floats:
        """Kept per unit, (n, anything): price paid + funding - cost - what is given beside the discount.

        `discount_share` of the price is what customers do not pay; `extra_minor` is a gift, say, in minor units.
        """
        over = _over_products(discount_share)
        own_share = 1.0 - (1.0 - self.funded_share[over]) * discount_share
        return np.asarray(self.price[over] * own_share - self.unit_cost[over] - extra_minor)

    def own_cost(self, discount_share: Floats, extra_minor: Floats | float = 0.0) -> Floats:
        """What the shop itself gives on a unit, (n, anything): its part of the discount, all that is beside it."""
        over = _over_products(discount_share)
        return np.asarray(self.price[over] * (1.0 - self.funded_share[over]) * discount_share + extra_minor)

    def vehicle_cost(self, display: Floats, mailer: Floats) -> Floats:
        """What the support costs, shape of the arguments."""
        return np.asarray(self.display_cost * display + self.mailer_cost * mailer)


@dataclass(frozen=True, slots=True)
class MoneyDraws:
    """Totals over products and weeks, each (D,), minor units.

    `revenue` is what customers pay, `discount` what they did not, `funding` the suppliers' part of it, `extra` what
    is given beside it (gifts, delivery), `support` the cost of displays, mailers and mechanics whatever is sold,
    `profit` = revenue + funding - cost of goods - extra - support - margin lost by products outside the plan -
    margin lost in the week after. `units` are sold units.
    """

    units: Floats
    revenue: Floats
    discount: Floats
    funding: Floats
    extra: Floats
    support: Floats
    profit: Floats

    @property
    def spend(self) -> Floats:
        """What the shop itself pays for promotions: its part of discounts, what is beside them, and support."""
        return np.asarray(self.discount - self.funding + self.extra + self.support)


def money_of(
    units: Floats,
    *,
    discount_share: Floats,
    display: Floats,
    mailer: Floats,
    rest_lost: Floats,
    lost_after: Floats,
    rest_lost_after: Floats,
    economics: Economics,
    extra_minor: Floats | None = None,
    fixed_minor: Floats | None = None,
) -> MoneyDraws:
    """Money of `units` (D, n, T) sold under offers (n, T): what customers do not pay, and what is given beside it.

    `extra_minor` is per unit sold, `fixed_minor` per week; None: nothing. `rest_lost` (D, C, T) are units lost by
    products outside the plan, `lost_after` (D, n) units taken from the weeks after the last, `rest_lost_after`
    (D, C) those of products outside.
    """
    e = economics
    paid = e.price[:, None] * (1.0 - discount_share)
    given = e.price[:, None] * discount_share
    fixed = 0.0 if fixed_minor is None else float(fixed_minor.sum())
    support = float(e.vehicle_cost(display, mailer).sum()) + fixed
    revenue = _total(units, paid)
    discount = _total(units, given)
    funding = _total(units, given * e.funded_share[:, None])
    extra = np.zeros(units.shape[0]) if extra_minor is None else _total(units, extra_minor)
    goods = _total(units, np.broadcast_to(e.unit_cost[:, None], discount_share.shape))
    lost = np.einsum("dct,c->d", rest_lost, e.rest_margin) + lost_after @ e.regular_margin
    lost = lost + rest_lost_after @ e.rest_margin
    return MoneyDraws(
        units=units.sum(axis=(1, 2)),
        revenue=revenue,
        discount=discount,
        funding=funding,
        extra=extra,
        support=np.full(units.shape[0], support),
        profit=revenue + funding - goods - extra - support - lost,
    )


def _total(units: Floats, per_unit: Floats) -> Floats:
    return np.asarray(np.einsum("dnt,nt->d", units, per_unit))


def _over_products(values: Floats) -> tuple[slice | None, ...]:
    """What spreads (n,) over the further axes of `values`."""
    return (slice(None), *([None] * (values.ndim - 1)))
