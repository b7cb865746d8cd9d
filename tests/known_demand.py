"""What is learnt from a small shop that is known, once for all tests that plan for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

SCENARIO = Scenario.read(
    "{n_draws: 100, depths: [0.1, 0.2, 0.3], limits: {display_slots: 1, mailer_slots: 1, budget: 100}}"
)


@cache
def known_tables() -> MemoryTables:
    """Six products in two categories over sixty weeks."""
    return MemoryTables(make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0)))


@cache
def known_demand() -> DemandForecast:
    """For the four weeks of `SCENARIO`."""
    return forecast_demand(known_tables(), SCENARIO, country="DE", seed=3)


@cache
def stray_demand() -> DemandForecast:
    """The same, of a shop whose past promotions did what nobody expected."""
    return with_stray_promotions(known_demand())


def with_stray_promotions(demand: DemandForecast) -> DemandForecast:
    """What was learnt stays; promotions of every other week lifted sales half as much again, the others half."""
    split = demand.decomposition
    luck = np.where(np.arange(split.uplift.shape[1]) % 2, 0.5, -0.5)
    units = np.maximum(demand.panel.units + luck * split.uplift, 0.0)
    return replace(demand, panel=replace(demand.panel, units=units))
