"""Panels of two published scanner data sets, read from files the user has: orange juice and sliced cheese.

Both files keep their rows in order of store and week and leave the weeks out, so the weeks are found again:
cheese repeats its retailers week after week; orange juice is aligned store by store to those stores that sold in
all weeks, by feature advertising, which was the same for the whole chain, and by prices.
Terms: Kilts Center (Dominick's orange juice), bayesm (cheese): cite them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.data.panel_price import price_and_depth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORANGE_JUICE = Path("dominicks_oj_3brand", "oj_3brand_taddy.parquet")
CHEESE = Path("cheese_bayesm", "cheese.parquet")
BRANDS = ("dominicks", "minute.maid", "tropicana")
OUNCES = 64
"""`sales` of orange juice are ounces; a carton holds this many."""
FIRST_JUICE_WEEK = date(1990, 6, 14)
"""Week 40 of the chain's own calendar, a Thursday."""
FIRST_CHEESE_WEEK = date(2001, 1, 1)
"""Any Monday: the file does not say when, so no holiday is to be read from it."""
MINOR = 100


@dataclass(frozen=True, slots=True)
class Laid:
    """Rows laid out as (n, T), NaN where the file has none. `feature` is the share advertised or displayed."""

    units: Floats
    price: Floats
    feature: Floats


