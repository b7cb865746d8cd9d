"""How customers buy the planned products: how many at once, and in baskets of what value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dealwright.app.ports import Tables
from dealwright.data import columns as c
from dealwright.data.clean import demand_lines
from dealwright.plan.mechanics import Baskets, Purchases

LEAST_ORDERS = 30
"""Fewer orders of a product say less than the rule that is assumed instead."""


@dataclass(frozen=True, slots=True)
class SeenPurchases:
    """What orders show of single products, by SKU; what is not there was bought too rarely."""

    purchases: Mapping[str, Purchases] = field(default_factory=dict)
    baskets: Mapping[str, Baskets] = field(default_factory=dict)


def read_purchases(tables: Tables, skus: Sequence[str]) -> SeenPurchases:
    """Quantities and basket values (what was paid, minor units) of the orders that hold each product.

    Products in fewer than `LEAST_ORDERS` orders are left out: what is assumed of them instead says so.
    """
    found = _orders_of(tables, skus)
    purchases: dict[str, Purchases] = {}
    baskets: dict[str, Baskets] = {}
    for sku, orders in found.groupby(c.SKU, sort=False):
        if orders["n"].sum() < LEAST_ORDERS:
            continue
        purchases[str(sku)] = _purchases(orders)
        paid = orders[orders["value"] > 0]
        if len(paid):
            baskets[str(sku)] = _baskets(paid)
    return SeenPurchases(purchases, baskets)


def _orders_of(tables: Tables, skus: Sequence[str]) -> pd.DataFrame:
    """One row per product, its quantity in an order and the order's value, with the number `n` of such orders."""
    lines = demand_lines(tables.table("sales"))
    orders = lines.group_by(c.ORDER).agg(value=lines[c.NET_AMOUNT].sum())
    held = lines.filter(lines[c.SKU].isin(list(skus)))
    held = held.group_by(c.ORDER, c.SKU).agg(quantity=held[c.QUANTITY].sum())
    both = held.join(orders, c.ORDER)
    frame: pd.DataFrame = both.group_by(c.SKU, "quantity", "value").agg(n=both.count()).to_pandas()
    return frame.sort_values([c.SKU, "quantity", "value"], ignore_index=True)


def _purchases(orders: pd.DataFrame) -> Purchases:
    times = orders.groupby("quantity")["n"].sum()
    return Purchases(np.asarray(times.index, dtype=np.int64), np.asarray(times, dtype=np.float64))


def _baskets(orders: pd.DataFrame) -> Baskets:
    by_value = orders.assign(weight=orders["n"] * orders["quantity"]).groupby("value")[["n", "weight"]].sum()
    return Baskets(
        np.asarray(by_value.index, dtype=np.int64),
        np.asarray(by_value["n"], dtype=np.float64),
        np.asarray(by_value["weight"], dtype=np.float64),
    )
