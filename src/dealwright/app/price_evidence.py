"""Reads what products were asked, offered and paid at before a day, from the tables of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Any

import pandas as pd

from dealwright.app.ports import Tables
from dealwright.compliance.price_history import PriceHistory, PriceRow
from dealwright.data import columns as c

LOOK_BACK = timedelta(days=366)
_DAY = timedelta(days=1)
_FINEST_DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the shop knows of one product; `unit_cost_minor` None: not known."""

    sku: str
    history: PriceHistory
    categories: tuple[str, ...] = ()
    brand: str = ""
    unit_cost_minor: int | None = None

    def base_minor(self, start: date) -> int | None:
        """The list price that a cut on a day is shown against: the one that holds then, or else the last one."""
        found = self.history.regular_on(start)
        rows = [row for row in self.history.rows if row.kind == "regular" and row.until < start]
        found = found or max(rows, key=attrgetter("until"), default=None)
        return None if found is None else found.price_minor


def price_evidence(tables: Tables, start: date, *, skus: Sequence[str] | None) -> dict[str, Known]:
    """What is known of products (`None`: of all) in the year before a day, by sku.

    List prices and past promotions are taken as recorded. Where a product has no recorded list price, the one most
    units were sold at on a day stands in for it (`is_inferred`). Units that came back within their order count as
    not sold, gifts as not paid.
    """
    listed = _list_prices(tables, start, skus)
    sold = _sales(tables, start, skus)
    recorded = {row.sku for row in listed}
    rows = [*listed, *_promoted(tables, start, skus, listed), *_paid(sold), *_offered(sold, recorded)]
    rows += [row for row in _inferred(sold) if row.sku not in recorded]
    kinds, costs = _kinds(tables, skus), _costs(tables, start, skus)
    ordered = sorted(rows, key=attrgetter("sku", "since"))
    histories = {sku: PriceHistory(tuple(group)) for sku, group in groupby(ordered, key=attrgetter("sku"))}
    return {
        sku: Known(sku, histories.get(sku, PriceHistory()), *kinds.get(sku, ((), "")), costs.get(sku))
        for sku in sorted({*histories, *(kinds if skus is None else skus)})
    }


def _list_prices(tables: Tables, start: date, skus: Sequence[str] | None) -> list[PriceRow]:
    if not tables.has("prices"):
        return []
    rows = tables.table("prices")
    chosen = _of(rows, skus).filter(rows[c.COMPETITOR].isnull() & (rows[c.STARTS_ON] <= start))
    frame: pd.DataFrame = chosen.select(c.SKU, c.STORE, c.STARTS_ON, c.ENDS_ON, c.REGULAR_PRICE).to_pandas()
    frame = frame.sort_values([c.SKU, c.STORE, c.STARTS_ON], kind="stable")
    out: list[PriceRow] = []
    for _, group in frame.groupby([c.SKU, c.STORE], dropna=False, sort=False):
        records = group.to_dict("records")
        following = [_day(one[c.STARTS_ON]) - _DAY for one in records[1:]]
        for record, last in zip(records, [*following, start], strict=True):
            ends = record[c.ENDS_ON]
            until = last if pd.isna(ends) else min(last, _day(ends))
            since = _day(record[c.STARTS_ON])
            if since <= until:
                store = _text(record[c.STORE])
                price = int(record[c.REGULAR_PRICE])
                out.append(PriceRow(str(record[c.SKU]), since, until, price, "regular", store=store))
    return out


def _promoted(tables: Tables, start: date, skus: Sequence[str] | None, listed: list[PriceRow]) -> list[PriceRow]:
    """Prices of past promotions: so much below the list price of their first day."""
    if not tables.has("promotions"):
        return []
    rows = tables.table("promotions")
    recent = (rows[c.STARTS_ON] < start) & (rows[c.ENDS_ON] >= start - LOOK_BACK) & (rows[c.DEPTH] > 0)
    frame = _of(rows, skus).filter(recent).select(c.SKU, c.STORE, c.STARTS_ON, c.ENDS_ON, c.DEPTH).to_pandas()
    histories: dict[str, list[PriceRow]] = {}
    for row in listed:
        histories.setdefault(row.sku, []).append(row)
    out = []
    for record in frame.to_dict("records"):
        sku, since = str(record[c.SKU]), _day(record[c.STARTS_ON])
        regular = PriceHistory(tuple(histories.get(sku, ()))).regular_on(since)
        if regular is not None:
            left = 1 - Fraction(record[c.DEPTH]).limit_denominator(_FINEST_DEPTH)
            until = min(_day(record[c.ENDS_ON]), start - _DAY)
            store = _text(record[c.STORE])
            out.append(PriceRow(sku, since, until, round(regular.price_minor * left), "offered", store=store))
    return out


