"""A shop of simulated people: learnt from its records, planned, and lived on under every plan.

Nobody there knows an elasticity, so nothing is true by the estimator's own formula. The shop keeps its prices and
costs as they are when the plan is made; what nobody could know then (who comes, what they fancy, what the rival
promotes) differs from future to future, and what a plan earns is the mean over the same futures for all plans.
"""

from __future__ import annotations

from dataclasses import replace

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import forecast_demand
from dealwright.plan.scenario import Scenario
from dealwright.simulate.observe import frames
from dealwright.simulate.run import run_shop
from dealwright.simulate.setup import Setup
from plan_truth_alone import Quiet
from plan_truth_causes import single_causes
from plan_truth_judge import Judged, judged
from plan_truth_oracle import improved
from plan_truth_shop import PeopleTruth
from plan_truth_ways import OURS, Given, all_offers, chosen

COUNTRY = "US"
WEEKS_AFTER = 8
"""In which shoppers eat up what they bought ahead."""
SCENARIO = Scenario.read(
    """
weeks: 4
depths: [0.1, 0.2, 0.3, 0.4]
limits: {display_slots: 4, mailer_slots: 4}
assumptions: {display_cost: 20, mailer_cost: 15}
"""
)
"""Depths that the shop has used before; support costs of a shop that sells for some 15,000 a week."""
SETUP = Setup(
    n_shoppers=4_000,
    n_products=36,
    n_categories=6,
    n_stores=3,
    n_weeks=104,
    n_future=SCENARIO.weeks + WEEKS_AFTER,
    n_pairs=2,
)


def judge_people(seed: int) -> Judged:
    """Live, record, learn, plan and live on."""
    shop = run_shop(SETUP, seed=seed, with_lines=True)
    tables = MemoryTables(frames(shop))
    demand = forecast_demand(tables, SCENARIO, country=COUNTRY, seed=seed)
    given = Given.of(demand, tables, SCENARIO)
    truth = PeopleTruth.of(shop, given.problem.skus)
    quiet = Quiet(given.problem, truth)
    choices = chosen(given)
    ways = all_offers(given, choices)
    ways["oracle"] = improved(given, truth, quiet, choices, seed=seed)
    shop_judged = judged(seed, given, truth, ways, choices[OURS])
    alone = quiet.every(choices[OURS])
    expected, true = shop_judged.expected, shop_judged.gains[OURS]
    causes = single_causes(given, choices[OURS], alone, promised=expected, true=true)
    return replace(shop_judged, causes={**causes, "taken off": 0.0 - shop_judged.flattery})
