"""Lay the shop's history out by series and period: what demand is learnt from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from dealwright.app.ports import Tables
from dealwright.app.shop.find_complements import find_complements
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.clean import active_life, demand_lines
from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import Panel
from dealwright.data.panel_build import PanelRows, build_panel
from dealwright.data.panel_drivers import competitor_prices, shelf_by_period, spend_by_period, unit_costs
from dealwright.data.panel_sales import (
    keys,
    market_units,
    over_stores,
    period_of,
    sales_by_period,
    store_weights,
)
from dealwright.data.panel_support import (
    SUPPORT,
    mechanics_by_store,
    over_reporting_stores,
    promoted_periods,
    reporting_stores,
    support_by_store,
)
from dealwright.demand.choice import Choice
from dealwright.plan.scenario import Scope

RECENT_WEEKS = 4
"""A product that did not sell in the last weeks is not planned."""


@dataclass(frozen=True, slots=True)
class History:
    """A panel, how many products or series were left out of it by reason, and how many periods lacked stock.

    `pool` has all series that the panel's might have been chosen from at an earlier date, by `choice`.
    `complements` are the categories bought together; None: neither orders nor customers are known.
    """

    panel: Panel
    pool: Panel
    choice: Choice
    left_out: dict[str, int]
    n_stock_out_periods: int
    complements: tuple[Complement, ...] | None = None


def read_panel(tables: Tables, scope: Scope, *, grain: Grain, minor_per_major: int = 100) -> History:
    """The panel of the products in scope, chain-wide or in each store that sells them often enough.

    `minor_per_major` is that of the shop's currency (100 cents in a dollar).
    """
    sales = tables.table("sales")
    if grain.by_store and not sales[c.STORE].notnull().any().execute():
        raise InputError("no sale names its store; read the panel of the whole chain or import sales with stores")
    products = catalogue(tables)
    summed = whole_periods(sales_by_period(demand_lines(sales), grain), sales, grain)
    with summed.cache() as rows, store_weights(sales).cache() as weights:
        chosen, left_out = _series_in_scope(rows, products.to_pandas(), scope, grain)
        series = _with_candidates(chosen, rows, products.to_pandas(), scope, grain)
        pool = panel_of(tables, rows, series, weights=weights, grain=grain, minor_per_major=minor_per_major)
    panel = pool.rows(np.arange(len(chosen))).compact()
    n_stock_outs = int((active_life(panel.units) & ~panel.is_active).sum())
    together = find_complements(demand_lines(sales), products, panel, grain)
    return History(panel, pool, _choice(scope, panel, grain), left_out, n_stock_outs, together)


POOL_TIMES = 2
"""How many times the planned products are read, so that trials at earlier dates can choose among others too."""


def _choice(scope: Scope, panel: Panel, grain: Grain) -> Choice:
    """The rule of the scope, for any length of history."""
    n_weeks = len(panel.starts) * grain.period_days / 7
    is_weekly = grain.period_days == 7
    return Choice(
        # Days of a week are not told apart by the rule, so daily trials only ask for recent sales.
        least_sold_share=min(scope.least_selling_weeks / n_weeks, 1.0) if is_weekly else 0.0,
        recent_periods=RECENT_WEEKS * 7 // grain.period_days,
        most_series=None if grain.by_store else scope.most_products,
        by="revenue",
    )


def _with_candidates(
    chosen: pd.DataFrame, rows: ibis.Table, products: pd.DataFrame, scope: Scope, grain: Grain
) -> pd.DataFrame:
    """The chosen series first, then others that sold for half as long as they must, the best-selling first."""
    totals = _totals(rows, keys(grain), grain)
    category = products.drop_duplicates(c.SKU).set_index(c.SKU)[[c.DEPARTMENT, c.CATEGORY]]
    known = totals.join(category, on=c.SKU)
    is_candidate = (
        (known["weeks"] >= scope.least_selling_weeks / 2)
        & ~known[c.DEPARTMENT].isin(scope.excluded_departments)
        & ~known[c.CATEGORY].isin(scope.excluded_categories)
    )
    best = known[is_candidate].sort_values(["revenue", "weeks"], ascending=False)[keys(grain)]
    every = pd.concat([chosen[keys(grain)], best]).drop_duplicates(ignore_index=True)
    return every.head(POOL_TIMES * max(len(chosen), 1))


def panel_of(
    tables: Tables,
    rows: ibis.Table,
    series: pd.DataFrame,
    *,
    weights: ibis.Table,
    grain: Grain,
    minor_per_major: int = 100,
) -> Panel:
    """The panel of `series` (columns sku, and store_id where `grain` tells stores apart).

    `rows` are `sales_by_period` of all products, as the series' markets count them; `weights` are `store_weights`.
    Both are read several times, so hand over what their `cache()` gives. The other tables of the shop are read
    if present.
    """
    skus = ibis.memtable({c.SKU: sorted(set(series[c.SKU]))}, schema={c.SKU: "string"})
    own = rows.semi_join(skus, c.SKU)
    named = ibis.memtable(series[keys(grain)], schema=dict.fromkeys(keys(grain), "string"))
    sales = _frame(own.semi_join(named, keys(grain)))
    if sales.empty:
        raise InputError("no sales are left to model; check the date range and the filters")
    starts = grain.starts(sales[c.PERIOD].min().date(), sales[c.PERIOD].max().date())
    periods = ibis.memtable({c.PERIOD: list(starts)}, schema={c.PERIOD: "date"})
    products = catalogue(tables)
    gathered = PanelRows(
        sales=sales,
        markets=_frame(market_units(rows, products, grain)),
        chain=_frame(over_stores(own)) if grain.by_store else None,
    )
    if tables.has("promotions"):
        promoted = promoted_periods(tables.table("promotions"), skus, periods, period_days=grain.period_days)
        with promoted.cache() as laid:
            gathered = _with_promotions(gathered, laid, tables.table("promotions"), weights, grain)
    if tables.has("prices"):
        seen = competitor_prices(tables.table("prices"), skus, periods, grain)
        gathered = replace(gathered, competitors=_frame(seen))
    if tables.has("costs"):
        gathered = replace(gathered, costs=_frame(unit_costs(tables.table("costs"), skus, periods, grain)))
    if tables.has("ad_spend"):
        gathered = replace(gathered, spend=_frame(spend_by_period(tables.table("ad_spend"), grain)))
    if tables.has("stock"):
        gathered = replace(gathered, shelf=_frame(shelf_by_period(tables.table("stock"), skus, weights, grain)))
    return build_panel(gathered, products.to_pandas(), series, grain=grain, minor_per_major=minor_per_major)


def _with_promotions(
    gathered: PanelRows, promoted: ibis.Table, promotions: ibis.Table, weights: ibis.Table, grain: Grain
) -> PanelRows:
    support, mechanics = support_by_store(promoted), mechanics_by_store(promoted)
    key = [c.SKU, c.PERIOD]
    chain_support = over_reporting_stores(support, promotions, weights, values=SUPPORT, by=key)
    chain_mechanics = over_reporting_stores(mechanics, promotions, weights, values=[c.SHARE], by=[*key, c.MECHANIC])
    gathered = replace(gathered, support=_frame(chain_support), mechanics=_frame(chain_mechanics))
    if not grain.by_store:
        return gathered
    return replace(
        gathered,
        store_support=_frame(support),
        store_mechanics=_frame(mechanics),
        reporting=frozenset(_frame(reporting_stores(promotions))[c.STORE]),
    )


def catalogue(tables: Tables) -> ibis.Table:
    """The products table; without one, every product sold is in one category."""
    if tables.has("products"):
        return tables.table("products")
    names = (c.NAME, c.DEPARTMENT, c.CATEGORY, c.SUBCATEGORY, c.BRAND, c.SUPPLIER)
    columns = dict.fromkeys(names, ibis.null("string"))
    skus = tables.table("sales").select(c.SKU).distinct()
    return skus.mutate(**columns, **{c.IS_OWN_LABEL: ibis.null("boolean")})


def whole_periods(rows: ibis.Table, sales: ibis.Table, grain: Grain) -> ibis.Table:
    """Sales rows without a first or last week that `sales` cover only in part (more than a day missing)."""
    ends = sales.aggregate(first=sales[c.SOLD_AT].min(), last=sales[c.SOLD_AT].max()).execute().iloc[0]
    first, last = pd.Timestamp(ends["first"]).date(), pd.Timestamp(ends["last"]).date()
    tolerated = timedelta(days=1 if grain.period_days > 1 else 0)
    start, end = grain.start_of(first), grain.start_of(last)
    if first - start > tolerated:
        start += grain.step
    if end + grain.step - timedelta(days=1) - last > tolerated:
        end -= grain.step
    return rows.filter(rows[c.PERIOD] >= ibis.literal(start), rows[c.PERIOD] <= ibis.literal(end))


def _series_in_scope(
    rows: ibis.Table, products: pd.DataFrame, scope: Scope, grain: Grain
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The series with enough history to plan on, of the best-selling products first; and who was left out why."""
    totals = _totals(rows, [c.SKU], grain)
    if totals.empty:
        raise InputError(
            "the sales cover no whole week in which anything was bought, so there is nothing to learn from; import "
            "a longer history"
        )
    # A product sold in the last weeks of all is still there.
    since = totals["latest"].max() + grain.step - timedelta(weeks=RECENT_WEEKS)
    skus, left_out = products_in_scope(totals.set_index(c.SKU), products, scope, since=since)
    if not grain.by_store:
        return pd.DataFrame({c.SKU: skus}), left_out
    of_stores = _totals(rows, [c.SKU, c.STORE], grain)
    of_stores = of_stores[of_stores[c.SKU].isin(skus)]
    is_enough = (of_stores["weeks"] >= scope.least_selling_weeks) & (of_stores["latest"] >= since)
    left_out = left_out | {"sold too rarely in a single store": int((~is_enough).sum())}
    chosen = of_stores[is_enough]
    if chosen.empty:
        raise InputError(
            f"no product sold in {scope.least_selling_weeks} weeks in any single store, some of them in the last "
            f"{RECENT_WEEKS}; plan for the whole chain or lower scope.least_selling_weeks in the scenario"
        )
    order = chosen[c.SKU].map({sku: k for k, sku in enumerate(skus)})
    return chosen.assign(order=order).sort_values(["order", c.STORE])[keys(grain)].reset_index(drop=True), left_out