@dataclass(frozen=True, slots=True)
class _Sold:
    """Units of a product sold on a day in one place, at one paid and one list price each."""

    sku: str
    day: date
    channel: str
    store: str
    paid: int
    listed: int
    units: int
    n_orders: int


def _sales(tables: Tables, start: date, skus: Sequence[str] | None) -> list[_Sold]:
    if not tables.has("sales"):
        return []
    import ibis

    rows = tables.table("sales")
    day = rows[c.SOLD_AT].date()
    rows = _of(rows, skus).filter((day < start) & (day >= start - LOOK_BACK)).mutate(day=day)
    orders = rows.group_by([c.ORDER, c.SKU, c.CHANNEL, c.STORE]).agg(
        day=rows.day.min(),
        units=rows[c.QUANTITY].sum(),
        net=rows[c.NET_AMOUNT].sum(),
        off=rows[c.DISCOUNT_AMOUNT].fill_null(0).sum(),
    )
    orders = orders.filter((orders.units > 0) & (orders.net > 0))
    priced = orders.mutate(
        paid=(orders.net / orders.units).round().cast("int64"),
        listed=((orders.net + orders.off) / orders.units).round().cast("int64"),
    )
    found = priced.group_by([c.SKU, "day", c.CHANNEL, c.STORE, "paid", "listed"]).agg(
        units=priced.units.sum(), n_orders=ibis._.count()
    )
    return [
        _Sold(
            str(one[c.SKU]),
            _day(one["day"]),
            _text(one[c.CHANNEL]),
            _text(one[c.STORE]),
            int(one["paid"]),
            int(one["listed"]),
            int(one["units"]),
            int(one["n_orders"]),
        )
        for one in found.to_pandas().to_dict("records")
    ]


_PLACE = attrgetter("sku", "day", "channel", "store")


def _paid(sold: list[_Sold]) -> list[PriceRow]:
    return [PriceRow(one.sku, one.day, one.day, one.paid, "paid", one.channel, one.store) for one in sold]


def _offered(sold: list[_Sold], recorded: set[str]) -> list[PriceRow]:
    """The price that most units of a day were paid at; of products with recorded prices if two orders say so."""
    found = _usual(sold, "paid")
    return [
        PriceRow(one.sku, one.day, one.day, price, "offered", one.channel, one.store, True)
        for one, price, n_orders in found
        if one.sku not in recorded or n_orders > 1
    ]


def _inferred(sold: list[_Sold]) -> list[PriceRow]:
    return [
        PriceRow(one.sku, one.day, one.day, price, "regular", one.channel, one.store, True)
        for one, price, _ in _usual(sold, "listed")
    ]


def _usual(sold: list[_Sold], name: str) -> list[tuple[_Sold, int, int]]:
    """Per product, day and place: one of its rows, the price of more than half its units, in how many orders."""
    out = []
    for _, group in groupby(sorted(sold, key=_PLACE), key=_PLACE):
        rows = list(group)
        units: dict[int, int] = {}
        orders: dict[int, int] = {}
        for one in rows:
            price = getattr(one, name)
            units[price] = units.get(price, 0) + one.units
            orders[price] = orders.get(price, 0) + one.n_orders
        price = max(units, key=lambda each: (units[each], each))
        if 2 * units[price] > sum(units.values()):
            out.append((rows[0], price, orders[price]))
    return out


def _kinds(tables: Tables, skus: Sequence[str] | None) -> dict[str, tuple[tuple[str, ...], str]]:
    if not tables.has("products"):
        return {}
    names = (c.DEPARTMENT, c.CATEGORY, c.SUBCATEGORY)
    frame = _of(tables.table("products"), skus).select(c.SKU, *names, c.BRAND).to_pandas()
    return {
        str(one[c.SKU]): (tuple(text for name in names if (text := _text(one[name]))), _text(one[c.BRAND]))
        for one in frame.to_dict("records")
    }


def _costs(tables: Tables, start: date, skus: Sequence[str] | None) -> dict[str, int]:
    if not tables.has("costs"):
        return {}
    rows = tables.table("costs")
    frame = _of(rows, skus).filter(rows[c.STARTS_ON] <= start).select(c.SKU, c.STARTS_ON, c.UNIT_COST).to_pandas()
    newest = frame.sort_values(c.STARTS_ON, kind="stable").drop_duplicates(c.SKU, keep="last")
    return {str(sku): int(cost) for sku, cost in zip(newest[c.SKU], newest[c.UNIT_COST], strict=True)}


def _of(rows: Any, skus: Sequence[str] | None) -> Any:
    return rows if skus is None else rows.filter(rows[c.SKU].isin(list(skus)))


def _day(value: Any) -> date:
    found: date = pd.Timestamp(value).date()
    return found


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
