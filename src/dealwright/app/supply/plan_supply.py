"""Whether the stock lasts: its course with and without the plan, and how much more to order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.simulate_plan import offers_of
from dealwright.app.ports import Tables
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.demand.features import Offers
from dealwright.plan.plan import PromotionPlan
from dealwright.supply.counts import latest_counts
from dealwright.supply.position import StockProjection, Supply, assumed_supply, project_stock

SERVICE_LEVEL = 0.95
"""The plan's advice makes stock last through all weeks with this probability."""


@dataclass(frozen=True, slots=True)
class PlannedSupply:
    """Stock without and with the plan, and `extra_units` (n,) to order before the first week because of it.

    `table` has a row per promoted product: sku, name, opening stock, what arrives, expected sales, risk of a
    stock-out over the horizon without the plan, with it, and extra units advised.
    """

    supply: Supply
    without_plan: StockProjection
    with_plan: StockProjection
    extra_units: NDArray[np.int64]
    n_counted: int
    table: pd.DataFrame


def plan_supply(
    demand: DemandForecast, plan: PromotionPlan, tables: Tables, *, cover_weeks: float, seed: int
) -> PlannedSupply:
    """Follow the stock of every planned product, chance of single weeks included."""
    supply, n_counted = supply_of(demand, tables, cover_weeks)
    n, n_weeks = plan.solution.choice.shape
    before = demand.response.weekly_units(Offers.none(n, n_weeks), stream(seed, "stock", "none"))
    after = demand.response.weekly_units(
        offers_of(plan.problem, plan.solution.choice), stream(seed, "stock", "plan")
    )
    without_plan = project_stock(supply.opening_units, supply.arrivals_units, before)
    with_plan = project_stock(supply.opening_units, supply.arrivals_units, after)
    promoted = (plan.solution.choice > 0).any(axis=1)
    more = with_plan.extra_units_for(SERVICE_LEVEL) - without_plan.extra_units_for(SERVICE_LEVEL)
    # What is not promoted sells no more because of the plan; a difference there is chance between the draws.
    extra = np.where(promoted, np.maximum(more, 0), 0)
    table = pd.DataFrame(
        {
            "sku": list(plan.problem.skus),
            "name": list(plan.problem.names),
            "opening": supply.opening_units,
            "arriving": supply.arrivals_units.sum(axis=1),
            "expected_sales": after.mean(axis=0).sum(axis=1),
            "risk_without_plan": without_plan.horizon_risk,
            "risk_with_plan": with_plan.horizon_risk,
            "extra_units": extra,
        }
    )
    table = table.iloc[np.flatnonzero(promoted)].sort_values(
        ["extra_units", "sku"], ascending=[False, True], ignore_index=True
    )
    return PlannedSupply(supply, without_plan, with_plan, extra, n_counted, table)


def supply_of(demand: DemandForecast, tables: Tables, cover_weeks: float) -> tuple[Supply, int]:
    """Counted stock where there is any, the assumed rule for the rest; arrivals are always assumed.

    Also how many products were counted.
    """
    assumed = assumed_supply(demand.response.baseline.mean(axis=0), cover_weeks=cover_weeks)
    if not tables.has("stock"):
        return assumed, 0
    counts = latest_counts(tables.table("stock")).to_pandas().set_index(c.SKU)[c.UNITS]
    counted = pd.to_numeric(counts.reindex(demand.panel.skus)).to_numpy(dtype=np.float64)
    opening = np.where(np.isfinite(counted), counted, assumed.opening_units).astype(np.int64)
    return Supply(opening, assumed.arrivals_units, assumed.assumption), int(np.isfinite(counted).sum())