def read_orange_juice(folder: Path) -> pd.DataFrame:
    """Rows of the file with `store` and `week`, both numbered from 0."""
    rows = pd.read_parquet(folder / ORANGE_JUICE)
    run = rows["brand"].ne(rows["brand"].shift()).cumsum() - 1
    rows = rows.assign(brand=rows["brand"].astype(str), store=run // len(BRANDS), row=rows.groupby(run).cumcount())
    seen = {store: _signature(of_store) for store, of_store in rows.groupby("store")}
    n_weeks = max(len(signature) for signature in seen.values())
    everywhere = np.median([signature for signature in seen.values() if len(signature) == n_weeks], axis=0)
    weeks = {store: align(signature, everywhere) for store, signature in seen.items()}
    return rows.assign(week=[weeks[store][row] for store, row in zip(rows["store"], rows["row"], strict=True)])


def _signature(of_store: pd.DataFrame) -> Floats:
    """(weeks, 6): per brand whether it was advertised, and its log price, in the order of rows."""
    wide = of_store.pivot(index="row", columns="brand", values=["feat", "price"])
    return np.column_stack([wide["feat"], np.log(wide["price"])]).astype(np.float64)


def align(some: Floats, everything: Floats) -> Ints:
    """The rows of `everything` that `some` are, in order, by least total absolute difference.

    >>> align(np.array([[1.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])).tolist()
    [0, 2]
    """
    n, n_all = len(some), len(everything)
    apart = np.abs(some[:, None, :] - everything[None, :, :]).sum(axis=2)
    # best[i, t]: the least for the first i of `some` within the first t of everything.
    best = np.full((n + 1, n_all + 1), np.inf)
    best[0] = 0.0
    for t in range(1, n_all + 1):
        best[1:, t] = np.minimum(best[1:, t - 1], best[:-1, t - 1] + apart[:, t - 1])
    chosen: list[int] = []
    i, t = n, n_all
    while i:
        if best[i, t] < best[i, t - 1]:
            i -= 1
            chosen.append(t - 1)
        t -= 1
    return np.array(chosen[::-1], dtype=np.int64)


def read_cheese(folder: Path) -> pd.DataFrame:
    """Rows of the file with `week`, numbered from 0: a new week begins where a retailer comes again."""
    rows = pd.read_parquet(folder / CHEESE)
    week, seen, weeks = 0, set[str](), []
    for retailer in rows["RETAILER"].astype(str):
        if retailer in seen:
            week, seen = week + 1, set()
        seen.add(retailer)
        weeks.append(week)
    return rows.assign(RETAILER=rows["RETAILER"].astype(str), week=weeks)


def oj_panel(folder: Path, *, with_feature: bool = True, complete: bool = False) -> Panel:
    """Orange juice: three brands in each of 83 stores, 121 weeks; the feature stands in `mailer`.

    Without `with_feature`, `mailer` is empty, as in a regression on price alone. `complete` keeps only the stores
    that sold in all of the last 16 weeks and in 115 of the 121, which forecasts are judged on.
    """
    rows = read_orange_juice(folder)
    if complete:
        by_store = rows[rows["brand"] == BRANDS[0]].groupby("store")["week"]
        last = rows["week"].max()
        is_whole = by_store.agg(lambda weeks: (weeks > last - 16).sum() == 16 and len(weeks) >= 115)
        rows = rows[rows["store"].map(is_whole)]
    series = rows[["store", "brand"]].drop_duplicates().sort_values(["store", "brand"])
    key = pd.MultiIndex.from_frame(series)
    laid = Laid(*(_lay(rows, key, ["store", "brand"], name) for name in ("sales", "price", "feat")))
    laid = Laid(np.round(laid.units / OUNCES), laid.price, laid.feature)
    products = pd.DataFrame(
        {
            c.SKU: series["brand"].to_numpy(),
            c.NAME: series["brand"].to_numpy(),
            c.BRAND: series["brand"].to_numpy(),
            c.CATEGORY: "juice",
            c.STORE: [str(store) for store in series["store"]],
        }
    )
    market = pd.factorize(series["store"])[0].astype(np.int64)
    none = np.zeros_like(laid.units)
    mailer = laid.feature if with_feature else none
    return _panel(laid, products, market=market, first=FIRST_JUICE_WEEK, display=none, mailer=mailer)


def cheese_panel(folder: Path) -> Panel:
    """Sliced cheese of one maker at 88 retailers, up to 68 weeks; every retailer is a market of its own."""
    rows = read_cheese(folder)
    retailers = sorted(set(rows["RETAILER"]))
    laid = Laid(*(_lay(rows, pd.Index(retailers), "RETAILER", name) for name in ("VOLUME", "PRICE", "DISP")))
    products = pd.DataFrame(
        {c.SKU: "cheese", c.NAME: "sliced cheese", c.BRAND: "cheese", c.CATEGORY: "cheese", c.STORE: retailers}
    )
    none = np.zeros_like(laid.units)
    market = np.arange(len(retailers), dtype=np.int64)
    return _panel(laid, products, market=market, first=FIRST_CHEESE_WEEK, display=laid.feature, mailer=none)


def _lay(rows: pd.DataFrame, key: pd.Index, by: str | list[str], column: str) -> Floats:
    wide = rows.pivot(index=by, columns="week", values=column).reindex(key)
    return wide.to_numpy(dtype=np.float64)


def _panel(
    laid: Laid, products: pd.DataFrame, *, market: Ints, first: date, display: Floats, mailer: Floats
) -> Panel:
    """A week the file leaves out was not recorded: inactive, and filled with the week before for who needs it."""
    recorded = np.isfinite(laid.units)
    units, paid = _carried(laid.units), _carried(laid.price) * MINOR
    revenue = np.where(units > 0, units * paid, np.nan)
    price, depth = price_and_depth(units, revenue, revenue)
    n, n_weeks = units.shape
    market_units = np.zeros((int(market.max()) + 1, n_weeks))
    np.add.at(market_units, market, units)
    return Panel(
        products=products.reset_index(drop=True),
        starts=tuple(first + timedelta(weeks=week) for week in range(n_weeks)),
        period_days=7,
        units=units,
        revenue=revenue,
        list_value=revenue,
        price=price,
        depth=_carried(depth),
        display=_carried(display),
        mailer=_carried(mailer),
        is_active=recorded,
        is_depth_known=recorded,
        availability=recorded.astype(np.float64),
        drivers={},
        categories=(str(products[c.CATEGORY].iloc[0]),),
        category_of=np.zeros(n, dtype=np.int64),
        market_of=market,
        market_units=market_units,
    )


def _carried(rows: Floats) -> Floats:
    return pd.DataFrame(rows.T).ffill().bfill().to_numpy(dtype=np.float64).T