def _totals(rows: ibis.Table, by: list[str], grain: Grain) -> pd.DataFrame:
    """Weeks sold, revenue and latest period (columns weeks, revenue, latest) by `by`, in order of its columns."""
    week = period_of(rows[c.PERIOD], replace(grain, period_days=7))
    totals = rows.group_by(*by).agg(
        weeks=week.nunique(), revenue=rows[c.REVENUE].sum(), latest=rows[c.PERIOD].max()
    )
    return _frame(totals.order_by(*by))


def products_in_scope(
    totals: pd.DataFrame, products: pd.DataFrame, scope: Scope, *, since: pd.Timestamp
) -> tuple[list[str], dict[str, int]]:
    """Which products have enough history to plan on, the best-selling first; and why the others were left out.

    `totals` has weeks, revenue and latest (the last period sold) by sku; a product is gone if `latest` is before
    `since`.
    """
    _check_names(scope, products)
    known = products.drop_duplicates(c.SKU).set_index(c.SKU)
    rows = totals.join(known[[c.DEPARTMENT, c.CATEGORY]], how="left")
    is_excluded = rows[c.DEPARTMENT].isin(scope.excluded_departments) | rows[c.CATEGORY].isin(
        scope.excluded_categories
    )
    is_gone = rows["latest"] < since
    is_rare = rows["weeks"] < scope.least_selling_weeks
    fits = rows[~is_excluded & ~is_gone & ~is_rare].sort_values(["revenue", "weeks"], ascending=False)
    chosen = fits.head(scope.most_products)
    left_out = {
        "excluded by the scenario": int(is_excluded.sum()),
        "not sold in the last weeks": int((is_gone & ~is_excluded).sum()),
        "sold in too few weeks": int((is_rare & ~is_gone & ~is_excluded).sum()),
        "beyond the number of products planned": len(fits) - len(chosen),
    }
    if chosen.empty:
        reasons = ", ".join(f"{number} {reason}" for reason, number in left_out.items() if number)
        raise InputError(
            f"none of the {len(rows)} products that were sold can be planned: {reasons}. Needed are sales in at "
            f"least {scope.least_selling_weeks} weeks, some of them in the last {RECENT_WEEKS}; exclude less or "
            "lower scope.least_selling_weeks in the scenario, or import a longer history"
        )
    return [str(sku) for sku in chosen.index], left_out


def _check_names(scope: Scope, products: pd.DataFrame) -> None:
    """A misspelled name would leave in the plan what somebody wanted out of it."""
    mistakes = [
        str(InputError.unknown(kind, name, map(str, products[kind].dropna().unique())))
        for kind, names in ((c.DEPARTMENT, scope.excluded_departments), (c.CATEGORY, scope.excluded_categories))
        for name in names
        if not products[kind].eq(name).any()
    ]
    if mistakes:
        raise InputError(*(f"scope of the scenario: {mistake}" for mistake in mistakes))


def _frame(table: ibis.Table) -> pd.DataFrame:
    """The rows, days as timestamps: a million `datetime.date` objects take longer than the query."""
    rows: pd.DataFrame = table.to_pyarrow().to_pandas(date_as_object=False)
    return rows
