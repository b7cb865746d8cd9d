"""How recently, how often and how much each customer buys, how widely and how much on offer."""

from __future__ import annotations

import ibis

from dealwright.data import columns as c

DAYS_SINCE = "days_since_purchase"
ORDERS = "orders"
SPEND = "spend_minor"
BREADTH = "breadth"
DEAL_SHARE = "deal_share"
BASKET = "basket_value_minor"
SPAN = "active_span_days"

FEATURES = (DAYS_SINCE, ORDERS, SPEND, BREADTH, DEAL_SHARE, BASKET, SPAN)
"""The columns of `customer_features` that describe behaviour."""


def customer_features(sales: ibis.Table, products: ibis.Table | None = None) -> ibis.Table:
    """One row per customer who bought something, from all order lines that name one, in one pass.

    `days_since_purchase` counts to the last day of `sales`; `orders` are those with a positive quantity;
    `spend_minor` is what was paid less returns, never below zero; `breadth` is the number of different
    categories bought (of different products without `products`; one without category counts as its own);
    `deal_share` is the share of spend on lines with a discount; `basket_value_minor` is spend per order;
    `active_span_days` runs from the first to the last purchase.
    """
    lines = _with_group(sales, products)
    is_bought = lines[c.QUANTITY] > 0
    paid = ibis.greatest(lines[c.NET_AMOUNT], 0)
    day = lines[c.SOLD_AT].date()
    end = sales[c.SOLD_AT].max().date().as_scalar()
    totals = (
        lines.filter(lines[c.CUSTOMER].notnull())
        .group_by(c.CUSTOMER)
        .agg(
            first_day=day.min(where=is_bought),
            last_day=day.max(where=is_bought),
            orders=lines[c.ORDER].nunique(where=is_bought),
            spend=ibis.greatest(lines[c.NET_AMOUNT].sum(), 0),
            paid=paid.sum(where=is_bought),
            paid_on_deal=paid.sum(where=is_bought & (lines[c.DISCOUNT_AMOUNT] > 0)),
            breadth=lines["group"].nunique(where=is_bought),
        )
    )
    buyers = totals.filter(totals.orders > 0)
    return buyers.select(
        c.CUSTOMER,
        **{
            DAYS_SINCE: end.delta(buyers.last_day, unit="day"),
            ORDERS: buyers.orders,
            SPEND: buyers.spend.cast("int64"),
            BREADTH: buyers.breadth,
            DEAL_SHARE: (buyers.paid_on_deal.fill_null(0) / buyers.paid.nullif(0)).fill_null(0.0),
            BASKET: buyers.spend / buyers.orders,
            SPAN: buyers.last_day.delta(buyers.first_day, unit="day"),
        },
    ).order_by(c.CUSTOMER)


def _with_group(sales: ibis.Table, products: ibis.Table | None) -> ibis.Table:
    """Sales lines with the group of products that breadth counts."""
    if products is None:
        return sales.mutate(group=sales[c.SKU])
    categories = products.group_by(c.SKU).agg(**{c.CATEGORY: products[c.CATEGORY].max()})
    joined = sales.left_join(categories, c.SKU)
    return joined.select(*sales.columns, group=joined[c.CATEGORY].fill_null(joined[c.SKU]))
