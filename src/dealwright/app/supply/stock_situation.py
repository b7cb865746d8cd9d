"""The stock of a shop before anything is ordered: what there is, what will be wanted, on which terms more comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.running_plan import RunningPlan
from dealwright.app.ports import Tables
from dealwright.app.supply.plan_supply import supply_of
from dealwright.app.supply.supply_terms import SupplyTerms
from dealwright.core.errors import InputError
from dealwright.core.period import WEEK
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.demand.features import Offers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_SERVICE, MOST_SERVICE = 0.5, 0.99
"""Between which a service level is worked out from costs: rarer shortages than one in a hundred no draws show."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything orders depend on; money in minor units.

    `wanted`, `usual` (D, n, T) are whole units wanted in each week with the plan and without any promotion.
    `opening` (n,) is on the shelf, `n_counted` of them counted, for the others
    `cover_weeks` of usual sales; `receipts` (n, T) arrive whatever is ordered now.
    `lead` weeks pass from an order to its goods; `order_cost`, `holding` (a unit and week), `missed` (a unit) and
    `service` like it are (n,).
    """

    demand: DemandForecast
    plan: RunningPlan
    terms: SupplyTerms
    currency: str
    wanted: Floats
    usual: Floats
    opening: Ints
    n_counted: int
    cover_weeks: float
    receipts: Ints
    usual_arrivals: Ints
    lead: Ints
    order_cost: Floats
    holding: Floats
    missed: Floats
    service: Floats

    @property
    def skus(self) -> list[str]:
        """The products."""
        return self.demand.panel.skus

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return [str(name) for name in self.demand.panel.products[c.NAME]]


def situation_of(
    demand: DemandForecast,
    plan: RunningPlan,
    tables: Tables,
    terms: SupplyTerms,
    *,
    cover_weeks: float,
    currency: str,
    seed: int,
) -> Situation:
    """Stock, receipts, costs and draws of demand; InputError lists every product and term that does not fit."""
    skus, weeks = demand.panel.skus, demand.response.weeks
    terms.refuse_unknown(skus, currency=currency)
    lead = terms.of_products("lead_time_weeks", skus).astype(np.int64)
    if (lead >= len(weeks)).any():
        late = int(lead.max())
        raise InputError(
            f"goods take up to {late} weeks to come and the forecast reaches {len(weeks)} weeks, so no order could "
            f"be judged; set weeks in the scenario to {late + 1} or more"
        )
    supply, n_counted = supply_of(demand, tables, cover_weeks)
    economics = plan.economics
    holding = np.maximum(terms.holding_share * economics.unit_cost / 52.0, 0.01)
    missed = np.maximum(terms.missed_margins * economics.regular_margin, 0.01)
    given = terms.of_products("service_level", skus)
    balanced = np.clip(missed / (missed + holding), LEAST_SERVICE, MOST_SERVICE)
    n = len(skus)
    return Situation(
        demand=demand,
        plan=plan,
        terms=terms,
        currency=currency,
        wanted=demand.response.weekly_units(plan.offers, stream(seed, "stock", "plan")),
        usual=demand.response.weekly_units(Offers.none(n, len(weeks)), stream(seed, "stock", "none")),
        opening=supply.opening_units,
        n_counted=n_counted,
        cover_weeks=cover_weeks,
        receipts=_receipts(terms, demand, supply.arrivals_units, lead),
        usual_arrivals=supply.arrivals_units,
        lead=lead,
        order_cost=terms.order_cost_minor(skus, currency=currency),
        holding=holding,
        missed=missed,
        service=np.where(np.isfinite(given), given, balanced),
    )


def _receipts(terms: SupplyTerms, demand: DemandForecast, usual: Ints, lead: Ints) -> Ints:
    """What arrives without ordering now, (n, T): what is on order, or the usual until new orders can arrive."""
    weeks, skus = demand.response.weeks, demand.panel.skus
    if not terms.on_order:
        is_before = np.arange(len(weeks)) < lead[:, None]
        return np.where(is_before, usual, 0)
    arrives = np.zeros_like(usual)
    for row in terms.on_order:
        week = max((row.arrives_on - weeks[0]) // WEEK, 0)
        if week < len(weeks):
            arrives[skus.index(row.sku), week] += row.units
    return arrives
