"""Learn from the shop's sales what the coming weeks would sell, and how promotions would change that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.period import WEEK, week_start
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.clean import demand_lines, probable_stock_outs
from dealwright.data.panel import Panel, build_panel, store_weights, weekly_sales, weekly_support
from dealwright.demand.backtest import Score, backtest
from dealwright.demand.decompose import Decomposition, decompose
from dealwright.demand.fit import Fit, fit_response
from dealwright.demand.forecast import Drift, forecast
from dealwright.demand.response import DemandResponse
from dealwright.plan.scenario import Scenario, Scope

RECENT_WEEKS = 4
"""A product that did not sell in the last weeks is not planned."""


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """The history that was learnt from, the response, how good it would have been, and who was left out.

    `score` is None where the history is too short to hold weeks back. `left_out` counts products by reason.
    """

    panel: Panel
    fit: Fit
    response: DemandResponse
    drift: Drift
    score: Score | None
    decomposition: Decomposition
    left_out: dict[str, int]
    n_stock_out_weeks: int


def forecast_demand(
    tables: Tables,
    scenario: Scenario,
    *,
    country: str,
    seed: int,
    first_weekday: int = 0,
    progress: Progress = silent,
) -> DemandForecast:
    """From sales (and products, promotions) to a forecast of the scenario's weeks with its uncertainty."""
    progress("laying sales out by product and week", 0.0)
    panel, left_out, n_stock_outs = read_panel(tables, scenario.scope, first_weekday=first_weekday)
    weeks = coming_weeks(panel, scenario, first_weekday=first_weekday)
    progress("learning the response to promotions", 0.4)
    fit = fit_response(panel, country=country)
    progress("testing the forecast on held-back weeks", 0.6)
    drift, score = backtest(panel, country=country, rng=stream(seed, "backtest"))
    progress("forecasting", 0.9)
    response = forecast(
        fit, panel, weeks, country=country, drift=drift, n_draws=scenario.n_draws, rng=stream(seed, "forecast")
    )
    progress("demand forecast", 1.0)
    return DemandForecast(
        panel=panel,
        fit=fit,
        response=response,
        drift=drift,
        score=score,
        decomposition=decompose(fit, panel, country=country),
        left_out=left_out,
        n_stock_out_weeks=n_stock_outs,
    )


def coming_weeks(panel: Panel, scenario: Scenario, *, first_weekday: int) -> list[date]:
    """First days of the weeks to plan; InputError if they do not follow the history closely enough."""
    following = panel.starts[-1] + WEEK
    start = week_start(scenario.start, first_weekday=first_weekday) if scenario.start else following
    if start < following or start > following + 8 * WEEK:
        raise InputError(
            f"the plan cannot start on {scenario.start}: sales end in the week of {panel.starts[-1]}, so it can "
            f"start from {following} to {following + 8 * WEEK}; choose such a day or import newer sales"
        )
    return [start + k * WEEK for k in range(scenario.weeks)]


def read_panel(tables: Tables, scope: Scope, *, first_weekday: int = 0) -> tuple[Panel, dict[str, int], int]:
    """The panel of the products in scope, how many products were left out and why, and stock-out weeks found."""
    sales = tables.table("sales")
    catalogue = tables.table("products") if tables.has("products") else _catalogue_of(sales)
    lines = demand_lines(sales)
    weekly = _whole_weeks(weekly_sales(lines, first_weekday=first_weekday).to_pandas(), sales, first_weekday)
    products = catalogue.to_pandas()
    skus, left_out = products_in_scope(weekly, products, scope)
    support = None
    if tables.has("promotions"):
        weeks = sorted({pd.Timestamp(week).date() for week in weekly[c.WEEK]})
        support = weekly_support(
            tables.table("promotions"),
            store_weights(sales),
            ibis.memtable({c.SKU: skus}),
            ibis.memtable({c.WEEK: weeks}, schema={c.WEEK: "date"}),
        ).to_pandas()
    panel = build_panel(
        weekly[weekly[c.SKU].isin(skus)],
        support,
        products,
        skus=skus,
        market_units=_units_by_category(weekly, products),
    )
    stock_outs = probable_stock_outs(panel.units) & panel.is_active
    return replace(panel, is_active=panel.is_active & ~stock_outs), left_out, int(stock_outs.sum())


