"""Sales per product and week, with the price and promotion state that went with them.

Two steps: `weekly_sales` and `weekly_support` aggregate in the database (one pass each, any engine that ibis
speaks); `build_panel` lays the result out as arrays of products x weeks, which is what models read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.period import WEEK
from dealwright.data import columns as c

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

USUAL_WINDOW_WEEKS = 13
"""Usual price and usual depth are taken over a quarter, centred."""
COMPETITOR = "competitor"
"""Driver: log of a competitor's price over the own usual price; 0 where nobody looked."""
ADVERTISING = "advertising"
"""Driver: advertising pressure, 0 without any; its scale is the shop's own."""
LEAST_PRICE = 1.0
"""Usual price in minor units of a product that no sale showed a price of."""
USUAL_QUANTILE = 0.2
"""A depth reached in four weeks of five is how the product is normally sold, not a promotion."""


@dataclass(frozen=True, slots=True)
class Panel:
    """n series over T periods: products chain-wide, or products in stores.

    `products` has n rows, one per series (columns of the products table; `store_id` too if series are of single
    stores). `starts` are the first days of the periods, `period_days` apart. The arrays are (n, T):
    `units` sold; `revenue` and `list_value` (before discounts) in minor units, NaN without a sale; `price` the
    usual price of a unit in minor units, before promotion; `depth` the share of it given away (NaN-free);
    `display`, `mailer` the share of the shop (weighted by sales) where it was on display or in the mailer;
    `is_active` whether the product was on sale and not out of stock; `availability` the share of the period it
    was on the shelf. `is_depth_known` is whether a sale showed the price of that period. `drivers` are further
    (n, T) arrays that move demand, by name (see `COMPETITOR`, `ADVERTISING`).
    `category_of` (n,) points into `categories`: whose response is alike. `market_of` (n,) numbers the markets:
    products that take sales from one another, which is a category, in one store if series are of single stores.
    `market_units` is (number of markets, T): all units sold there, also of products that are not in the panel.
    """

    products: pd.DataFrame
    starts: tuple[date, ...]
    period_days: int
    units: Floats
    revenue: Floats
    list_value: Floats
    price: Floats
    depth: Floats
    display: Floats
    mailer: Floats
    is_active: Flags
    is_depth_known: Flags
    availability: Floats
    drivers: Mapping[str, Floats]
    categories: tuple[str, ...]
    category_of: NDArray[np.int64]
    market_of: NDArray[np.int64]
    market_units: Floats

    @property
    def skus(self) -> list[str]:
        """The products, in row order."""
        return [str(sku) for sku in self.products[c.SKU]]

    def until(self, week: date) -> Panel:
        """The panel as it was known before `week`: what a split by time trains on.

        Usual prices and depths are worked out again, so that they do not know what came later.
        """
        n = sum(1 for start in self.starts if start < week)
        units, revenue, list_value = self.units[:, :n], self.revenue[:, :n], self.list_value[:, :n]
        price, depth = price_and_depth(units, revenue, list_value)
        return replace(
            self,
            starts=self.starts[:n],
            units=units,
            revenue=revenue,
            list_value=list_value,
            price=price,
            depth=_fill_by_row_mean(depth),
            display=self.display[:, :n],
            mailer=self.mailer[:, :n],
            is_active=self.is_active[:, :n],
            is_depth_known=self.is_depth_known[:, :n],
            availability=self.availability[:, :n],
            drivers={name: values[:, :n] for name, values in self.drivers.items()},
            market_units=self.market_units[:, :n],
        )


def week_of(moment: ibis.Value, *, first_weekday: int = 0) -> ibis.Value:
    """The first day of the week a moment or day is in; weeks start on `first_weekday` (Monday = 0)."""
    shift = ibis.interval(days=first_weekday)
    return ((moment.cast("date") - shift).cast("date").truncate("W") + shift).cast("date")


def weekly_sales(lines: ibis.Table, *, first_weekday: int = 0) -> ibis.Table:
    """One row per product and week sold: units, net amount, list value (net + discount), customers."""
    return (
        lines.mutate(**{c.WEEK: week_of(lines[c.SOLD_AT], first_weekday=first_weekday)})
        .group_by(c.SKU, c.WEEK)
        .agg(
            **{
                c.UNITS: ibis._[c.QUANTITY].sum(),
                c.REVENUE: ibis._[c.NET_AMOUNT].sum(),
                c.LIST_VALUE: (ibis._[c.NET_AMOUNT] + ibis._[c.DISCOUNT_AMOUNT].fill_null(0)).sum(),
                c.N_CUSTOMERS: ibis._[c.CUSTOMER].nunique(),
            }
        )
    )


