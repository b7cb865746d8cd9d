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
from dealwright.compliance.price_history import PriceHistory, PriceKind, PriceRow
from dealwright.data import columns as c

LOOK_BACK = timedelta(days=366)
_DAY = timedelta(days=1)
_FINEST_DEPTH = 10_000
_PLACE = [c.SKU, "day", c.CHANNEL, c.STORE]


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
    not sold, gifts as not paid. Days without a break at one price are one row.
    """
    listed = _list_prices(tables, start, skus)
    sold = _sales(tables, start, skus)
    recorded = {row.sku for row in listed}
    rows = [*listed, *_promoted(tables, start, skus, listed), *_paid(sold), *_offered(sold, recorded)]
    rows += _inferred(sold[~sold[c.SKU].isin(recorded)])
    kinds, costs = _kinds(tables, skus), costs_on(tables, start, skus)
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
    since, ends = (pd.to_datetime(frame[name]).dt.normalize() for name in (c.STARTS_ON, c.ENDS_ON))
    following = since.groupby([frame[c.SKU], frame[c.STORE]], dropna=False, sort=False).shift(-1)
    last = (following - _DAY).fillna(pd.Timestamp(start))
    until = last.where(ends.isna() | (last <= ends), ends)
    frame = frame.assign(since=since, until=until)[since <= until]
    return [
        PriceRow(sku, since, until, price, "regular", store=store)
        for sku, since, until, price, store in zip(
            *(_texts(frame[c.SKU]), _days(frame.since), _days(frame.until)),
            *(frame[c.REGULAR_PRICE].astype("int64").tolist(), _texts(frame[c.STORE])),
            strict=True,
        )
    ]


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


def _sales(tables: Tables, start: date, skus: Sequence[str] | None) -> pd.DataFrame:
    """Units of each product sold on a day in one place, at one paid and one list price each, in how many orders."""
    if not tables.has("sales"):
        return pd.DataFrame(columns=[*_PLACE, "paid", "listed", "units", "n_orders"])
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
    frame: pd.DataFrame = found.to_pandas()
    places = {name: _texts(frame[name]) for name in (c.SKU, c.CHANNEL, c.STORE)}
    return frame.assign(**places, day=pd.to_datetime(frame.day).dt.normalize())


def _paid(sold: pd.DataFrame) -> list[PriceRow]:
    return _rows(_runs(sold.rename(columns={"paid": "price"})), "paid", is_inferred=False)


def _offered(sold: pd.DataFrame, recorded: set[str]) -> list[PriceRow]:
    """The price that most units of a day were paid at; of products with recorded prices if two orders say so."""
    found = _usual(sold, "paid")
    return _rows(_runs(found[~found[c.SKU].isin(recorded) | (found.n_orders > 1)]), "offered", is_inferred=True)


def _inferred(sold: pd.DataFrame) -> list[PriceRow]:
    found = _usual(sold, "listed")
    return _rows(found.assign(since=found.day, until=found.day), "regular", is_inferred=True)


def _usual(sold: pd.DataFrame, name: str) -> pd.DataFrame:
    """Per product, day and place: the `price` of more than half its units, in how many orders."""
    named = sold.rename(columns={name: "price"})
    found = named.groupby([*_PLACE, "price"], sort=False)[["units", "n_orders"]].sum().reset_index()
    units = found.groupby(_PLACE, sort=False).units.transform("sum")
    return found[2 * found.units > units]


def _runs(priced: pd.DataFrame) -> pd.DataFrame:
    """One row from `since` to `until` for days without a break at one price in one place."""
    key = [c.SKU, c.CHANNEL, c.STORE, "price"]
    days = priced[[*key, "day"]].drop_duplicates().sort_values([*key, "day"], kind="stable")
    is_next = (days[key] == days[key].shift()).all(axis=1) & (days.day.diff() == _DAY)
    return (
        days.groupby([*key, (~is_next).cumsum().rename("run")], sort=False)
        .day.agg(since="min", until="max")
        .reset_index()
    )


def _rows(priced: pd.DataFrame, kind: PriceKind, *, is_inferred: bool) -> list[PriceRow]:
    return [
        PriceRow(sku, since, until, price, kind, channel, store, is_inferred)
        for sku, since, until, price, channel, store in zip(
            *(priced[c.SKU].tolist(), _days(priced.since), _days(priced.until)),
            *(priced.price.astype("int64").tolist(), priced[c.CHANNEL].tolist(), priced[c.STORE].tolist()),
            strict=True,
        )
    ]


def _kinds(tables: Tables, skus: Sequence[str] | None) -> dict[str, tuple[tuple[str, ...], str]]:
    if not tables.has("products"):
        return {}
    names = (c.DEPARTMENT, c.CATEGORY, c.SUBCATEGORY)
    frame = _of(tables.table("products"), skus).select(c.SKU, *names, c.BRAND).to_pandas()
    return {
        str(one[c.SKU]): (tuple(text for name in names if (text := _text(one[name]))), _text(one[c.BRAND]))
        for one in frame.to_dict("records")
    }


def costs_on(tables: Tables, day: date, skus: Sequence[str] | None = None) -> dict[str, int]:
    """What a unit of these skus (None: of all) costs on a day, in minor units, where it is known."""
    if not tables.has("costs"):
        return {}
    rows = tables.table("costs")
    frame = _of(rows, skus).filter(rows[c.STARTS_ON] <= day).select(c.SKU, c.STARTS_ON, c.UNIT_COST).to_pandas()
    newest = frame.sort_values(c.STARTS_ON, kind="stable").drop_duplicates(c.SKU, keep="last")
    return {str(sku): int(cost) for sku, cost in zip(newest[c.SKU], newest[c.UNIT_COST], strict=True)}


def _of(rows: Any, skus: Sequence[str] | None) -> Any:
    return rows if skus is None else rows.filter(rows[c.SKU].isin(list(skus)))


def _day(value: Any) -> date:
    found: date = pd.Timestamp(value).date()
    return found


def _days(moments: pd.Series[Any]) -> list[date]:
    return pd.to_datetime(moments).dt.date.tolist()


def _texts(values: pd.Series[Any]) -> list[str]:
    return values.astype(object).where(values.notna(), "").map(str).tolist()


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
