"""Frames of sums laid out as the arrays of a panel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel import ADVERTISING, COMPETITOR, COST, ChainSales, Panel
from dealwright.data.panel_drivers import advertising_pressure
from dealwright.data.panel_grid import Grid, missing_columns, negative_units
from dealwright.data.panel_price import carry
from dealwright.data.panel_sales import UNCATEGORISED, keys

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_MECHANICS = 20
"""Kinds of promotion that are told apart, the most frequent ones; the others are not kept."""


@dataclass(frozen=True, slots=True)
class PanelRows:
    """What the database summed up, one frame each; None where the shop has no such table.

    `sales` as of `sales_by_period`; `markets` as of `market_units`; `chain` as of `over_stores`, needed where
    stores are told apart; `support` and `mechanics` of the chain as of `over_reporting_stores`, and of stores as
    of `support_by_store` and `mechanics_by_store` (where stores are told apart) for the stores in `reporting`;
    `competitors` as of `competitor_prices`; `costs` as of `unit_costs`;
    `spend` as of `spend_by_period`; `shelf` as of `shelf_by_period`.
    """

    sales: pd.DataFrame
    markets: pd.DataFrame
    chain: pd.DataFrame | None = None
    support: pd.DataFrame | None = None
    store_support: pd.DataFrame | None = None
    mechanics: pd.DataFrame | None = None
    store_mechanics: pd.DataFrame | None = None
    reporting: Collection[str] = ()
    competitors: pd.DataFrame | None = None
    costs: pd.DataFrame | None = None
    spend: pd.DataFrame | None = None
    shelf: pd.DataFrame | None = None


def build_panel(
    rows: PanelRows, products: pd.DataFrame, series: pd.DataFrame, *, grain: Grain, minor_per_major: int = 100
) -> Panel:
    """The panel of `series` (columns sku, and store_id where `grain` tells stores apart), in their order.

    Periods run without gap from the first to the last of `rows.sales`; a period of a series that has no row sold
    nothing. `products` is the catalogue. InputError names all that is wrong with the frames at once: columns that
    are missing, several rows for one series and period, negative units, days on which no period starts.
    """
    _check(rows, series, grain)
    grid = _grid(rows.sales, series, grain)
    (units,) = grid.lay(rows.sales, c.UNITS, fill=0.0)
    revenue, list_value = grid.lay(rows.sales, c.REVENUE, c.LIST_VALUE, fill=np.nan)
    chosen = _catalogue_rows(products, grid.series)
    categories = tuple(sorted(set(chosen[c.CATEGORY])))
    market = [c.CATEGORY, c.STORE] if grain.by_store else [c.CATEGORY]
    markets = chosen[market].drop_duplicates().sort_values(market, ignore_index=True)
    stated_depth = _support(grid, rows, c.DEPTH)
    panel = Panel(
        products=chosen,
        starts=grid.starts,
        period_days=grain.period_days,
        units=units,
        revenue=revenue,
        list_value=list_value,
        price=np.ones_like(units),
        depth=np.zeros_like(units),
        display=_support(grid, rows, c.DISPLAY),
        mailer=_support(grid, rows, c.MAILER),
        is_active=np.ones(grid.shape, dtype=np.bool_),
        is_depth_known=np.isfinite(revenue),
        availability=np.ones_like(units) if rows.shelf is None else _shelf(grid, rows.shelf),
        drivers=_drivers(grid, rows, minor_per_major=minor_per_major),
        categories=categories,
        category_of=_numbers(chosen[[c.CATEGORY]], pd.DataFrame({c.CATEGORY: categories})),
        market_of=_numbers(chosen[market], markets),
        market_units=_market_units(grid, rows.markets, markets),
        mechanics=_mechanics(grid, rows),
        stated_depth=stated_depth if stated_depth.any() else None,
        chain=None if rows.chain is None else _chain(grid, rows.chain),
    )
    return panel.with_price_state()


_NEEDED = {
    "sales": (c.PERIOD, c.UNITS, c.REVENUE, c.LIST_VALUE),
    "markets": (c.CATEGORY, c.PERIOD, c.UNITS),
    "chain": (c.SKU, c.PERIOD, c.UNITS, c.REVENUE, c.LIST_VALUE),
}


def _check(rows: PanelRows, series: pd.DataFrame, grain: Grain) -> None:
    frames = {"sales": rows.sales, "markets": rows.markets}
    needed = _NEEDED | {"sales": (*keys(grain), *_NEEDED["sales"])}
    if grain.by_store:
        if rows.chain is None:
            raise InputError("a panel of stores needs the chain's sales of its products; give them as `chain`")
        frames["chain"] = rows.chain
        needed["markets"] = (c.STORE, *_NEEDED["markets"])
    problems = missing_columns({**frames, "series": series}, {**needed, "series": tuple(keys(grain))})
    if problems:
        raise InputError(*problems)
    if rows.sales.empty or series.empty:
        raise InputError("no sales are left to model; check the date range and the filters")
    grid = _grid(rows.sales, series, grain)
    problems = [
        *grid.problems(rows.sales, "sales"),
        *negative_units(rows.sales, [*keys(grain), c.PERIOD], "sales"),
    ]
    if grid.series.duplicated().any():
        problems.append(f"series: {int(grid.series.duplicated().sum())} are named twice; name each once")
    if problems:
        raise InputError(*problems)


def _grid(sales: pd.DataFrame, series: pd.DataFrame, grain: Grain) -> Grid:
    days = pd.to_datetime(sales[c.PERIOD])
    return Grid(
        series[keys(grain)].reset_index(drop=True),
        grain.starts(days.min().date(), days.max().date()),
        grain.period_days,
    )


def _catalogue_rows(products: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Catalogue rows of the series in order; without category 'uncategorised', without name the sku."""
    rows = series.merge(products.drop_duplicates(c.SKU), on=c.SKU, how="left")
    for name, otherwise in ((c.CATEGORY, UNCATEGORISED), (c.NAME, rows[c.SKU])):
        rows[name] = rows[name].astype(object).where(rows[name].notna(), otherwise)
    return rows


