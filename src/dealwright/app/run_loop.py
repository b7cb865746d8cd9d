"""The main job in one go: check, know the customers, forecast, plan, simulate, ask what if, follow the stock."""

from __future__ import annotations

from dataclasses import dataclass

from dealwright.app.check_data import DataReport, check_data
from dealwright.app.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.know_customers import KnownCustomers, know_customers
from dealwright.app.plan_promotions import PlannedPromotions, check_scenario, plan_promotions
from dealwright.app.plan_supply import PlannedSupply, plan_supply
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.replan_promotions import Replanned, Revision, replan_promotions
from dealwright.app.simulate_plan import ScenarioOutcome, simulate_plan
from dealwright.app.try_what_ifs import WhatIf, try_what_ifs
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.plan.scenario import Scenario


@dataclass(frozen=True, slots=True)
class LoopResult:
    """Everything the main job found; `customers` and `known_customers` are None if sales do not name them.

    `credit` says whose data this is, if the pages must. `replanned` says what differs from the plan that was
    approved, if there was one.
    """

    scenario: Scenario
    currency: str
    credit: str
    seed: int
    data: DataReport
    customers: CustomerProfiles | None
    demand: DemandForecast
    planned: PlannedPromotions
    outcomes: tuple[ScenarioOutcome, ...]
    supply: PlannedSupply
    what_ifs: tuple[WhatIf, ...] = ()
    replanned: Replanned | None = None
    known_customers: KnownCustomers | None = None


def run_loop(
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    country: str,
    credit: str = "",
    first_weekday: int = 0,
    seed: int,
    revision: Revision | None = None,
    progress: Progress = silent,
) -> LoopResult:
    """From the shop's tables to a plan with its reasons. The same tables, scenario and seed give the same plan.

    With a `revision` an approved plan is revised, and its next weeks stay as they were approved.
    """

    def part(start: float, end: float) -> Progress:
        return lambda what, share: progress(what, start + (end - start) * share)

    check_scenario(scenario, currency=currency)
    data = check_data(tables, progress=part(0.0, 0.12))
    customers = _profiles(tables, seed=seed, progress=part(0.12, 0.16))
    known = None
    if customers is not None:
        cost_share = scenario.assumptions.cost_share
        known = know_customers(tables, cost_share=cost_share, seed=seed, progress=part(0.16, 0.37))
    demand = forecast_demand(
        tables,
        scenario,
        country=country,
        seed=seed,
        first_weekday=first_weekday,
        minor_per_major=10 ** exponent(currency),
        progress=part(0.37, 0.68),
    )
    replanned, planning = None, part(0.68, 0.76)
    if revision is None:
        planned = plan_promotions(demand, tables, scenario, currency=currency, progress=planning)
    else:
        replanned = replan_promotions(demand, tables, scenario, revision, currency=currency, progress=planning)
        planned = replanned.planned
    progress("asking what if", 0.76)
    what_ifs = try_what_ifs(demand, tables, scenario, planned, currency=currency)
    progress("simulating the plan", 0.98)
    solution = planned.plan.solution
    outcomes = simulate_plan(
        demand,
        planned.plan.problem,
        solution.choice,
        planned.economics,
        minor_per_major=10 ** exponent(currency),
    )
    supply = plan_supply(demand, planned.plan, tables, cover_weeks=scenario.assumptions.cover_weeks, seed=seed)
    progress("done", 1.0)
    return LoopResult(
        scenario=scenario,
        currency=currency,
        credit=credit,
        seed=seed,
        data=data,
        customers=customers,
        demand=demand,
        planned=planned,
        outcomes=outcomes,
        supply=supply,
        what_ifs=what_ifs,
        replanned=replanned,
        known_customers=known,
    )


def _profiles(tables: Tables, *, seed: int, progress: Progress) -> CustomerProfiles | None:
    try:
        return profile_customers(tables, seed=seed, progress=progress)
    except InputError:
        # Sales without customers are a normal shop; the data report says what they would unlock.
        return None
