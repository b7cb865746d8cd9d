"""A small shop whose demand is learnt once, with and without counted stock, for tests about stock and prices."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.app.plan.replan_promotions import ApprovedPlan
from dealwright.app.plan.running_plan import RunningPlan, running_plan
from dealwright.app.supply.stock_situation import Situation, situation_of
from dealwright.app.supply.supply_terms import SupplyTerms
from dealwright.data import columns as c
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer
from known_demand import SCENARIO, known_demand, known_tables
from known_shop import make_frames, make_panel

CURRENCY = "EUR"
PROMOTED = "sku-0"
"""Cut by 30 % in the second week."""


@cache
def counted_tables(units: int = 40) -> MemoryTables:
    """The shop of `known_tables` with `units` of every product counted in store 1."""
    panel = make_panel(n=6, n_weeks=60, n_categories=2, base=30.0)
    stock = pd.DataFrame({c.SKU: panel.skus, c.UNITS: units, c.STORE: "1"})
    stock[c.COUNTED_ON] = panel.starts[-1] + timedelta(days=6)
    return MemoryTables({**make_frames(panel), "stock": stock})


@cache
def approved() -> ApprovedPlan:
    """One promotion."""
    weeks = known_demand().response.weeks
    return ApprovedPlan((Keep(PROMOTED, weeks[1], Offer(0.3)),), weeks[-1])


@cache
def plan(*, is_empty: bool = False) -> RunningPlan:
    """What `approved` runs."""
    return running_plan(
        known_demand(), known_tables(), SCENARIO, None if is_empty else approved(), currency=CURRENCY
    )


def situation(terms: str = "", *, units: int | None = None, is_empty: bool = False) -> Situation:
    """The shop under supply terms written as YAML; `units` of each product are counted, None: not."""
    tables = known_tables() if units is None else counted_tables(units)
    return situation_of(
        known_demand(),
        plan(is_empty=is_empty),
        tables,
        SupplyTerms.read(terms),
        cover_weeks=2.0,
        currency=CURRENCY,
        seed=1,
    )


def usual_week(sku: str) -> float:
    """Expected units of a week without promotion."""
    response = known_demand().response
    return float(np.mean(response.baseline[:, response.skus.index(sku)]))