def _numbers(rows: pd.DataFrame, names: pd.DataFrame) -> Codes:
    """Where each row stands among the unique `names`."""
    numbered = rows.merge(names.assign(number=np.arange(len(names))), how="left", on=list(names.columns))
    return numbered["number"].to_numpy(dtype=np.int64)


def _market_units(grid: Grid, rows: pd.DataFrame, markets: pd.DataFrame) -> Floats:
    named = markets.rename(columns={c.CATEGORY: c.SKU})
    laid = Grid(named, grid.starts, grid.period_days).lay(rows.rename(columns={c.CATEGORY: c.SKU}), c.UNITS, fill=0)
    return laid[0]


def _chain(grid: Grid, rows: pd.DataFrame) -> ChainSales:
    of_products = grid.of_products()
    (units,) = of_products.lay(rows, c.UNITS, fill=0.0)
    revenue, list_value = of_products.lay(rows, c.REVENUE, c.LIST_VALUE, fill=np.nan)
    return ChainSales(units, revenue, list_value, grid.product_of())


def _support(grid: Grid, rows: PanelRows, name: str) -> Floats:
    return _in_shop(grid, rows.support, rows.store_support, rows.reporting, name)


def _in_shop(
    grid: Grid,
    chain: pd.DataFrame | None,
    stores: pd.DataFrame | None,
    reporting: Collection[str],
    name: str,
) -> Floats:
    """The chain's share of a promotion; a store's own where the store reports promotions."""
    if chain is None:
        return np.zeros(grid.shape)
    (share,) = grid.of_products().lay(chain, name, fill=0.0)
    share = share[grid.product_of()]
    if grid.is_by_store and stores is not None:
        is_shared = stores[c.STORE].isna()
        (own,) = grid.lay(stores[~is_shared], name, fill=0.0)
        (shared,) = grid.of_products().lay(stores[is_shared], name, fill=0.0)
        reports = grid.series[c.STORE].isin(list(reporting)).to_numpy()[:, None]
        share = np.where(reports, np.maximum(own, shared[grid.product_of()]), share)
    return np.clip(share, 0.0, 1.0)


def _mechanics(grid: Grid, rows: PanelRows) -> dict[str, Floats]:
    if rows.mechanics is None or rows.mechanics.empty:
        return {}
    frequent = rows.mechanics[c.MECHANIC].value_counts(sort=True)
    names = sorted(sorted(frequent.index, key=lambda name: (-frequent[name], name))[:MOST_MECHANICS])
    stores = rows.store_mechanics
    return {
        str(name): _in_shop(
            grid,
            rows.mechanics[rows.mechanics[c.MECHANIC] == name],
            None if stores is None else stores[stores[c.MECHANIC] == name],
            rows.reporting,
            c.SHARE,
        )
        for name in names
    }


def _shelf(grid: Grid, rows: pd.DataFrame) -> Floats:
    """1 where nothing was counted: no news of an empty shelf."""
    share = grid.lay_shared(rows, c.SHARE)
    return np.where(np.isfinite(share), share, 1.0)


def _drivers(grid: Grid, rows: PanelRows, *, minor_per_major: int) -> dict[str, Floats]:
    drivers = {}
    if rows.competitors is not None and not rows.competitors.empty:
        # `Panel.with_price_state` puts both in relation to the own price.
        drivers[COMPETITOR] = carry(grid.lay_shared(rows.competitors, c.LOG_PRICE))
    if rows.costs is not None and not rows.costs.empty:
        drivers[COST] = carry(grid.lay_shared(rows.costs, c.LOG_PRICE))
    if rows.spend is not None and not rows.spend.empty:
        drivers[ADVERTISING] = np.tile(_pressure(grid, rows.spend, minor_per_major), (grid.shape[0], 1))
    return drivers


def _pressure(grid: Grid, spend: pd.DataFrame, minor_per_major: int) -> Floats:
    """Of each period of the grid, (T,); what was spent before the first one is still felt."""
    t = grid.period_codes(spend)
    n_before = max(0, -int(t.min()))
    major = np.zeros(n_before + len(grid.starts))
    is_by_end = t < len(grid.starts)
    major[t[is_by_end] + n_before] = spend[c.SPEND_AMOUNT].to_numpy(dtype=np.float64)[is_by_end] / minor_per_major
    return advertising_pressure(major, period_days=grid.period_days)[n_before:]
