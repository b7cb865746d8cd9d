"""Choose the promotions of the coming weeks: candidates, limits, solver, and the plan with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_best import truly_best
from dealwright.app.plan.plan_facts import PlanFacts
from dealwright.app.plan.plan_limits import limits_of
from dealwright.app.plan.plan_mechanics import mechanics_of
from dealwright.app.plan.plan_objective import objective_for
from dealwright.app.plan.plan_truth import TrueWorth
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.money import Money, exponent
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.constraints import Constraint, Keep, SoftOutcome, soft_outcomes, violations
from dealwright.plan.mechanics import Mechanic, MechanicOffers
from dealwright.plan.objective import PROFIT
from dealwright.plan.offered import terms_of
from dealwright.plan.plan import PromotionPlan, tabulate
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, collect, offer_catalogue, pursue
from dealwright.plan.risk import RiskAversion, RiskPlan, plan_with_risk
from dealwright.plan.scenario import Assumptions, Scenario
from dealwright.plan.solvers import SOLVERS, Solution, Solver
from dealwright.plan.solvers.start import Started, given_up
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Posed:
    """What is to be solved: the problem valued by the objective, `by_profit` the same valued by money, the limits.

    `facts` are about `by_profit`; `n_costs_assumed` counts products.
    """

    scenario: Scenario
    problem: PlanningProblem
    by_profit: PlanningProblem
    constraints: tuple[Constraint, ...]
    facts: PlanFacts
    n_costs_assumed: int

    @property
    def response(self) -> OfferResponse:
        """What demand answers to each offer."""
        return self.facts.offers

    @property
    def truth(self) -> TrueWorth:
        """What plans add to the objective when all their promotions run at once."""
        return TrueWorth(self.facts.demand, self.facts.offers, self.problem)


@dataclass(frozen=True, slots=True)
class PlannedPromotions:
    """The plan, what demand answers to each offer, and how many products' costs were assumed.

    The plan's solution is valued, and its bound proven, with all promotions at once (see `plan_truth`); `by_pairs`
    is what the solver made of the problem itself, in which promotions add up pair by pair. `by_profit` is that
    problem valued by money, whatever was pursued, `profit_minor` the extra profit expected of the plan. `soft` says
    of each soft limit whether it was kept or given up. `below_cost` are the products whose usual price is below
    their cost: they are planned, but a check of price and cost comes first. `luck` is None where bad luck does not
    count; where it does, the solution is `by_pairs`.
    """

    plan: PromotionPlan
    by_profit: PlanningProblem
    by_pairs: Solution
    profit_minor: float
    response: OfferResponse
    economics: Economics
    n_costs_assumed: int
    soft: tuple[SoftOutcome, ...] = ()
    below_cost: tuple[str, ...] = ()
    luck: RiskPlan | None = None

    @property
    def promotions(self) -> tuple[Keep, ...]:
        """What runs where."""
        problem, choice = self.plan.problem, self.plan.solution.choice
        return tuple(
            Keep(problem.skus[i], problem.weeks[t], problem.offers[choice[i, t]])
            for i, t in np.argwhere(choice > 0)
            if problem.offers[choice[i, t]].is_promotion
        )


def plan_promotions(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    approved: Sequence[Keep] = (),
    progress: Progress = silent,
) -> PlannedPromotions:
    """The best admissible plan that was found, with a proven limit on any better one.

    `approved` are the promotions of the plan that runs already, which `limits.most_changed` is about.
    InfeasibleError names the smallest set of limits that contradict one another.
    """
    progress("weighing every offer", 0.0)
    posed = pose_plan(demand, tables, scenario, currency=currency, approved=approved)
    progress("solving", 0.3)
    planned = solve_posed(posed, SOLVERS.make(scenario.solver), progress=progress)
    progress("plan ready", 1.0)
    return planned


def pose_plan(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    approved: Sequence[Keep] = (),
    last_approved: date | None = None,
) -> Posed:
    """Every offer valued, every limit looked up; InputError lists every name that the shop does not know.

    `last_approved` is the last week of the approved plan, where that is known (see `PlanFacts`).
    """
    assumed, first_week = scenario.assumptions, demand.response.weeks[0]
    economics, n_assumed = economics_of(demand.panel, tables, assumed, currency=currency, on=first_week)
    on = mechanics_of(scenario.mechanics, demand.panel, tables, price=economics.price, currency=currency)
    offers = offer_catalogue([depth for depth in scenario.depths if depth > 0], list(on), currency=currency)
    by_profit, response = pose(demand, economics, offers, price_ending=scenario.price_ending, on=on)
    facts = PlanFacts(
        by_profit, response, demand.response, demand.panel, tables, currency, tuple(approved), last_approved
    )
    constraints = limits_of(scenario.limits, facts)
    objective = objective_for(scenario.objective, facts)
    problem = by_profit if objective is PROFIT else pursue(by_profit, response, objective)
    return Posed(scenario, problem, by_profit, tuple(constraints), facts, n_assumed)


MOST_ROUNDS = 8
"""In which a plan is improved; few need as many."""


def solve_posed(
    posed: Posed,
    solver: Solver,
    *,
    starts: Sequence[Ints] = (),
    most_rounds: int = MOST_ROUNDS,
    progress: Progress = silent,
) -> PlannedPromotions:
    """The plan that `solver` finds, made better by what it truly adds; averse to risk if the scenario is.

    It is no worse than the best of the plans (n, T) in `starts` that keep the limits.
    """
    problem, constraints, economics = posed.problem, list(posed.constraints), posed.by_profit.economics
    luck = None
    if posed.scenario.risk is None:
        by_pairs = solver.solve(problem, constraints)
        solution = truly_best(posed.truth, constraints, by_pairs, solver, starts=starts, most_rounds=most_rounds)
    else:
        started = Started(solver, tuple(starts))
        luck = plan_with_risk(
            problem,
            posed.response,
            RiskAversion(posed.scenario.risk.weight, 1.0 - posed.scenario.risk.tail),
            lambda under_other_chances: started.solve(under_other_chances, constraints),
            penalty=lambda choice: given_up(problem, constraints, choice),
            progress=lambda what, share: progress(what, 0.3 + 0.7 * share),
        )
        solution = by_pairs = luck.solution
    broken = violations(constraints, problem, solution.choice)
    assert not broken, f"the solver {posed.scenario.solver!r} broke its limits: {broken[:3]}"
    per_major = 10 ** exponent(posed.facts.currency)
    table = tabulate(problem, posed.response, solution.choice, minor_per_major=per_major)
    return PlannedPromotions(
        plan=PromotionPlan(problem, posed.constraints, solution, table),
        by_profit=posed.by_profit,
        by_pairs=by_pairs,
        profit_minor=replace(posed.truth, problem=posed.by_profit).objective(solution.choice),
        response=posed.response,
        economics=economics,
        n_costs_assumed=posed.n_costs_assumed,
        soft=soft_outcomes(constraints, problem, solution.choice),
        below_cost=tuple(np.array(problem.skus, dtype=object)[economics.price < economics.unit_cost].tolist()),
        luck=luck,
    )


def check_scenario(scenario: Scenario, *, currency: str) -> None:
    """InputError listing what can be known to be wrong with the scenario before anything slow runs."""
    mistakes = []
    for name, amount in _amounts(scenario):
        try:
            Money.parse(str(amount), currency)
        except InputError as error:
            mistakes.append(f"{name}: {error}")
    for i, rule in enumerate(scenario.mechanics):
        try:
            rule.mechanic(currency)
        except InputError as error:
            mistakes += [f"mechanics.{i}: {problem}" for problem in error.problems]
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
    demand: DemandForecast,
    economics: Economics,
    offers: tuple[Offer, ...],
    *,
    price_ending: int | None,
    on: Mapping[Mechanic, MechanicOffers] | None = None,
) -> tuple[PlanningProblem, OfferResponse]:
    """Every offer for every product and week, at prices a shelf label can show.

    `on` is what each mechanic of the offers comes to (see `terms_of`). Mechanics that are given a limited number of
    times last for the share of a week's units that is worked out from sales as if they lasted for all.
    """
    panel, r = demand.panel, demand.response
    terms = terms_of(offers, economics.price, skus=panel.skus, price_ending=price_ending, on=on)
    display = np.outer(r.display_reach, [offer.on_display for offer in offers])
    mailer = np.outer(r.mailer_reach, [offer.in_mailer for offer in offers])
    gain = _each(r.gain, terms, display, mailer)
    if terms.is_limited:
        units = r.baseline.mean(axis=0)[:, :, None] * (1.0 + gain.mean(axis=0))[:, None, :]
        terms = terms.lasting(terms.served(units))
        gain = _each(r.gain, terms, display, mailer)
    response = OfferResponse(
        baseline=r.baseline,
        gain=gain,
        switching=_each(r.switching_of, terms, display, mailer),
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
        terms=terms,
        display=display,
        mailer=mailer,
    )
    return problem, response


def _each(answer: Callable[..., Floats], terms: Terms, display: Floats, mailer: Floats) -> Floats:
    """What demand answers to each offer on its own, (D, n, K); `answer` takes depth, display and mailer."""
    felt = terms.felt_depth
    return np.stack([answer(felt[:, k], display[:, k], mailer[:, k]) for k in range(felt.shape[1])], axis=2)


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
