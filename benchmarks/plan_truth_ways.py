"""Ways to choose promotions from what was learnt of a shop: none, last year's, a uniform cut, planners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promotions import Posed, pose_plan, solve_posed
from dealwright.app.plan.simulate_plan import last_pattern, money_draws, offers_of
from dealwright.app.ports import Tables
from dealwright.demand.features import Offers
from dealwright.plan.constraints import Constraint, MostPromotions
from dealwright.plan.objective import PROFIT
from dealwright.plan.problem import OfferResponse, PlanningProblem, pursue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import SOLVERS, Greedy, Milp, Solution
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CURRENCY = "USD"
PER_MAJOR = 100
UNIFORM_DEPTH = 0.2
OURS = "plan"
GREEDY_KNOWING = "greedy, knowing the truth"
RIVALS = ("none", "last", "uniform", "own only", "greedy")


@dataclass(frozen=True, slots=True)
class Given:
    """What the planner of a shop has: all of it estimated, but for prices, costs and limits."""

    demand: DemandForecast
    posed: Posed

    @classmethod
    def of(cls, demand: DemandForecast, tables: Tables, scenario: Scenario) -> Given:
        """The planning problem as `plan_promotions` poses it."""
        return cls(demand, pose_plan(demand, tables, scenario, currency=CURRENCY))

    @property
    def problem(self) -> PlanningProblem:
        """Every offer, valued by estimates."""
        return self.posed.by_profit

    @property
    def response(self) -> OfferResponse:
        """What demand is thought to answer."""
        return self.posed.response

    @property
    def economics(self) -> Economics:
        """Prices and costs."""
        return self.problem.economics

    @property
    def limits(self) -> list[Constraint]:
        """What every plan must obey."""
        return list(self.posed.constraints)


def best(problem: PlanningProblem, limits: list[Constraint]) -> Solution:
    """What the exact solver chooses, and what no plan exceeds."""
    return Milp().solve(problem, limits)


def chosen(given: Given) -> dict[str, Ints]:
    """Choices (n, T) of the ways that choose among the planner's offers; the same limits for all.

    Ours is what `plan_promotions` makes of the problem.
    """
    problem, response, limits = given.problem, given.response, given.limits
    ours = solve_posed(given.posed, SOLVERS.make(given.posed.scenario.solver)).plan.solution.choice
    own = replace(
        response,
        switching=np.zeros_like(response.switching),
        pull_forward=np.zeros_like(response.pull_forward),
        rival_pull=np.zeros_like(response.rival_pull),
        halo=np.zeros_like(response.halo),
    )
    return {
        OURS: ours,
        "greedy": Greedy().solve(problem, limits).choice,
        "own only": best(pursue(problem, own, PROFIT), limits).choice,
        "uniform": uniform(given, int((ours > 0).sum())),
    }


def uniform(given: Given, n_promotions: int) -> Ints:
    """One cut, no support, for as many items and weeks as the plan has: those that sell best without promotion."""
    problem = given.problem
    depths = np.array([offer.depth for offer in problem.offers])
    is_bare = np.array([not offer.on_display and not offer.in_mailer for offer in problem.offers])
    offer = int(np.argmin(np.abs(depths - UNIFORM_DEPTH) + np.where(is_bare, 0.0, 1.0)))
    value = np.full_like(problem.value, -1.0)
    value[:, :, offer] = given.response.baseline.mean(axis=0)
    limits = [*given.limits, MostPromotions(n_promotions, is_per_week=False)]
    return Greedy().solve(replace(problem, value=value), limits).choice


def all_offers(given: Given, choices: Mapping[str, Ints]) -> dict[str, Offers]:
    """What every way offers, "none" first."""
    return {
        "none": Offers.none(*given.problem.shape[:2]),
        "last": next(iter(last_pattern(given.demand).values())),
        **{name: offers_of(given.problem, choice) for name, choice in choices.items()},
    }


def promised_draws(given: Given, offers: Offers) -> Floats:
    """Draws (D,) of what offers are said to add to the profit of none, in major units."""
    none = Offers.none(*offers.depth.shape)
    with_them, without = (money_draws(given.demand, each, given.economics).profit for each in (offers, none))
    return np.asarray((with_them - without) / PER_MAJOR)
