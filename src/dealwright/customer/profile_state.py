"""What profiles are made of: whole numbers per customer that add up, so that new order lines are only added."""

from __future__ import annotations

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
LINE_COLUMNS = (
    *(c.CUSTOMER, c.ORDER, c.SOLD_AT, c.CHANNEL, c.STORE),
    *(c.SKU, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT),
)
"""The columns of order lines that profiles are made from."""

_WIDE = "decimal(38, 0)"  # a sum of squares leaves 64 bits


@dataclass(frozen=True, slots=True)
class ProfileState:
    """Tables from which profiles follow; those of two batches of lines add up to those of both.

    `orders`: a row per customer and order with something bought: first_at and last_at of what was bought,
    channel, store (the first by name if an order has several).
    `groups`: a row per customer and group of products (the category; the product itself if it has none) they
    bought from: paid.
    `spending`: a row per customer: net (paid less returns), and of what was bought: lines, paid, deal_lines,
    paid_on_deal and deal_squares (sum of squares of what was paid on each discounted line).
    `wares`: a row per group: paid, paid_on_deal, by all who are named.

    Amounts are minor units. Lines that name no customer are left out. A line that is given twice counts twice.
    Customers and groups are known by name, or by number where the lines name them so.
    """

    orders: ibis.Table
    groups: ibis.Table
    spending: ibis.Table
    wares: ibis.Table


def profile_state(sales: ibis.Table, products: ibis.Table | None = None) -> ProfileState:
    """The state of these order lines, in one aggregation per table.

    Without `products` every product is a group of its own.
    """
    named = sales.filter(sales[c.CUSTOMER].notnull())
    return state_of_lines(named, sku_groups(named, products))


def state_of_lines(lines: ibis.Table, groups_of: ibis.Table) -> ProfileState:
    """The state of lines that all name a customer; `groups_of` (sku, group) has every product of theirs once."""
    told = _told(lines)
    bought = told.filter(told[c.QUANTITY] > 0)
    return ProfileState(
        orders=one_row_each(bought.filter(bought[c.ORDER].notnull()).mutate(**_MOMENTS)),
        groups=_groups(bought, groups_of),
        spending=told.group_by(c.CUSTOMER).agg(**{name: _total(told, name) for name in SPENDING}),
        wares=_wares(bought, groups_of),
    )


def one_row_each(orders: ibis.Table) -> ibis.Table:
    """Rows of customers and orders (of lines, or of several states) with those of one order made one."""
    return orders.group_by(c.CUSTOMER, c.ORDER).agg(
        **{
            FIRST_AT: orders[FIRST_AT].min(),
            LAST_AT: orders[LAST_AT].max(),
            c.CHANNEL: orders[c.CHANNEL].min(),
            c.STORE: orders[c.STORE].min(),
        }
    )


def sku_groups(sales: ibis.Table, products: ibis.Table | None) -> ibis.Table:
    """The group of every product sold, once: sku, group."""
    sold = sales.select(c.SKU).distinct()
    if products is None:
        return sold.mutate(**{GROUP: sold[c.SKU]})
    categories = products.group_by(c.SKU).agg(**{c.CATEGORY: products[c.CATEGORY].max()})
    joined = sold.left_join(categories, c.SKU)
    return joined.select(c.SKU, **{GROUP: joined[c.CATEGORY].fill_null(joined[c.SKU])})


def coupons_used(redemptions: ibis.Table) -> ibis.Table:
    """How many coupons each customer used: customer_id, coupons; who used none is not there."""
    named = redemptions.filter(redemptions[c.CUSTOMER].notnull())
    return named.group_by(c.CUSTOMER).agg(**{COUPONS: named.count()})


_MOMENTS = {FIRST_AT: ibis._[c.SOLD_AT], LAST_AT: ibis._[c.SOLD_AT]}


def _told(sales: ibis.Table) -> ibis.Table:
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


def _groups(bought: ibis.Table, groups_of: ibis.Table) -> ibis.Table:
    rows = bought.select(c.CUSTOMER, c.SKU, PAID).inner_join(groups_of, c.SKU)
    return rows.group_by(c.CUSTOMER, GROUP).agg(**{PAID: _total(rows, PAID)})


def _wares(bought: ibis.Table, groups_of: ibis.Table) -> ibis.Table:
    sums = (PAID, PAID_ON_DEAL)
    by_sku = bought.group_by(c.SKU).agg(**{name: _total(bought, name) for name in sums})
    rows = by_sku.inner_join(groups_of, c.SKU)
    return rows.group_by(GROUP).agg(**{name: _total(rows, name) for name in sums})


def _total(rows: ibis.Table, name: str) -> ibis.Value:
    total = rows[name].sum()
    return total.cast(_WIDE) if name == DEAL_SQUARES else total