def products_in_scope(
    weekly: pd.DataFrame, products: pd.DataFrame, scope: Scope
) -> tuple[list[str], dict[str, int]]:
    """Which products have enough history to plan on, the best-selling first; and why the others were left out."""
    _check_names(scope, products)
    last = weekly[c.WEEK].max() - pd.Timedelta(weeks=RECENT_WEEKS - 1)
    known = products.drop_duplicates(c.SKU).set_index(c.SKU)
    rows = weekly.groupby(c.SKU).agg(weeks=(c.WEEK, "size"), revenue=(c.REVENUE, "sum"), latest=(c.WEEK, "max"))
    rows = rows.join(known[[c.DEPARTMENT, c.CATEGORY]], how="left")
    is_excluded = rows[c.DEPARTMENT].isin(scope.excluded_departments) | rows[c.CATEGORY].isin(
        scope.excluded_categories
    )
    is_gone = rows["latest"] < last
    is_rare = rows["weeks"] < scope.least_selling_weeks
    fits = rows[~is_excluded & ~is_gone & ~is_rare].sort_values(["revenue", "weeks"], ascending=False)
    chosen = fits.head(scope.most_products)
    left_out = {
        "excluded by the scenario": int(is_excluded.sum()),
        "not sold in the last weeks": int((is_gone & ~is_excluded).sum()),
        "sold in too few weeks": int((is_rare & ~is_gone & ~is_excluded).sum()),
        "beyond the number of products planned": len(fits) - len(chosen),
    }
    if rows.empty:
        raise InputError(
            "the sales cover no whole week in which anything was bought, so there is nothing to learn from; import "
            "a longer history"
        )
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


def _catalogue_of(sales: ibis.Table) -> ibis.Table:
    """Without a catalogue every product sold is in one category."""
    names = (c.NAME, c.DEPARTMENT, c.CATEGORY, c.SUBCATEGORY, c.BRAND, c.SUPPLIER)
    columns = dict.fromkeys(names, ibis.null("string"))
    return sales.select(c.SKU).distinct().mutate(**columns, **{c.IS_OWN_LABEL: ibis.null("boolean")})


def _whole_weeks(weekly: pd.DataFrame, sales: ibis.Table, first_weekday: int) -> pd.DataFrame:
    """Without a first or last week that the data cover only in part (more than a day missing)."""
    weekly = weekly.assign(**{c.WEEK: pd.to_datetime(weekly[c.WEEK])})
    if weekly.empty:
        return weekly
    ends = sales.aggregate(first=sales[c.SOLD_AT].min(), last=sales[c.SOLD_AT].max()).execute().iloc[0]
    first, last = pd.Timestamp(ends["first"]).date(), pd.Timestamp(ends["last"]).date()
    a_day = timedelta(days=1)
    keep_from = first if first - week_start(first, first_weekday=first_weekday) <= a_day else first + WEEK
    start = week_start(keep_from, first_weekday=first_weekday)
    last_week = week_start(last, first_weekday=first_weekday)
    end = last_week if last >= last_week + WEEK - 2 * a_day else last_week - WEEK
    is_whole = (weekly[c.WEEK] >= pd.Timestamp(start)) & (weekly[c.WEEK] <= pd.Timestamp(end))
    return weekly[is_whole]


def _units_by_category(weekly: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    category = products.drop_duplicates(c.SKU).set_index(c.SKU)[c.CATEGORY]
    named = weekly[c.SKU].map(category).astype(object)
    rows = weekly.assign(**{c.CATEGORY: named.where(named.notna(), "uncategorised")})
    return rows.groupby([c.CATEGORY, c.WEEK], as_index=False)[[c.UNITS]].sum()


def last_year(panel: Panel, weeks: list[date]) -> NDArray[np.int64] | None:
    """Columns of the panel 52 weeks before `weeks`; None if the history does not reach back that far."""
    wanted = [week - 52 * WEEK for week in weeks]
    if any(week not in panel.starts for week in wanted):
        return None
    return np.array([panel.starts.index(week) for week in wanted], dtype=np.int64)
