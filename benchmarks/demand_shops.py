"""The real panels that forecasts are judged on: Complete Journey chain-wide and in stores, orange juice in stores.

Complete Journey: lines of 1 to 100 units that were paid for; fuel, coupons, kiosks and the like left out. `cj`
are the 300 products with most units among those sold in at least 30 of weeks 2-37, the whole chain; `cjstore` the
products in stores that sold in at least 24 of those weeks. Two origins: trained to week 37 and judged on 38-45
(window a), trained to week 45 and judged on 46-53 with Thanksgiving and Christmas (window b). Series are chosen
on weeks before the first origin only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pandas as pd

from dealwright import workspace
from dealwright.app.demand.read_panel import panel_of
from dealwright.app.ports import Tables
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.data.panel_sales import sales_by_period, store_weights
from dealwright.demand.choice import Choice
from demand_files import oj_panel
from demand_windows import Window

DEPARTMENTS_OUT = ("FUEL", "MISCELLANEOUS", "COUPON", "POSTAL CENTER", "KIOSK-GAS")
FIRST, CHOSEN_UNTIL = date(2017, 1, 2), date(2017, 9, 4)
ORIGINS = {"a": date(2017, 9, 11), "b": date(2017, 11, 6)}
HORIZON = 8
N_PRODUCTS, LEAST_WEEKS, LEAST_STORE_WEEKS = 300, 30, 24
MOST_UNITS = 100
N_CHOSEN_ON = 36


POOL_LEAST_WEEKS = 13
"""Series that sold in so many weeks at all might have been chosen at some earlier date."""


@dataclass(frozen=True, slots=True)
class Place:
    """The panel that is judged, and the pool of series it was chosen from."""

    panel: Panel
    pool: Panel


def complete_journey() -> dict[str, Place]:
    """Both panels and their pools, from the demo's own data."""
    with TemporaryDirectory() as folder, workspace.demo(Path(folder) / "shop") as shop:
        tables = shop.read_tables()
        return {"cj": _place(tables, Grain()), "cjstore": _place(tables, Grain(by_store=True))}


def _place(tables: Tables, grain: Grain) -> Place:
    sales, products = tables.table("sales"), tables.table("products")
    kept = products.filter(~products[c.DEPARTMENT].isin(DEPARTMENTS_OUT) & products[c.CATEGORY].notnull())
    lines = sales.filter((sales[c.QUANTITY] <= MOST_UNITS) & (sales[c.NET_AMOUNT] > 0)).semi_join(kept, c.SKU)
    laid = sales_by_period(lines, grain)
    with laid.filter(laid[c.PERIOD] >= ibis.literal(FIRST)).cache() as rows:
        key = [c.SKU, c.STORE] if grain.by_store else [c.SKU]
        chosen = _chosen(rows.filter(rows[c.PERIOD] <= ibis.literal(CHOSEN_UNTIL)).to_pandas(), key)
        counted = rows.group_by(*key).agg(weeks=rows.count()).order_by(*key).to_pandas()
        candidates = counted[counted["weeks"] >= POOL_LEAST_WEEKS][key]
        panel, pool = (
            panel_of(tables, rows, series, weights=store_weights(lines), grain=grain)
            for series in (chosen, candidates)
        )
    return Place(panel, pool)


def _chosen(early: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Series that sold often enough; chain-wide, the best-selling of them."""
    by_series = early.groupby(key).agg(units=(c.UNITS, "sum"), weeks=(c.PERIOD, "nunique"))
    if c.STORE in key:
        return by_series[by_series["weeks"] >= LEAST_STORE_WEEKS].index.to_frame(index=False)
    often = by_series[by_series["weeks"] >= LEAST_WEEKS].sort_values("units", ascending=False, kind="stable")
    return often.head(N_PRODUCTS).index.to_frame(index=False)


def windows_of(name: str, place: Place, own_store_prices: bool) -> list[Window]:
    """Windows a and b of a Complete Journey panel. Series were chosen just before a, so eight weeks before b."""
    is_chain = name == "cj"
    share = (LEAST_WEEKS if is_chain else LEAST_STORE_WEEKS) / N_CHOSEN_ON
    return [
        Window(
            code=f"{name} {code}",
            panel=place.panel,
            origin=origin,
            horizon=HORIZON,
            own_store_prices=own_store_prices,
            pool=place.pool,
            choice=Choice(
                least_sold_share=share,
                most_series=N_PRODUCTS if is_chain else None,
                periods_ago=(origin - ORIGINS["a"]).days // 7,
            ),
        )
        for code, origin in ORIGINS.items()
    ]


def juice_windows(folder: Path) -> list[Window]:
    """The last eight weeks of orange juice, and the eight before."""
    panel = oj_panel(folder, complete=True)
    starts: Sequence[date] = panel.starts
    origins = {"a": starts[-2 * HORIZON], "b": starts[-HORIZON]}
    return [Window(f"juice {code}", panel, origin, HORIZON) for code, origin in origins.items()]