def store_weights(lines: ibis.Table) -> ibis.Table:
    """Each store's share of all sales, by net amount."""
    by_store = lines.group_by(c.STORE).agg(weight=ibis._[c.NET_AMOUNT].sum().cast("float64"))
    return by_store.filter(by_store[c.STORE].notnull())


def weekly_support(promotions: ibis.Table, weights: ibis.Table, skus: ibis.Table, weeks: ibis.Table) -> ibis.Table:
    """One row per product and week with support: the sales-weighted share of stores with display or mailer.

    `skus` and `weeks` (first days) are one-column tables of what is wanted. A promotion counts in every week it
    touches, in proportion to the days. Only stores that appear in `promotions` report, so shares are of those
    stores' sales: absence from the list means "no promotion" there and nothing elsewhere. Rows without a store
    count for all stores. Shares are rounded, because an engine that adds them up in parallel may add in any order.
    """
    wanted = promotions.semi_join(skus, c.SKU)
    laid = wanted.join(
        weeks,
        [
            wanted[c.STARTS_ON] < weeks[c.WEEK] + ibis.interval(days=7),
            wanted[c.ENDS_ON] >= weeks[c.WEEK],
        ],
    )
    last = ibis.least(laid[c.ENDS_ON], (laid[c.WEEK] + ibis.interval(days=6)).cast("date"))
    first = ibis.greatest(laid[c.STARTS_ON], laid[c.WEEK])
    part = (last.delta(first, unit="day") + 1) / 7.0
    by_store = (
        laid.mutate(part=part)
        .group_by(c.SKU, c.WEEK, c.STORE)
        .agg(
            **{
                name: (ibis._[name].fill_null(False).cast("int8") * ibis._.part).max()
                for name in (c.DISPLAY, c.MAILER)
            }
        )
    )
    reporting = weights.semi_join(promotions.select(c.STORE).distinct(), c.STORE)
    total = reporting.weight.sum().as_scalar()
    joined = by_store.left_join(reporting, c.STORE)
    weight = ibis.ifelse(joined[c.STORE].isnull(), 1.0, joined.weight.fill_null(0.0) / total)
    return (
        joined.mutate(share=weight)
        .group_by(c.SKU, c.WEEK)
        .agg(
            **{
                c.DISPLAY_SHARE: (ibis._.share * ibis._[c.DISPLAY]).sum().round(9),
                c.MAILER_SHARE: (ibis._.share * ibis._[c.MAILER]).sum().round(9),
            }
        )
    )


