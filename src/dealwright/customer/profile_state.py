"""What profiles are made of: whole numbers per customer that add up, so that new order lines are only added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from dealwright.data import columns as c

GROUP = "group"
FIRST_AT, LAST_AT = "first_at", "last_at"
LINES, PAID = "lines", "paid"
NET, DEAL_LINES, PAID_ON_DEAL, DEAL_SQUARES = "net", "deal_lines", "paid_on_deal", "deal_squares"
COUPONS = "coupons"

MOST_SQUARED = 3_000_000_000
"""Minor units of a line beyond which its square would leave 64 bits; a dearer one counts as this."""

SPENDING = (NET, LINES, PAID, DEAL_LINES, PAID_ON_DEAL, DEAL_SQUARES)


@dataclass(frozen=True, slots=True)
class ProfileState:
    """Tables from which profiles follow; those of two batches of lines make that of both, see `merge`.

    `orders`: a row per customer and order with something bought: first_at and last_at of what was bought,
    channel, store (the first by name if an order has several).
    `groups`: a row per customer and group of products (the category; the product itself if it has none) they
    bought from: lines, paid.
    `spending`: a row per customer: net (paid less returns), and of what was bought: lines, paid, deal_lines,
    paid_on_deal and deal_squares (sum of squares of what was paid on each discounted line).
    `wares`: a row per group: paid, paid_on_deal, by all who are named.
    `coupons`: a row per customer who used any: coupons, how many; absent if redemptions are not known.

    Amounts are minor units. Lines that name no customer are left out. A line that is given twice counts twice.
    """

    orders: ibis.Table
    groups: ibis.Table
    spending: ibis.Table
    wares: ibis.Table
    coupons: ibis.Table | None = None

    def tables(self) -> dict[str, ibis.Table]:
        """The tables that are there, by name, to be stored."""
        known = {
            "orders": self.orders,
            "groups": self.groups,
            "spending": self.spending,
            "wares": self.wares,
            "coupons": self.coupons,
        }
        return {name: table for name, table in known.items() if table is not None}

    def customers(self) -> ibis.Table:
        """Everybody it names, once: customer_id."""
        if self.coupons is None:
            return self.spending.select(c.CUSTOMER)
        return self.spending.select(c.CUSTOMER).union(self.coupons.select(c.CUSTOMER), distinct=True)


def profile_state(
    sales: ibis.Table, products: ibis.Table | None = None, *, redemptions: ibis.Table | None = None
) -> ProfileState:
    """The state of these order lines, in one aggregation per table.

    Without `products` every product is a group of its own. The categories are those of now: when the catalogue
    moves products between them, build the state anew.
    """
    lines = _lines(sales.filter(sales[c.CUSTOMER].notnull()))
    bought = lines.filter(lines[c.QUANTITY] > 0)
    return ProfileState(
        orders=_orders(bought.filter(bought[c.ORDER].notnull())),
        groups=_groups(bought, products),
        spending=lines.group_by(c.CUSTOMER).agg(**{name: lines[name].sum() for name in SPENDING}),
        wares=_wares(bought, products),
        coupons=None if redemptions is None else _coupons(redemptions),
    )


def merge(state: ProfileState, other: ProfileState) -> ProfileState:
    """The state of the lines of both. Every sum is of whole numbers, so the order of merging does not matter."""
    return ProfileState(
        orders=_joined(state.orders, other.orders, keys=(c.CUSTOMER, c.ORDER)),
        groups=_joined(state.groups, other.groups, keys=(c.CUSTOMER, GROUP)),
        spending=_joined(state.spending, other.spending, keys=(c.CUSTOMER,)),
        wares=_joined(state.wares, other.wares, keys=(GROUP,)),
        coupons=_both(state.coupons, other.coupons),
    )


def merge_named(state: ProfileState, new: ProfileState) -> ProfileState:
    """`merge(state, new)` less the rows of customers whom `new` does not name (`wares` are whole).

    Profiles of those customers follow from it without merging all. So what is new can be kept beside a large state
    until a quiet day: with `added` kept so before, it is `merge_named(state, merge_named(added, new))`.
    """
    named = new.customers()
    return merge(
        ProfileState(
            orders=state.orders.semi_join(named, c.CUSTOMER),
            groups=state.groups.semi_join(named, c.CUSTOMER),
            spending=state.spending.semi_join(named, c.CUSTOMER),
            wares=state.wares,
            coupons=None if state.coupons is None else state.coupons.semi_join(named, c.CUSTOMER),
        ),
        new,
    )


def _lines(sales: ibis.Table) -> ibis.Table:
    """Sales lines with what they add to sums; what is returned adds to nothing but `net`."""
    net, is_bought = sales[c.NET_AMOUNT], sales[c.QUANTITY] > 0
    is_deal = is_bought & (sales[c.DISCOUNT_AMOUNT].fill_null(0) > 0)
    paid = ibis.greatest(net, 0)
    squared = ibis.least(paid, MOST_SQUARED)
    return sales.select(
        *(c.CUSTOMER, c.ORDER, c.SOLD_AT, c.CHANNEL, c.STORE, c.SKU, c.QUANTITY),
        **{
            NET: net,
            LINES: is_bought.cast("int64"),
            PAID: ibis.ifelse(is_bought, paid, 0),
            DEAL_LINES: is_deal.cast("int64"),
            PAID_ON_DEAL: ibis.ifelse(is_deal, paid, 0),
            DEAL_SQUARES: ibis.ifelse(is_deal, squared * squared, 0),
        },
    )


def _groups(bought: ibis.Table, products: ibis.Table | None) -> ibis.Table:
    rows = _with_group(bought.select(c.CUSTOMER, c.SKU, PAID), products)
    return rows.group_by(c.CUSTOMER, GROUP).agg(**{LINES: rows.count(), PAID: rows[PAID].sum()})


def _wares(bought: ibis.Table, products: ibis.Table | None) -> ibis.Table:
    sums = (PAID, PAID_ON_DEAL)
    by_sku = bought.group_by(c.SKU).agg(**{name: bought[name].sum() for name in sums})
    rows = _with_group(by_sku, products)
    return rows.group_by(GROUP).agg(**{name: rows[name].sum() for name in sums})


def _with_group(rows: ibis.Table, products: ibis.Table | None) -> ibis.Table:
    if products is None:
        return rows.mutate(**{GROUP: rows[c.SKU]})
    categories = products.group_by(c.SKU).agg(**{c.CATEGORY: products[c.CATEGORY].max()})
    joined = rows.left_join(categories, c.SKU)
    return joined.select(*rows.columns, **{GROUP: joined[c.CATEGORY].fill_null(joined[c.SKU])})


def _orders(bought: ibis.Table) -> ibis.Table:
    return bought.group_by(c.CUSTOMER, c.ORDER).agg(
        **{
            FIRST_AT: bought[c.SOLD_AT].min(),
            LAST_AT: bought[c.SOLD_AT].max(),
            c.CHANNEL: bought[c.CHANNEL].min(),
            c.STORE: bought[c.STORE].min(),
        }
    )


def _coupons(redemptions: ibis.Table) -> ibis.Table:
    named = redemptions.filter(redemptions[c.CUSTOMER].notnull())
    return named.group_by(c.CUSTOMER).agg(**{COUPONS: named.count()})


def _both(one: ibis.Table | None, other: ibis.Table | None) -> ibis.Table | None:
    if one is None or other is None:
        return other if one is None else one
    return _joined(one, other, keys=(c.CUSTOMER,))


def _joined(one: ibis.Table, other: ibis.Table, *, keys: Sequence[str]) -> ibis.Table:
    """Rows of either, those of equal keys made one.

    Keys are unique on each side, so that this is a join; it costs less than to group all rows again.
    """
    added = other.rename("{name}_added")
    rows = one.outer_join(added, [one[key] == added[f"{key}_added"] for key in keys])
    # A view, or a later join would be taken for a part of this one.
    return rows.select(**{name: _made_one(rows, name) for name in one.columns}).view()


def _made_one(rows: ibis.Table, name: str) -> ibis.Value:
    here, there = rows[name], rows[f"{name}_added"]
    if name in (*SPENDING, COUPONS):
        return here.fill_null(0) + there.fill_null(0)
    either = ibis.coalesce(here, there)
    other = ibis.coalesce(there, here)
    return ibis.greatest(either, other) if name == LAST_AT else ibis.least(either, other)
