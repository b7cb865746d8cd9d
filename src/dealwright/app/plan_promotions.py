"""Choose the promotions of the coming weeks: candidates, limits, solver, and the plan with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.forecast_demand import DemandForecast
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.money import Money, exponent
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.response import DemandResponse
from dealwright.plan.constraint import (
    Blackout,
    Budget,
    Constraint,
    Gap,
    LeastPerWeek,
    MarginFloor,
    MostPerProduct,
    MustRun,
    NotBeyondData,
    SlotsPerCategory,
    VehicleSlots,
    violations,
)
from dealwright.plan.plan import PromotionPlan, tabulate
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.scenario import Assumptions, Limits, Scenario
from dealwright.plan.solvers import SOLVERS
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlannedPromotions:
    """The plan, what demand answers to each offer, and how many products' costs were assumed."""

    plan: PromotionPlan
    response: OfferResponse
    economics: Economics
    n_costs_assumed: int


def plan_promotions(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    progress: Progress = silent,
) -> PlannedPromotions:
    """The most profitable admissible plan that was found, with a proven limit on any better one.

    InfeasibleError names the smallest set of limits that contradict one another.
    """
    progress("weighing every offer", 0.0)
    assumed, first_week = scenario.assumptions, demand.response.weeks[0]
    economics, n_assumed = economics_of(demand.panel, tables, assumed, currency=currency, on=first_week)
    offers = offer_catalogue([depth for depth in scenario.depths if depth > 0])
    problem, response = pose(demand, economics, offers, price_ending=scenario.price_ending)
    constraints = limits_of(scenario.limits, demand.response, currency=currency)
    progress("solving", 0.3)
    solution = SOLVERS.make(scenario.solver).solve(problem, constraints)
    broken = violations(constraints, problem, solution.choice)
    assert not broken, f"the solver {scenario.solver!r} broke its limits: {broken[:3]}"
    table = tabulate(problem, response, solution.choice, minor_per_major=10 ** exponent(currency))
    progress("plan ready", 1.0)
    return PlannedPromotions(
        PromotionPlan(problem, tuple(constraints), solution, table), response, economics, n_assumed
    )


def check_scenario(scenario: Scenario, *, currency: str) -> None:
    """InputError listing what can be known to be wrong with the scenario before anything slow runs."""
    mistakes = []
    assumed, limits = scenario.assumptions, scenario.limits
    amounts = {
        "assumptions.display_cost": assumed.display_cost,
        "assumptions.mailer_cost": assumed.mailer_cost,
        "limits.budget": limits.budget or Decimal(0),
    }
    for name, amount in amounts.items():
        try:
            Money.parse(str(amount), currency)
        except InputError as error:
            mistakes.append(f"{name}: {error}")
    try:
        SOLVERS.make(scenario.solver)
    except InputError as error:
        mistakes.append(f"solver: {error}")
    if mistakes:
        raise InputError(*mistakes)


def economics_of(
    panel: Panel, tables: Tables, assumed: Assumptions, *, currency: str, on: date
) -> tuple[Economics, int]:
    """Prices and costs of the panel's products as they are `on` a day, and for how many the cost was assumed."""
    price = np.maximum(np.round(panel.price[:, -1]), 1.0)
    listed = _latest(tables, "prices", c.REGULAR_PRICE, panel.skus, on=on)
    price = np.where(np.isfinite(listed) & (listed > 0), listed, price)
    known_cost = _latest(tables, "costs", c.UNIT_COST, panel.skus, on=on)
    cost = np.where(np.isfinite(known_cost), known_cost, np.round(price * assumed.cost_share))
    is_own = panel.products[c.IS_OWN_LABEL].eq(True).to_numpy()
    margin = price - cost
    weight = panel.units.sum(axis=1)
    belongs = np.equal.outer(np.arange(len(panel.categories)), panel.category_of).astype(np.float64)
    rest = belongs @ (weight * margin) / np.maximum(belongs @ weight, 1e-9)
    economics = Economics(
        price=price,
        unit_cost=cost,
        funded_share=np.where(is_own, assumed.funded_share_own_label, assumed.funded_share_branded),
        display_cost=_minor(assumed.display_cost, currency),
        mailer_cost=_minor(assumed.mailer_cost, currency),
        rest_margin=rest,
    )
    return economics, int((~np.isfinite(known_cost)).sum())


