"""Sales summed by product (or product in a store) and period, in the database, any engine that ibis speaks."""

from __future__ import annotations

import ibis

from dealwright.core.period import Grain
from dealwright.data import columns as c

UNCATEGORISED = "uncategorised"
"""The category of products without one."""


def week_of(moment: ibis.Value, *, first_weekday: int = 0) -> ibis.Value:
    """The first day of the week a moment or day is in; weeks start on `first_weekday` (Monday = 0)."""
    shift = ibis.interval(days=first_weekday)
    return ((moment.cast("date") - shift).cast("date").truncate("W") + shift).cast("date")


def period_of(moment: ibis.Value, grain: Grain) -> ibis.Value:
    """The first day of the period a moment or day is in."""
    return moment.cast("date") if grain.period_days == 1 else week_of(moment, first_weekday=grain.first_weekday)


def keys(grain: Grain) -> list[str]:
    """The columns that name a series: sku, and store_id where stores are told apart."""
    return [c.SKU, c.STORE] if grain.by_store else [c.SKU]


def weekly_sales(lines: ibis.Table, *, first_weekday: int = 0) -> ibis.Table:
    """One row per product and week sold: as `sales_by_period`, and how many customers bought."""
    weekly = lines.mutate(**{c.WEEK: week_of(lines[c.SOLD_AT], first_weekday=first_weekday)})
    return weekly.group_by(c.SKU, c.WEEK).agg(**_SUMS, **{c.N_CUSTOMERS: ibis._[c.CUSTOMER].nunique()})


def sales_by_period(lines: ibis.Table, grain: Grain) -> ibis.Table:
    """One row per series and period sold: units, net amount (revenue), list value (net + discount).

    Columns are `keys(grain)`, period, units, revenue, list_value. Lines without a store are left out where
    stores are told apart.
    """
    placed = lines.filter(lines[c.STORE].notnull()) if grain.by_store else lines
    dated = placed.mutate(**{c.PERIOD: period_of(placed[c.SOLD_AT], grain)})
    return dated.group_by(*keys(grain), c.PERIOD).agg(**_SUMS)


_SUMS = {
    c.UNITS: ibis._[c.QUANTITY].sum(),
    c.REVENUE: ibis._[c.NET_AMOUNT].sum(),
    c.LIST_VALUE: (ibis._[c.NET_AMOUNT] + ibis._[c.DISCOUNT_AMOUNT].fill_null(0)).sum(),
}


def over_stores(rows: ibis.Table) -> ibis.Table:
    """`sales_by_period` of stores, summed over the chain."""
    return rows.group_by(c.SKU, c.PERIOD).agg(
        **{name: ibis._[name].sum() for name in (c.UNITS, c.REVENUE, c.LIST_VALUE)}
    )


def market_units(rows: ibis.Table, products: ibis.Table, grain: Grain) -> ibis.Table:
    """Units of all products by category (in a store, where stores are told apart) and period, from sales rows."""
    named = rows.left_join(products.select(c.SKU, c.CATEGORY).distinct(on=c.SKU), c.SKU)
    market = [c.CATEGORY, c.STORE] if grain.by_store else [c.CATEGORY]
    return (
        named.mutate(**{c.CATEGORY: named[c.CATEGORY].fill_null(UNCATEGORISED)})
        .group_by(*market, c.PERIOD)
        .agg(**{c.UNITS: ibis._[c.UNITS].sum()})
    )


def store_weights(lines: ibis.Table) -> ibis.Table:
    """Each store's share of all sales, by net amount."""
    by_store = lines.group_by(c.STORE).agg(weight=ibis._[c.NET_AMOUNT].sum().cast("float64"))
    return by_store.filter(by_store[c.STORE].notnull())
