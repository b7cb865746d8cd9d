"""Sales per series and period, with the price and promotion state that went with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.clean import active_life, stock_out_periods
from dealwright.data.panel_price import MOST_DEPTH, carry, fill_by_row_mean, price_and_depth, relative_level

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

COMPETITOR = "competitor"
"""Driver: log of competitors' price over the own usual price, as last seen; 0 for a product nobody looked at."""
ADVERTISING = "advertising"
"""Driver: advertising pressure, 0 without any; its scale is the shop's own."""
COST = "cost"
"""Driver: log of the unit cost over the usual price; 0 for a product whose costs are not known."""
OWN_DEPTH_SHARE = 0.9
"""A series that sold in so many of its active periods shows its own depth. Thinner ones of a store take the
chain's: what was taken for a unit is known only if one was sold, so a model would learn from it that one was."""


@dataclass(frozen=True, slots=True)
class Panel:
    """n series over T periods: products chain-wide, or products in stores.

    `products` has n rows, one per series (columns of the products table; `store_id` too if series are of single
    stores). `starts` are the first days of the periods, `period_days` apart. The arrays are (n, T):
    `units` sold; `revenue` and `list_value` (before discounts) in minor units, NaN without a sale; `price` the
    usual price of a unit in minor units, before promotion; `depth` the share of it given away (NaN-free);
    `display`, `mailer` the share of the shop (weighted by sales) where it was on display or in the mailer;
    `is_active` whether the product was on sale and not out of stock, so that its sales are what was wanted;
    `availability` the share of the period it was on the shelf. `is_depth_known` is whether a sale showed the
    price of that period. `drivers` are further (n, T) arrays that move demand, by name (see `COMPETITOR`,
    `ADVERTISING`); `mechanics` the share of the period and shop in which promotions of a kind ran, by its name.
    `category_of` (n,) points into `categories`: whose response is alike. `market_of` (n,) numbers the markets:
    products that take sales from one another, which is a category, in one store if series are of single stores.
    `market_units` is (number of markets, T): all units sold there, also of products that are not in the panel.
    `stated_depth` (n, T) is what was announced, if anything; `chain` what all stores together sold of the
    products, if series are of single stores: both tell a depth where no own sale does.
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
    category_of: Codes
    market_of: Codes
    market_units: Floats
    mechanics: Mapping[str, Floats] = field(default_factory=dict)
    stated_depth: Floats | None = None
    chain: ChainSales | None = None

    @property
    def skus(self) -> list[str]:
        """The products, in row order."""
        return [str(sku) for sku in self.products[c.SKU]]

    @property
    def series(self) -> list[str]:
        """A unique name of each series, in row order: the sku, or "sku @ store"."""
        if c.STORE not in self.products:
            return self.skus
        return [f"{sku} @ {store}" for sku, store in zip(self.skus, self.products[c.STORE], strict=True)]

    def until(self, day: date) -> Panel:
        """The panel as it was known before `day`: what a split by time trains on.

        Usual prices and depths, and which periods count as active, are worked out again, so that they do not know
        what came later. InputError if `day` is not after the first period.
        """
        step = timedelta(days=self.period_days)
        n = sum(1 for start in self.starts if start + step <= day)
        if n == 0:
            raise InputError(
                f"nothing is known before {day}: the first period ends before {self.starts[0] + step}; choose a "
                "later day"
            )
        cut = self._each(lambda values: values[:, :n])
        chain = None if self.chain is None else self.chain.first(n)
        return replace(
            cut, starts=self.starts[:n], market_units=self.market_units[:, :n], chain=chain
        ).with_price_state()

    def rows(self, chosen: Flags | Codes) -> Panel:
        """The panel of some series, by mask or row numbers; categories and markets keep their numbers."""
        numbers = np.arange(len(self.products))[chosen]
        part = self._each(lambda values: values[numbers])
        return replace(
            part,
            products=self.products.iloc[numbers].reset_index(drop=True),
            category_of=self.category_of[numbers],
            market_of=self.market_of[numbers],
            chain=None if self.chain is None else self.chain.of_series(numbers),
        )

    def compact(self) -> Panel:
        """The same series, with only the categories and markets that have one, renumbered in their order."""
        present, category_of = np.unique(self.category_of, return_inverse=True)
        markets, market_of = np.unique(self.market_of, return_inverse=True)
        return replace(
            self,
            categories=tuple(self.categories[k] for k in present),
            category_of=category_of.astype(np.int64),
            market_of=market_of.astype(np.int64),
            market_units=self.market_units[markets],
        )

    def with_price_state(self) -> Panel:
        """The panel with price, depth and activity as its own sales (and `chain`, `stated_depth`) tell them."""
        is_active = (
            active_life(self.units)
            & (self.availability > 0)
            & ~stock_out_periods(self.units, period_days=self.period_days)
        )
        told = _chain_wide(self, is_active) if self.chain is None else _of_stores(self, self.chain, is_active)
        drivers = dict(self.drivers)
        for name in {COMPETITOR, COST} & drivers.keys():
            has_been_seen = drivers[name].any(axis=1, keepdims=True)
            moved = np.where(has_been_seen, np.log(self.price) - np.log(told.price), 0.0)
            drivers[name] = drivers[name] + moved
        return replace(
            self,
            price=told.price,
            depth=told.depth,
            is_depth_known=told.is_known,
            is_active=is_active,
            drivers=drivers,
        )

    def _each(self, part: Callable[[NDArray[np.generic]], NDArray[np.generic]]) -> Panel:
        """Every (n, T) array replaced by a part of it."""
        changes: dict[str, object] = {name: part(getattr(self, name)) for name in _ARRAYS}
        for name in ("drivers", "mechanics"):
            changes[name] = {key: part(values) for key, values in getattr(self, name).items()}
        if self.stated_depth is not None:
            changes["stated_depth"] = part(self.stated_depth)
        return replace(self, **changes)  # type: ignore[arg-type]  # names of fields, which mypy cannot follow


_ARRAYS = (
    *("units", "revenue", "list_value", "price", "depth", "display", "mailer"),
    *("is_active", "is_depth_known", "availability"),
)


@dataclass(frozen=True, slots=True)
class ChainSales:
    """What all stores sold of m products, (m, T) as in `Panel`; `row_of` (n,) is the product of each series."""

    units: Floats
    revenue: Floats
    list_value: Floats
    row_of: Codes

    def first(self, n: int) -> ChainSales:
        """The first n periods."""
        return replace(
            self, units=self.units[:, :n], revenue=self.revenue[:, :n], list_value=self.list_value[:, :n]
        )

    def of_series(self, numbers: Codes) -> ChainSales:
        """The products of some series, by their numbers."""
        products, row_of = np.unique(self.row_of[numbers], return_inverse=True)
        return ChainSales(self.units[products], self.revenue[products], self.list_value[products], row_of)


@dataclass(frozen=True, slots=True)
class _Told:
    """What sales tell of prices, (n, T)."""

    price: Floats
    depth: Floats
    is_known: Flags


def _chain_wide(panel: Panel, is_active: Flags) -> _Told:
    """Of products in all stores; where nothing sold, the announced depth, else one that fits the product.

    A product that nearly always sells gets its mean depth: a promotion's depth carried into the one week that
    sold nothing would teach that promotions sell nothing. A thin one gets the last depth seen: its mean is a
    number that no sale ever shows, from which trees learn that nothing was sold.
    """
    price, depth = price_and_depth(panel.units, panel.revenue, panel.list_value, period_days=panel.period_days)
    is_known = np.isfinite(depth)
    otherwise = np.where(_sells_nearly_always(panel, is_active), fill_by_row_mean(depth), carry(depth))
    return _Told(price, _announced(panel, is_known, depth, otherwise), is_known)


def _of_stores(panel: Panel, chain: ChainSales, is_active: Flags) -> _Told:
    """Of series of single stores: their own price where it nearly always shows, else what the chain took."""
    own_price, own_depth = price_and_depth(
        panel.units, panel.revenue, panel.list_value, period_days=panel.period_days
    )
    chain_price, chain_depth = price_and_depth(
        chain.units, chain.revenue, chain.list_value, period_days=panel.period_days
    )
    is_own = _sells_nearly_always(panel, is_active)
    depth = np.where(is_own & np.isfinite(own_depth), own_depth, chain_depth[chain.row_of])
    is_known = np.isfinite(depth)
    with np.errstate(divide="ignore", invalid="ignore"):
        list_price = np.where(chain.units > 0, chain.list_value / chain.units, 0.0)[chain.row_of]
    level = relative_level(panel.units, panel.list_value, list_price)
    price = np.where(is_own, own_price, np.maximum(chain_price[chain.row_of] * level, 1.0))
    return _Told(price, _announced(panel, is_known, depth, carry(depth)), is_known)


def _sells_nearly_always(panel: Panel, is_active: Flags) -> Flags:
    """Of each series, (n, 1)."""
    n_sold = ((panel.units > 0) & is_active).sum(axis=1, keepdims=True)
    n_active = is_active.sum(axis=1, keepdims=True)
    return np.asarray((n_sold > 0) & (n_sold >= OWN_DEPTH_SHARE * n_active), dtype=np.bool_)


def _announced(panel: Panel, is_known: Flags, depth: Floats, otherwise: Floats) -> Floats:
    if panel.stated_depth is None:
        return np.where(is_known, depth, otherwise)
    stated = np.minimum(panel.stated_depth, MOST_DEPTH)
    return np.where(is_known, depth, np.where(stated > 0, stated, otherwise))