def pose(
    demand: DemandForecast, economics: Economics, offers: tuple[Offer, ...], *, price_ending: int | None
) -> tuple[PlanningProblem, OfferResponse]:
    """Every offer for every product and week, at prices a shelf label can show."""
    panel, r = demand.panel, demand.response
    nominal = np.array([offer.depth for offer in offers])
    depth = shelf_depth(economics.price, nominal, price_ending=price_ending)
    display = np.outer(r.display_reach, [offer.on_display for offer in offers])
    mailer = np.outer(r.mailer_reach, [offer.in_mailer for offer in offers])
    gain = np.stack([r.gain(depth[:, k], display[:, k], mailer[:, k]) for k in range(len(offers))], axis=2)
    response = OfferResponse(
        baseline=r.baseline,
        gain=gain,
        switching=r.switching,
        pull_forward=r.pull_forward,
        rival_pull=r.rival_pull,
        shares=r.shares,
        rest_shares=r.rest_shares,
        category_of=r.category_of,
        halo=r.halo_matrix(),
    )
    problem = collect(
        response,
        economics,
        skus=panel.skus,
        names=[str(name) for name in panel.products[c.NAME]],
        categories=panel.categories,
        weeks=r.weeks,
        offers=offers,
        depth=depth,
        display=display,
        mailer=mailer,
    )
    return problem, response


def shelf_depth(price: Floats, nominal: Floats, *, price_ending: int | None) -> Floats:
    """Real depth (n, K) after rounding promoted prices to whole minor units, down to those with the ending.

    The promoted price is the highest that ends so and does not exceed the nominal one, so that "20 % off" is
    never less than 20 %; where that would be zero or less, the price is only rounded.
    """
    promoted = np.floor(price[:, None] * (1.0 - nominal[None, :]) + 1e-6)
    if price_ending is not None:
        ended = np.floor((promoted - price_ending) / 10.0) * 10.0 + price_ending
        promoted = np.where(ended > 0, ended, promoted)
    promoted = np.maximum(promoted, 1.0)
    return np.where(nominal[None, :] > 0, 1.0 - promoted / price[:, None], 0.0)


def limits_of(limits: Limits, response: DemandResponse, *, currency: str) -> list[Constraint]:
    """The scenario's limits as constraints, and that no offer goes beyond what the data can speak about."""
    constraints: list[Constraint] = [
        MostPerProduct(limits.most_per_product),
        Gap(limits.min_gap_weeks),
        SlotsPerCategory(limits.slots_per_category),
        VehicleSlots("display", limits.display_slots),
        VehicleSlots("mailer", limits.mailer_slots),
        MarginFloor(limits.margin_floor),
        NotBeyondData(
            greatest_depth=tuple(response.greatest_depth.tolist()),
            display_seen=tuple((response.display_reach > 0).tolist()),
            mailer_seen=tuple((response.mailer_reach > 0).tolist()),
            wrong_sign=frozenset(response.wrong_sign()),
        ),
    ]
    if limits.budget is not None:
        amount = Money.parse(str(limits.budget), currency)
        constraints.append(Budget(amount.minor, str(amount)))
    constraints += [Blackout(rule.skus, rule.categories, rule.weeks) for rule in limits.blackout]
    constraints += [MustRun(rule.sku, rule.week, rule.least_depth) for rule in limits.must_run]
    constraints += [LeastPerWeek(rule.least, rule.category) for rule in limits.least_per_week]
    return constraints


def _latest(tables: Tables, name: str, column: str, skus: list[str], *, on: date) -> Floats:
    """The last value of each product that has started `on` that day, NaN where there is none; (n,)."""
    if not tables.has(name):
        return np.full(len(skus), np.nan)
    rows = tables.table(name)
    if name == "prices":
        rows = rows.filter(rows[c.COMPETITOR].isnull())
    rows = rows.filter(rows[c.SKU].isin(skus) & (rows[c.STARTS_ON] <= on))
    frame = rows.select(c.SKU, c.STARTS_ON, column).to_pandas()
    newest = frame.sort_values(c.STARTS_ON).drop_duplicates(c.SKU, keep="last").set_index(c.SKU)[column]
    return np.asarray(pd.to_numeric(newest.reindex(skus)), dtype=np.float64)


def _minor(amount: Decimal, currency: str) -> float:
    return float(Money.parse(str(amount), currency).minor)
