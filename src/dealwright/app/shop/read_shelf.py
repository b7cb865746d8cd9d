"""What is known of items now: the last count of stock, what was paid of late, and margin from costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from dealwright.app.ports import Tables
from dealwright.app.shop.read_histories import purchases
from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.filters import Shelf

Ints = NDArray[np.int64]


def read_shelf(tables: Tables, items: Sequence[str], catalogue: Catalogue, *, end: date) -> Shelf:
    """The shelf of `items` as sold before `end`; a price is what the last buyer paid for a unit."""
    price = _prices(tables, items, end)
    cost = _latest(tables, "costs", c.STARTS_ON, c.UNIT_COST, items)
    return Shelf(
        tuple(items),
        catalogue,
        stock=_stock(tables, items),
        price_minor=price,
        margin_minor=None if cost is None else price - cost,
    )


def _prices(tables: Tables, items: Sequence[str], end: date) -> Ints:
    lines = purchases(tables)
    known = lines.filter(lines[c.SOLD_AT] < ibis.timestamp(str(end)))
    # Lines of one moment are told apart by what was paid, so that the same rows always give the same price.
    paid = (known[c.NET_AMOUNT] / known[c.QUANTITY]).round().cast("int64")
    newest = known.group_by(known[c.SKU]).agg(price=ibis.struct({"at": known[c.SOLD_AT], "paid": paid}).max())
    rows = newest.select(c.SKU, price=newest["price"]["paid"]).to_pandas()
    return _by_item(rows.set_index(c.SKU)["price"], items)


def _stock(tables: Tables, items: Sequence[str]) -> Ints | None:
    """Units of the last count of each item and store, all stores together; 0 where nothing was ever counted."""
    if not tables.has("stock"):
        return None
    rows = tables.table("stock").select(c.SKU, c.STORE, c.COUNTED_ON, c.UNITS).to_pandas()
    last = rows.sort_values(c.COUNTED_ON).groupby([c.SKU, c.STORE], dropna=False)[c.UNITS].last()
    return _by_item(last.groupby(c.SKU).sum(), items)


def _latest(tables: Tables, table: str, when: str, what: str, items: Sequence[str]) -> Ints | None:
    if not tables.has(table):
        return None
    rows = tables.table(table).select(c.SKU, when, what).to_pandas()
    known = rows.sort_values(when).groupby(c.SKU)[what].last()
    return _by_item(known, items) if set(items) <= set(known.index) else None


def _by_item(values: Any, items: Sequence[str]) -> Ints:
    found: Ints = values.reindex(list(items)).fillna(0).to_numpy(dtype=np.int64)
    return found
