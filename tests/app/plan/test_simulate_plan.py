"""What a plan is compared with, and the stock it needs, on a small shop that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.plan.plan_promotions import economics_of, plan_promotions
from dealwright.app.plan.simulate_plan import last_pattern
from dealwright.app.supply.plan_supply import plan_supply
from dealwright.data import columns as c
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

SCENARIO = Scenario.read("{n_draws: 100, solver: greedy, limits: {display_slots: 1, mailer_slots: 1, budget: 60}}")
FRAMES = make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0))


@pytest.fixture(scope="module")
def tables() -> MemoryTables:
    return MemoryTables(FRAMES)


@pytest.fixture(scope="module")
def demand(tables: MemoryTables) -> DemandForecast:
    return forecast_demand(tables, SCENARIO, country="DE", seed=3)


def test_a_week_of_last_year_without_a_sale_was_no_promotion(demand: DemandForecast) -> None:
    panel = demand.panel
    column = panel.starts.index(demand.response.weeks[0]) if demand.response.weeks[0] in panel.starts else -52
    depth, is_known = panel.depth.copy(), panel.is_depth_known.copy()
    depth[:, column], is_known[:, column] = 0.15, True
    is_known[2, column] = False
    pattern = last_pattern(replace(demand, panel=replace(panel, depth=depth, is_depth_known=is_known)))
    assert pattern["last_year"].depth[:, 0].tolist() == [0.15, 0.15, 0.0, 0.15, 0.15, 0.15]


def test_products_that_are_not_promoted_need_no_extra_stock(demand: DemandForecast, tables: MemoryTables) -> None:
    plan = plan_promotions(demand, tables, SCENARIO, currency="EUR").plan
    supply = plan_supply(demand, plan, tables, cover_weeks=1.0, seed=3)
    promoted = (plan.solution.choice > 0).any(axis=1)
    assert 0 < promoted.sum() < 6
    assert supply.extra_units[promoted].sum() > 0
    assert (supply.extra_units[~promoted] == 0).all()
    assert supply.extra_units.sum() == supply.table["extra_units"].sum()


def test_a_cost_that_starts_after_the_plan_does_is_not_used_yet(demand: DemandForecast) -> None:
    costs = pd.DataFrame(
        {c.SKU: "sku-0", c.STARTS_ON: [date(2022, 1, 3), date(2024, 1, 1)], c.UNIT_COST: [123, 456]}
    )
    shop = MemoryTables({**FRAMES, "costs": costs})
    row = demand.panel.skus.index("sku-0")

    def cost_on(day: date) -> float:
        economics, _ = economics_of(demand.panel, shop, SCENARIO.assumptions, currency="EUR", on=day)
        return float(economics.unit_cost[row])

    assert cost_on(demand.response.weeks[0]) == 123
    assert cost_on(date(2024, 1, 1)) == 456
    assert np.isfinite(demand.response.baseline).all()
