"""Choose the promotions of the coming weeks: candidates, limits, solver, and the plan with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.forecast_demand import DemandForecast
from dealwright.app.plan_facts import PlanFacts
from dealwright.app.plan_limits import limits_of
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.money import Money, exponent
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.constraints import Keep, SoftOutcome, soft_outcomes, violations
from dealwright.plan.plan import PromotionPlan, tabulate
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.scenario import Assumptions, Scenario
from dealwright.plan.solvers import SOLVERS
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlannedPromotions:
    """The plan, what demand answers to each offer, and how many products' costs were assumed.

    `soft` says of each soft limit whether it was kept or given up. `below_cost` are the products whose usual price
    is below their cost: they are planned, but a check of price and cost comes first.
    """

    plan: PromotionPlan
    response: OfferResponse
    economics: Economics
    n_costs_assumed: int
    soft: tuple[SoftOutcome, ...] = ()
    below_cost: tuple[str, ...] = ()


def plan_promotions(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    approved: Sequence[Keep] = (),
    progress: Progress = silent,
) -> PlannedPromotions:
    """The most profitable admissible plan that was found, with a proven limit on any better one.

    `approved` are the promotions of the plan that runs already, which `limits.most_changed` is about.
    InfeasibleError names the smallest set of limits that contradict one another.
    """
    progress("weighing every offer", 0.0)
    assumed, first_week = scenario.assumptions, demand.response.weeks[0]
    economics, n_assumed = economics_of(demand.panel, tables, assumed, currency=currency, on=first_week)
    offers = offer_catalogue([depth for depth in scenario.depths if depth > 0])
    problem, response = pose(demand, economics, offers, price_ending=scenario.price_ending)
    facts = PlanFacts(problem, response, demand.response, demand.panel, tables, currency, tuple(approved))
    constraints = limits_of(scenario.limits, facts)
    progress("solving", 0.3)
    solution = SOLVERS.make(scenario.solver).solve(problem, constraints)
    broken = violations(constraints, problem, solution.choice)
    assert not broken, f"the solver {scenario.solver!r} broke its limits: {broken[:3]}"
    table = tabulate(problem, response, solution.choice, minor_per_major=10 ** exponent(currency))
    progress("plan ready", 1.0)
    return PlannedPromotions(
        PromotionPlan(problem, tuple(constraints), solution, table),
        response,
        economics,
        n_assumed,
        soft=soft_outcomes(constraints, problem, solution.choice),
        below_cost=tuple(np.array(problem.skus, dtype=object)[economics.price < economics.unit_cost].tolist()),
    )


def check_scenario(scenario: Scenario, *, currency: str) -> None:
    """InputError listing what can be known to be wrong with the scenario before anything slow runs."""
    mistakes = []
    for name, amount in _amounts(scenario):
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


def _amounts(scenario: Scenario) -> Iterator[tuple[str, Decimal]]:
    """Every amount of money of a scenario and where it stands."""
    yield "assumptions.display_cost", scenario.assumptions.display_cost
    yield "assumptions.mailer_cost", scenario.assumptions.mailer_cost
    yield from _amounts_in(scenario.limits.model_dump(), "limits")


def _amounts_in(given: object, where: str) -> Iterator[tuple[str, Decimal]]:
    match given:
        case Decimal():
            yield where, given
        case dict():
            for name, part in given.items():
                if name == "penalty":
                    continue  # a price for breaking a limit, never paid: it needs no coin
                yield from _amounts_in(part, f"{where}.{name}")
        case tuple():
            for i, part in enumerate(given):
                yield from _amounts_in(part, f"{where}.{i}")


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