def build_panel(
    sales: pd.DataFrame,
    support: pd.DataFrame | None,
    products: pd.DataFrame,
    *,
    skus: Sequence[str],
    market_units: pd.DataFrame,
) -> Panel:
    """Lay weekly rows out as arrays.

    `sales` is `weekly_sales`, `support` is `weekly_support` (None: no promotion table), `products` the catalogue,
    `market_units` has columns category, week, units. Weeks run without gap from the first to the last sold.
    """
    if sales.empty:
        raise InputError("no sales are left to model; check the date range and the filters")
    weeks = _weeks_between(sales[c.WEEK].min(), sales[c.WEEK].max())
    grid = _Grid(list(skus), weeks)
    units = grid.lay(sales, c.UNITS, fill=0.0)
    net = grid.lay(sales, c.REVENUE, fill=np.nan)
    listed = grid.lay(sales, c.LIST_VALUE, fill=np.nan)
    price, depth = price_and_depth(units, net, listed)
    is_known = np.isfinite(depth)
    chosen = _catalogue_rows(products, grid.skus)
    categories = tuple(sorted(set(chosen[c.CATEGORY])))
    category_of = np.array([categories.index(name) for name in chosen[c.CATEGORY]], dtype=np.int64)
    return Panel(
        products=chosen,
        starts=tuple(weeks),
        period_days=7,
        units=units,
        revenue=net,
        list_value=listed,
        price=price,
        depth=_fill_by_row_mean(depth),
        display=_support(grid, support, c.DISPLAY_SHARE),
        mailer=_support(grid, support, c.MAILER_SHARE),
        is_active=_active_span(units),
        is_depth_known=is_known,
        availability=np.ones_like(units),
        drivers={},
        categories=categories,
        category_of=category_of,
        market_of=category_of,
        market_units=_Grid(list(categories), weeks).lay(
            market_units.rename(columns={c.CATEGORY: c.SKU}), c.UNITS, fill=0.0
        ),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where a (product, week) row goes in an array."""

    skus: list[str]
    weeks: list[date]

    def lay(self, rows: pd.DataFrame, column: str, *, fill: float) -> Floats:
        out = np.full((len(self.skus), len(self.weeks)), fill)
        i = pd.Index(self.skus).get_indexer(pd.Index(rows[c.SKU].astype(str)))
        days = pd.to_datetime(rows[c.WEEK])
        t = pd.DatetimeIndex(pd.to_datetime(pd.Series(self.weeks))).get_indexer(pd.DatetimeIndex(days))
        is_here = (i >= 0) & (t >= 0)
        out[i[is_here], t[is_here]] = rows[column].to_numpy(dtype=np.float64)[is_here]
        return out


def _weeks_between(first: object, last: object) -> list[date]:
    day, end = pd.Timestamp(str(first)).date(), pd.Timestamp(str(last)).date()
    weeks = []
    while day <= end:
        weeks.append(day)
        day += WEEK
    return weeks


def _catalogue_rows(products: pd.DataFrame, skus: list[str]) -> pd.DataFrame:
    """Catalogue rows of `skus` in order; a product without category gets the category 'uncategorised'."""
    rows = products.drop_duplicates(c.SKU).set_index(c.SKU).reindex(skus).reset_index()
    rows[c.CATEGORY] = rows[c.CATEGORY].astype(object).where(rows[c.CATEGORY].notna(), "uncategorised")
    rows[c.NAME] = rows[c.NAME].astype(object).where(rows[c.NAME].notna(), rows[c.SKU])
    return rows


def _support(grid: _Grid, support: pd.DataFrame | None, column: str) -> Floats:
    if support is None or support.empty:
        return np.zeros((len(grid.skus), len(grid.weeks)))
    return np.clip(grid.lay(support, column, fill=0.0), 0.0, 1.0)


def _rolling(rows: Floats, *, quantile: float) -> Floats:
    """Centred rolling quantile along the weeks, ignoring weeks without a sale, gaps filled from neighbours."""
    frame = pd.DataFrame(rows.T)
    rolled = frame.rolling(USUAL_WINDOW_WEEKS, center=True, min_periods=2).quantile(quantile)
    return rolled.ffill().bfill().to_numpy(dtype=np.float64).T


def price_and_depth(units: Floats, net: Floats, listed: Floats) -> tuple[Floats, Floats]:
    """Usual price (minor units, filled) and promotion depth (NaN where no sale showed it).

    Where discounts are recorded, the usual depth (what four weeks of five give anyway) belongs to the usual
    price; where they are not, the usual price is the upper quantile of what was paid.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        list_price = np.where(units > 0, listed / units, np.nan)
        paid = np.where(units > 0, net / units, np.nan)
        given = np.clip(1 - paid / list_price, 0.0, 0.95)
    has_discounts = np.nansum(listed - net, axis=1, keepdims=True) > 0
    usual_given = _rolling(given, quantile=USUAL_QUANTILE)
    recorded_price = _rolling(list_price, quantile=0.5) * (1 - usual_given)
    price = np.where(has_discounts, recorded_price, _rolling(paid, quantile=1 - USUAL_QUANTILE))
    with np.errstate(divide="ignore", invalid="ignore"):
        recorded_depth = 1 - (1 - given) / (1 - usual_given)
        depth = np.where(has_discounts, recorded_depth, 1 - paid / price)
    # Given away, or not sold yet: there is no price to know, and models take logarithms of it.
    return np.where(price > 0, price, LEAST_PRICE), np.clip(depth, 0.0, 0.9)


def _fill_by_row_mean(depth: Floats) -> Floats:
    """A week without a sale shows no price; the product's mean depth leaves its elasticity where it is."""
    n_known = np.isfinite(depth).sum(axis=1, keepdims=True)
    mean = np.nansum(depth, axis=1, keepdims=True) / np.maximum(n_known, 1)
    return np.where(np.isfinite(depth), depth, mean)


def _active_span(units: Floats) -> Flags:
    """From the first to the last week sold."""
    sold = units > 0
    started = np.maximum.accumulate(sold, axis=1)
    not_ended = np.maximum.accumulate(sold[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(started & not_ended, dtype=np.bool_)
