"""Who bought what, and what is known of the items and of their promotions, as recommenders read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Tables
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue, read_catalogue
from dealwright.recommend.interactions import EPOCH, Interactions, LeftOut, read_interactions
from dealwright.recommend.item_facts import HORIZON_WEEKS
from dealwright.recommend.promoted import Promoted
from dealwright.recommend.stray_days import n_believed

Ints = NDArray[np.int64]

LEAST_BUYERS = 10
"""Items that fewer customers bought are left out: too little is known to recommend them."""
OPTIONAL = (c.STORE, c.DISCOUNT_AMOUNT)
"""Columns of sales that say more of a purchase, where a shop has them."""
_SALES = (c.ORDER, c.SOLD_AT, c.SKU, c.CUSTOMER, c.QUANTITY, c.NET_AMOUNT)
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Who bought what, and what is known of the items; `n_seldom` items had too few buyers.

    `columns` are those of `OPTIONAL` that were read.
    """

    seen: Interactions
    catalogue: Catalogue
    left_out: LeftOut
    n_seldom: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The first day after all sales that are believed, how many lines of customers there are and lie beyond."""

    end: date
    n_lines: int
    n_far_ahead: int


def purchases(tables: Tables) -> ibis.Table:
    """Order lines of a positive quantity that name their customer; InputError if there are no sales at all."""
    if not tables.has("sales"):
        raise InputError("there are no sales to learn from; import a file of order lines as table 'sales' first")
    sales = tables.table("sales")
    return sales.filter(sales[c.CUSTOMER].notnull() & (sales[c.QUANTITY] > 0) & sales[c.SOLD_AT].notnull())


def reach_of(tables: Tables) -> Reach:
    """How far the sales reach; InputError if none names its customer."""
    lines = purchases(tables)
    by_day = lines.group_by(day=lines[c.SOLD_AT].date()).agg(n=lines.count()).order_by("day").to_pandas()
    if by_day.empty:
        raise InputError(
            "no order line with a positive quantity names its customer (column 'customer_id' of table 'sales'); "
            "import it to unlock recommendations"
        )
    days = np.array([(pd.Timestamp(day).date() - EPOCH).days for day in by_day["day"]], dtype=np.int64)
    n_lines = by_day["n"].to_numpy(dtype=np.int64)
    n = n_believed(days, n_lines)
    return Reach(EPOCH + timedelta(days=int(days[n - 1]) + 1), int(n_lines[:n].sum()), int(n_lines[n:].sum()))


def read_histories(tables: Tables, *, end: date | None = None, least_buyers: int = LEAST_BUYERS) -> Histories:
    """Purchases of items that at least `least_buyers` customers bought before `end`.

    Lines dated so far ahead of all others that they cannot be true are left out and counted.
    """
    reach = reach_of(tables)
    last = reach.end if end is None else min(end, reach.end)
    lines = purchases(tables)
    wanted = [*_SALES, *OPTIONAL]
    rows: pd.DataFrame = lines.filter(lines[c.SOLD_AT] < ibis.timestamp(str(last))).select(*wanted).to_pandas()
    absent = [name for name in OPTIONAL if rows[name].isna().all()]
    n_buyers = rows.groupby(c.SKU)[c.CUSTOMER].nunique()
    often = n_buyers.index[n_buyers >= least_buyers]
    if not len(often):
        raise InputError(
            f"no item was bought by {least_buyers} customers or more before {end or 'the end of sales'}; "
            "import more sales, or hold back fewer weeks"
        )
    read = read_interactions(rows.drop(columns=absent)[rows[c.SKU].isin(often)], end=last)
    return Histories(
        read.seen,
        _catalogue(tables, read.seen.items),
        replace(read.left_out, far_ahead=reach.n_far_ahead),
        int((n_buyers < least_buyers).sum()),
        tuple(name for name in OPTIONAL if name not in absent),
    )


def read_purchases_of(
    tables: Tables,
    customers: Sequence[str] | None,
    *,
    items: Sequence[str],
    stores: Sequence[str],
    columns: Sequence[str],
    end: date,
) -> Interactions:
    """What some customers (None: all) bought of `items` before `end`; who bought nothing is not among them."""
    lines = purchases(tables)
    is_wanted = lines[c.SOLD_AT] < ibis.timestamp(str(end))
    if customers is not None:
        is_wanted = is_wanted & lines[c.CUSTOMER].isin(list(customers))
    rows: pd.DataFrame = lines.filter(is_wanted).select(*_SALES, *columns).to_pandas()
    rows = rows[rows[c.SKU].isin(list(items))]
    if rows.empty:
        return _nobody(items, stores, columns, end)
    return read_interactions(rows, end=end, items=items, stores=stores).seen


def _nobody(items: Sequence[str], stores: Sequence[str], columns: Sequence[str], end: date) -> Interactions:
    none = np.zeros(0, dtype=np.int64)
    return Interactions(
        customers=(),
        items=tuple(items),
        customer=none,
        item=none,
        day=none,
        order=none,
        units=np.zeros(0),
        end=(end - EPOCH).days,
        store=none if c.STORE in columns else None,
        is_on_deal=none.astype(np.bool_) if c.DISCOUNT_AMOUNT in columns else None,
        price=np.zeros(0),
        stores=tuple(stores),
    )


def _catalogue(tables: Tables, items: Sequence[str]) -> Catalogue:
    if not tables.has("products"):
        return Catalogue()
    products = tables.table("products")
    return read_catalogue(products.filter(products[c.SKU].isin(list(items))).to_pandas(), items)


def read_promoted(tables: Tables, items: Sequence[str], *, end: date) -> Promoted | None:
    """When which of `items` were, are and will be on display or in the mailer; None where nobody knows.

    Shares are of the stores that the table of promotions names; a row without a store is for all of them. None also
    where the table does not reach over nearly all of the weeks from `end` on that are recommended for: promotions
    past alone teach nothing (measured), and who learnt from plans takes none for "nothing is promoted any more".
    """
    if not tables.has("promotions"):
        return None
    table = tables.table("promotions")
    last = _WEEK_DAYS * (HORIZON_WEEKS - 1)
    if pd.Timestamp(table[c.ENDS_ON].max().execute()).date() < end + timedelta(days=last):
        return None
    shown = table.filter(table[c.SKU].isin(list(items)) & (table[c.DISPLAY] | table[c.MAILER]))
    place = shown[c.STORE].fill_null("")
    seen_in = {
        f"{name}_{kind}": value
        for name, flag in (("display", c.DISPLAY), ("mailer", c.MAILER))
        for kind, value in (
            ("some", place.nunique(where=shown[flag] & (place != ""))),
            ("all", (shown[flag] & (place == "")).fill_null(False).max()),
        )
    }
    rows = shown.group_by(shown[c.SKU], shown[c.STARTS_ON], shown[c.ENDS_ON]).agg(**seen_in).to_pandas()
    places = {sku: k for k, sku in enumerate(items)}
    known = rows[rows[c.ENDS_ON] >= rows[c.STARTS_ON]].sort_values([c.SKU, c.STARTS_ON, c.ENDS_ON])
    if known.empty:
        return None
    n_stores = max(int(table[c.STORE].nunique().execute()), 1)
    return Promoted(
        known[c.SKU].map(places).to_numpy(dtype=np.int64),
        _numbers(known[c.STARTS_ON]),
        _numbers(known[c.ENDS_ON]) + 1,
        *(
            np.where(known[f"{name}_all"].astype(bool), 1.0, known[f"{name}_some"] / n_stores)
            for name in ("display", "mailer")
        ),
    )


def _numbers(days: pd.Series) -> Ints:
    return np.asarray((pd.to_datetime(days) - pd.Timestamp(EPOCH)).dt.days, dtype=np.int64)
