"""Who took what and when, as arrays: what recommenders learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Interactions:
    """One row per customer, order and item, sorted by customer, day, order and item.

    `customer` and `item` are places in `customers` and `items`; `day` counts days from 1970-01-01, and `end` is the
    first day that is not known yet: the day on which one asks. `units` are positive. `store` (a place in `stores`,
    or one after the last for a store that is not among them), `is_on_deal` and `price` (paid for one unit, minor
    units) are None where nobody knows.
    """

    customers: tuple[str, ...]
    items: tuple[str, ...]
    customer: Ints
    item: Ints
    day: Ints
    order: Ints
    units: Floats
    end: int
    store: Ints | None = None
    is_on_deal: Bools | None = None
    price: Floats | None = None
    stores: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert (np.diff(self.customer) >= 0).all(), "rows are not sorted by customer"
        assert (self.day < self.end).all(), "rows lie after the end"

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def n_customers(self) -> int:
        """How many customers are known by name, with or without history."""
        return len(self.customers)

    @property
    def n_items(self) -> int:
        """How many items are known by name, bought or not."""
        return len(self.items)

    @cached_property
    def age_weeks(self) -> Floats:
        """How many weeks before `end` each row happened, from the start of its day."""
        return (self.end - self.day) / 7.0

    @cached_property
    def starts(self) -> Ints:
        """Where the rows of each customer begin, and after the last one the number of rows (n_customers + 1)."""
        return np.searchsorted(self.customer, np.arange(self.n_customers + 1)).astype(np.int64)

    @cached_property
    def pairs(self) -> Ints:
        """The different (customer, item) as customer x n_items + item, ascending."""
        return distinct(self.customer * self.n_items + self.item)

    def of(self, customers: Ints) -> Interactions:
        """The rows of some customers; all keep their places."""
        places = [np.arange(self.starts[k], self.starts[k + 1]) for k in np.unique(customers)]
        return self.where(np.concatenate([*places, np.zeros(0, dtype=np.int64)]).astype(np.int64))

    def until(self, day: int) -> Interactions:
        """What was known on the morning of `day`: rows before it."""
        return replace(self.where(self.day < day), end=day)

    def where(self, is_kept: Bools | Ints) -> Interactions:
        """Only some rows, told by flags or by their places in order; customers, items and the end stay."""

        def cut(values: NDArray[Any] | None) -> NDArray[Any] | None:
            return None if values is None else values[is_kept]

        return replace(
            self,
            customer=self.customer[is_kept],
            item=self.item[is_kept],
            day=self.day[is_kept],
            order=self.order[is_kept],
            units=self.units[is_kept],
            store=cut(self.store),
            is_on_deal=cut(self.is_on_deal),
            price=cut(self.price),
        )

    def number_of(self, customer: str) -> int | None:
        """The place of a customer, None for one who is not known."""
        return self._numbers.get(customer)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.customers)}


def distinct(keys: Ints) -> Ints:
    """Each key once, ascending: like `numpy.unique`, whose hashing is several times slower on such long keys.

    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(keys)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def summed(place: Ints, values: NDArray[Any], n: int) -> Floats:
    """The sum of `values` in each of `n` places.

    >>> summed(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3)
    array([4., 0., 2.])
    """
    total: Floats = np.bincount(place, values, n).astype(np.float64, copy=False)
    return total


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a table that say nothing about taste, by why."""

    without_customer: int = 0
    without_item: int = 0
    without_day: int = 0
    returned_or_empty: int = 0
    merged: int = 0
    after_end: int = 0
    far_ahead: int = 0
    """Dated so long after all others that the date must be wrong; see `recommend.stray_days`."""


@dataclass(frozen=True, slots=True)
class ReadInteractions:
    """What was read, and what was left out."""

    seen: Interactions
    left_out: LeftOut


def read_interactions(
    rows: pd.DataFrame,
    *,
    end: date | None = None,
    customers: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    stores: Sequence[str] | None = None,
) -> ReadInteractions:
    """Order lines (or events) as interactions; rows in any order.

    Needed are the columns customer_id, sku and sold_at (or happened_at). Used if there: order_id (else a day is an
    order), quantity, store_id, net_amount and discount_amount (minor units). Rows without a customer, item or day,
    returns, and rows on or after `end` are left out and counted; rows of one customer, order and item are merged.
    `customers`, `items` and `stores` fix who, what and where is known; InputError if a column is missing or nothing
    remains.
    """
    when = next((name for name in (c.SOLD_AT, c.HAPPENED_AT) if name in rows), None)
    missing = [name for name in (c.CUSTOMER, c.SKU) if name not in rows]
    if missing or when is None:
        wanted = [*missing, *([] if when else [f"{c.SOLD_AT} or {c.HAPPENED_AT}"])]
        raise InputError(*(f"the interactions have no column {name}; add it" for name in wanted))
    moment = pd.to_datetime(rows[when], errors="coerce")
    day = (moment.dt.normalize() - pd.Timestamp(EPOCH)).dt.days
    last = np.inf if end is None else (end - EPOCH).days
    quantity = rows[c.QUANTITY] if c.QUANTITY in rows else pd.Series(1, index=rows.index)
    reasons = {
        "without_customer": _absent(rows[c.CUSTOMER], customers),
        "without_item": _absent(rows[c.SKU], items),
        "without_day": day.isna().to_numpy(),
        "returned_or_empty": ~(quantity > 0).to_numpy(),
        "after_end": (day >= last).to_numpy(),
    }
    is_out = np.zeros(len(rows), dtype=np.bool_)
    counts = {}
    for reason, is_so in reasons.items():
        counts[reason] = int((is_so & ~is_out).sum())
        is_out |= is_so
    if is_out.all():
        raise InputError("no interaction can be used; give rows with a customer, an item, a day and a quantity")
    kept, days = rows[~is_out], np.asarray(day[~is_out], dtype=np.int64)
    units = np.asarray(quantity[~is_out], dtype=np.float64)
    seen, n_merged = _merged(kept, days, units, customers, items, stores)
    if end is not None:
        seen = replace(seen, end=(end - EPOCH).days)
    return ReadInteractions(seen, LeftOut(**counts, merged=n_merged))


def _absent(names: pd.Series, known: Sequence[str] | None) -> Bools:
    found: Bools = names.isna().to_numpy()
    return found if known is None else found | ~names.astype(str).isin(list(known)).to_numpy()


def _merged(
    rows: pd.DataFrame,
    day: Ints,
    units: Floats,
    customers: Sequence[str] | None,
    items: Sequence[str] | None,
    stores: Sequence[str] | None,
) -> tuple[Interactions, int]:
    """Rows of one customer, order and item as one; the day is the first, the deal any, the price the mean."""
    who, all_customers = _places(rows[c.CUSTOMER], customers)
    what, all_items = _places(rows[c.SKU], items)
    order = pd.factorize(rows[c.ORDER].astype(str))[0].astype(np.int64) if c.ORDER in rows else day
    # Numbers of orders follow their days, so that the same rows in any order read the same.
    ranked = np.lexsort((what, rows[c.ORDER].astype(str) if c.ORDER in rows else order, day, who))
    who, what, day, order = (values[ranked] for values in (who, what, day, order))
    is_new_order = np.r_[True, (np.diff(who) != 0) | (np.diff(order) != 0)]
    order = np.cumsum(is_new_order) - 1
    is_first = np.r_[True, (np.diff(order) != 0) | (np.diff(what) != 0)]
    group, n = np.cumsum(is_first) - 1, int(is_first.sum())
    total = summed(group, units[ranked], n)

    def added(name: str) -> Floats:
        return summed(group, np.asarray(rows[name].fillna(0), dtype=np.float64)[ranked], n)

    paid = added(c.NET_AMOUNT) if c.NET_AMOUNT in rows else None
    cut = added(c.DISCOUNT_AMOUNT) if c.DISCOUNT_AMOUNT in rows else None
    where, all_stores = _stores(rows, stores)
    return (
        Interactions(
            customers=all_customers,
            items=all_items,
            customer=who[is_first],
            item=what[is_first],
            day=day[is_first],
            order=order[is_first].astype(np.int64),
            units=total,
            end=int(day.max()) + 1,
            store=None if where is None else where[ranked][is_first],
            is_on_deal=None if cut is None else cut > 0,
            price=None if paid is None else paid / total,
            stores=all_stores,
        ),
        int(len(group) - is_first.sum()),
    )


def _stores(rows: pd.DataFrame, known: Sequence[str] | None) -> tuple[Ints | None, tuple[str, ...]]:
    """The place of each row's store; a store that is not known stands after the last."""
    if c.STORE not in rows:
        return None, ()
    if known is None:
        return _places(rows[c.STORE], None)
    places = {name: k for k, name in enumerate(known)}
    where = rows[c.STORE].astype(str).map(places).fillna(len(known))
    return np.asarray(where, dtype=np.int64), tuple(known)


def _places(names: pd.Series, known: Sequence[str] | None) -> tuple[Ints, tuple[str, ...]]:
    if known is None:
        codes, values = pd.factorize(names.astype(str), sort=True)
        return codes.astype(np.int64), tuple(map(str, values))
    places = {name: k for k, name in enumerate(known)}
    return np.asarray(names.astype(str).map(places), dtype=np.int64), tuple(known)
