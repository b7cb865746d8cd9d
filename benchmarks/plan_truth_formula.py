"""Shops whose sales follow a formula: the truth in closed form, the best plan known."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, coming_weeks, learn_demand
from dealwright.app.demand.read_panel import History
from dealwright.app.plan.simulate_plan import offers_of
from dealwright.demand.choice import Choice
from dealwright.demand.features import Offers
from dealwright.plan.objective import PROFIT
from dealwright.plan.problem import OfferResponse, PlanningProblem, pursue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import Greedy
from plan_truth_causes import coefficient_causes
from plan_truth_judge import Judged, judged
from plan_truth_ways import GREEDY_KNOWING, OURS, PER_MAJOR, Given, all_offers, best, chosen

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from known_shop import KnownShop, Truth, make_shop

Floats = NDArray[np.float64]

SCENARIO = Scenario.read("limits: {display_slots: 4, mailer_slots: 4}")
TRUTHS = {
    "alike": Truth(elasticity=2.5, switching=0.4),
    "differ": Truth(elasticity=2.3, elasticity_spread=0.6, switching=0.35, pull_forward=0.1, dispersion=2.0),
}
"""Products alike (only chance misleads), and products that differ, whose sales are overdispersed and partly pulled
forward (the planner may fall for lucky products)."""
HELD_LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class FormulaTruth:
    """A known shop in the weeks to come."""

    shop: KnownShop

    def units(self, offers: Offers) -> Floats:
        """The weeks and the one after, which pays for what was pulled forward."""
        rest = Offers.none(len(self.shop.level), 1)
        depth, display, mailer = (
            np.concatenate([getattr(offers, name), getattr(rest, name)], axis=1)
            for name in ("depth", "display", "mailer")
        )
        return self.shop.mean_units(Offers(depth, display, mailer))

    def charged(self, offers: Offers) -> Floats:
        """As offered."""
        return offers.depth


def judge_formula(truth: Truth, seed: int) -> Judged:
    """Learn, plan and judge one shop."""
    shop = make_shop(n=24, n_categories=4, n_weeks=78, base=40.0, truth=truth, seed=seed)
    demand = learn(shop, seed=seed)
    given = Given.of(demand, MemoryTables({}), SCENARIO)
    choices, known = chosen(given), true_response(shop, given.problem)
    ways = all_offers(given, choices)
    truly = pursue(given.problem, known, PROFIT)
    oracle, greedy = (solve(truly, given.limits) for solve in (best, Greedy().solve))
    ways |= {"oracle": offers_of(truly, oracle.choice), GREEDY_KNOWING: offers_of(truly, greedy.choice)}
    n_weeks = given.problem.shape[1]
    held = {
        "elasticities": _held(demand.response.elasticity, shop.elasticity),
        "baselines": _held(demand.response.baseline.sum(axis=2), shop.level * n_weeks),
    }
    made = judged(seed, given, FormulaTruth(shop), ways, choices[OURS], held)
    causes = coefficient_causes(given, choices[OURS], known, promised=made.expected, true=made.gains[OURS])
    return replace(made, causes={**causes, "taken off": 0.0 - made.flattery}, most=oracle.bound / PER_MAJOR)


def learn(shop: KnownShop, *, seed: int) -> DemandForecast:
    """What `forecast_demand` does once sales are laid out."""
    panel = shop.panel
    listed = replace(panel, list_value=np.where(panel.units > 0, panel.units * panel.price, np.nan))
    weeks = coming_weeks(panel, SCENARIO, first_weekday=0)
    history = History(panel, listed, Choice(), left_out={}, n_stock_out_periods=0)
    return learn_demand(history, weeks, n_draws=SCENARIO.n_draws, country="US", seed=seed)


def true_response(shop: KnownShop, problem: PlanningProblem) -> OfferResponse:
    """One draw: the truth."""
    n, n_weeks, _ = problem.shape
    truth, category_of = shop.truth, shop.panel.category_of
    total = np.bincount(category_of, weights=shop.level)
    lift = (
        shop.elasticity[:, None] * -np.log1p(-problem.terms.felt_depth)
        + truth.display * problem.display
        + truth.mailer * problem.mailer
    )
    return OfferResponse(
        baseline=np.repeat(shop.level[:, None], n_weeks, axis=1)[None],
        gain=np.expm1(lift)[None],
        switching=np.full((1, n), truth.switching),
        pull_forward=np.full((1, n), truth.pull_forward),
        rival_pull=np.zeros((1, n)),
        shares=shop.level / total[category_of],
        rest_shares=np.zeros(len(total)),
        category_of=category_of,
        halo=np.zeros((len(total), len(total))),
    )


def _held(draws: Floats, truth: Floats) -> float:
    low, high = np.quantile(draws, [(1 - HELD_LEVEL) / 2, (1 + HELD_LEVEL) / 2], axis=0)
    return float(((low <= truth) & (truth <= high)).mean())
