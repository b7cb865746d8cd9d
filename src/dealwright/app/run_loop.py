"""The main job in one go: check, know the customers, forecast, plan, simulate, ask what if, follow the stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dealwright.app.customers.know_customers import KnownCustomers, know_customers
from dealwright.app.customers.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.plan.plan_promise import Promise, promise_of
from dealwright.app.plan.plan_promotions import PlannedPromotions, check_scenario, plan_promotions
from dealwright.app.plan.replan_promotions import Replanned, Revision, replan_promotions
from dealwright.app.plan.simulate_plan import ScenarioOutcome, simulate_plan
from dealwright.app.plan.try_what_ifs import WhatIf, try_what_ifs
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.check_data import DataReport, check_data
from dealwright.app.supply.plan_supply import PlannedSupply, plan_supply
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.plan.scenario import Scenario


@dataclass(frozen=True, slots=True)
class LoopResult:
    """Everything the main job found; `why_no_customers` says why `customers` is None, if nobody left them out.

    `known_customers` is None with them. `credit` says whose data this is, if the pages must. `replanned` says what
    differs from the plan that was approved, if there was one. `flattery_minor` is what the plan is expected to earn
    too much because it was chosen by the same estimates; the outcomes are without it.
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
    why_no_customers: str = ""
    flattery_minor: float = 0.0


def run_loop(
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    country: str,
    credit: str = "",
    first_weekday: int = 0,
    seed: int,
    today: date | None = None,
    is_about_customers: bool = True,
    revision: Revision | None = None,
    progress: Progress = silent,
) -> LoopResult:
    """From the shop's tables to a plan with its reasons. The same tables, scenario and seed give the same plan.

    With a `revision` an approved plan is revised, and its next weeks stay as they were approved. What customers
    did is believed up to the day `today`; who needs the plan alone leaves out what `is_about_customers`.
    """
    check_scenario(scenario, currency=currency)
    data = check_data(tables, progress=_part(progress, 0.0, 0.12))
    who = _Customers()
    if is_about_customers:
        who = _customers(tables, scenario, seed=seed, today=today, progress=_part(progress, 0.12, 0.37))
    per_major = 10 ** exponent(currency)
    demand = forecast_demand(
        tables,
        scenario,
        country=country,
        seed=seed,
        first_weekday=first_weekday,
        minor_per_major=per_major,
        progress=_part(progress, 0.37, 0.68),
    )
    planned, replanned = _plan(
        demand, tables, scenario, revision, currency=currency, seed=seed, progress=_part(progress, 0.68, 0.76)
    )
    promise = promise_of(demand, planned, seed=seed) if replanned is None else replanned.promise
    asking = _part(progress, 0.76, 0.98)
    asked = try_what_ifs(demand, tables, scenario, planned, promise=promise, currency=currency, progress=asking)
    progress("simulating the plan", 0.98)
    cover_weeks = scenario.assumptions.cover_weeks
    made = LoopResult(
        scenario=scenario,
        currency=currency,
        credit=credit,
        seed=seed,
        data=data,
        customers=who.profiles,
        demand=demand,
        planned=planned,
        outcomes=_outcomes(demand, planned, promise, per_major),
        supply=plan_supply(demand, planned.plan, tables, cover_weeks=cover_weeks, seed=seed),
        what_ifs=asked,
        replanned=replanned,
        known_customers=who.known,
        why_no_customers=who.why_none,
        flattery_minor=promise.flattery,
    )
    progress("done", 1.0)
    return made


@dataclass(frozen=True, slots=True)
class _Customers:
    profiles: CustomerProfiles | None = None
    known: KnownCustomers | None = None
    why_none: str = ""


def _customers(
    tables: Tables, scenario: Scenario, *, seed: int, today: date | None, progress: Progress
) -> _Customers:
    try:
        profiles = profile_customers(tables, seed=seed, today=today, progress=_part(progress, 0.0, 0.16))
    except InputError as refusal:
        return _Customers(why_none=str(refusal))  # sales without customers are a normal shop
    known = know_customers(
        tables,
        cost_share=scenario.assumptions.cost_share,
        seed=seed,
        today=today,
        progress=_part(progress, 0.16, 1.0),
    )
    return _Customers(profiles, known)


def _plan(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    revision: Revision | None,
    *,
    currency: str,
    seed: int,
    progress: Progress,
) -> tuple[PlannedPromotions, Replanned | None]:
    if revision is None:
        return plan_promotions(demand, tables, scenario, currency=currency, progress=progress), None
    replanned = replan_promotions(
        demand, tables, scenario, revision, currency=currency, seed=seed, progress=progress
    )
    return replanned.planned, replanned


def _outcomes(
    demand: DemandForecast, planned: PlannedPromotions, promise: Promise, per_major: int
) -> tuple[ScenarioOutcome, ...]:
    plan = planned.plan
    return simulate_plan(
        demand,
        plan.problem,
        plan.solution.choice,
        planned.economics,
        minor_per_major=per_major,
        correction=promise.correction,
    )


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, share: progress(what, start + (end - start) * share)
