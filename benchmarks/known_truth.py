"""How honest the numbers are: shops whose demand is known, planned from their sales, judged by the truth.

Every shop is learnt, planned and simulated as a real one is; then the promotions that were chosen are valued with
the demand that made the sales. Two families: products alike (only chance misleads), and products that differ,
whose sales are overdispersed and partly pulled forward (the planner may fall for lucky products).

Run with: python benchmarks/known_truth.py [number of seeds]
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from dealwright.adapters.memory import MemoryTables
from dealwright.app.forecast_demand import DemandForecast, coming_weeks, learn_demand
from dealwright.app.plan_facts import PlanFacts
from dealwright.app.plan_limits import limits_of
from dealwright.app.plan_promotions import economics_of, pose
from dealwright.app.read_panel import History
from dealwright.app.simulate_plan import last_pattern, offers_of, simulate_plan
from dealwright.demand.choice import Choice
from dealwright.demand.features import Offers
from dealwright.plan.problem import offer_catalogue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import Greedy, Milp
from dealwright.plan.value import Economics

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from known_shop import KnownShop, Truth, make_shop

Floats = NDArray[np.float64]

N_SEEDS = 20
LEVEL = 0.8
PER_MAJOR = 100
NODES = 20
"""Few nodes, one round: the plan is found early, the rest of the solver's time goes into proving it."""
SCENARIO = Scenario.read("limits: {display_slots: 4, mailer_slots: 4}")
FAMILIES = {
    "alike": Truth(elasticity=2.5, switching=0.4),
    "differ": Truth(elasticity=2.3, elasticity_spread=0.6, switching=0.35, pull_forward=0.1, dispersion=2.0),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One shop: which intervals held the truth, and money in major units, claimed and true.

    `elasticity_held`, `baseline_held` are per product; `true_profit` by way to choose promotions, against none.
    """

    elasticity_held: NDArray[np.bool_]
    baseline_held: NDArray[np.bool_]
    claimed: float
    low: float
    high: float
    true_profit: dict[str, float]

    @property
    def profit_held(self) -> bool:
        """Whether the plan's interval of extra profit holds what it truly earns."""
        return self.low <= self.true_profit["plan"] <= self.high


def learn(shop: KnownShop, *, seed: int) -> DemandForecast:
    """What `forecast_demand` does once sales are laid out."""
    panel = shop.panel
    listed = replace(panel, list_value=np.where(panel.units > 0, panel.units * panel.price, np.nan))
    weeks = coming_weeks(panel, SCENARIO, first_weekday=0)
    history = History(panel, listed, Choice(), left_out={}, n_stock_out_periods=0)
    return learn_demand(history, weeks, n_draws=SCENARIO.n_draws, country="US", seed=seed)


def true_profit(shop: KnownShop, offers: Offers, economics: Economics) -> float:
    """Expected profit of the weeks and of the one after, which pays for what was pulled forward."""
    rest = Offers.none(len(shop.level), 1)
    depth, display, mailer = (
        np.concatenate([getattr(offers, name), getattr(rest, name)], axis=1)
        for name in ("depth", "display", "mailer")
    )
    units = shop.mean_units(Offers(depth, display, mailer))
    support = economics.vehicle_cost(display, mailer).sum()
    return float(((economics.margin(depth) * units).sum() - support) / PER_MAJOR)


def trial(truth: Truth, seed: int) -> Trial:
    """Learn, plan and judge one shop."""
    shop = make_shop(n=24, n_categories=4, n_weeks=78, base=40.0, truth=truth, seed=seed)
    demand = learn(shop, seed=seed)
    economics, _ = economics_of(
        shop.panel, MemoryTables({}), SCENARIO.assumptions, currency="EUR", on=demand.response.weeks[0]
    )
    problem, offers = pose(demand, economics, offer_catalogue(SCENARIO.depths), price_ending=SCENARIO.price_ending)
    facts = PlanFacts(problem, offers, demand.response, shop.panel, MemoryTables({}), "EUR")
    limits = limits_of(SCENARIO.limits, facts)
    chosen = {
        "plan": Milp(node_limit=NODES, most_rounds=0).solve(problem, limits).choice,
        "greedy": Greedy().solve(problem, limits).choice,
    }
    outcomes = simulate_plan(demand, problem, chosen["plan"], economics, minor_per_major=PER_MAJOR)
    claimed = next(outcome.extra_profit for outcome in outcomes if outcome.code == "plan")
    ways = {name: offers_of(problem, choice) for name, choice in chosen.items()}
    ways["last"] = next(iter(last_pattern(demand).values()))
    none = true_profit(shop, Offers.none(*problem.shape[:2]), economics)
    totals = demand.response.baseline.sum(axis=2)
    return Trial(
        elasticity_held=_held(demand.response.elasticity, shop.elasticity),
        baseline_held=_held(totals, shop.level * problem.shape[1]),
        claimed=claimed.value,
        low=claimed.low,
        high=claimed.high,
        true_profit={name: true_profit(shop, offers, economics) - none for name, offers in ways.items()},
    )


def _held(draws: Floats, truth: Floats) -> NDArray[np.bool_]:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return np.asarray((low <= truth) & (truth <= high))


def interval(values: Sequence[float]) -> str:
    """Mean over seeds with its 80 % confidence interval (Student's t)."""
    mean, half = np.mean(values), stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values)
    return f"{mean:9,.1f} ({mean - half:,.1f} to {mean + half:,.1f})"


def report(name: str, trials: list[Trial]) -> None:
    """The family's table."""
    print(f"products {name}: {len(trials)} seeds; 80 % intervals that hold the truth:")
    print(f"    elasticities        {np.mean([t.elasticity_held for t in trials]):.3f}")
    print(f"    4-week baselines    {np.mean([t.baseline_held for t in trials]):.3f}")
    print(f"    plan's extra profit {np.mean([t.profit_held for t in trials]):.3f}")
    print("  extra profit against no promotion, mean of seeds (80 % confidence):")
    print(f"    plan, claimed       {interval([t.claimed for t in trials])}")
    for way in trials[0].true_profit:
        print(f"    {way + ', true':20}{interval([t.true_profit[way] for t in trials])}")
    print(f"    claimed less true   {interval([t.claimed - t.true_profit['plan'] for t in trials])}")
    for way in ("greedy", "last"):
        better = [t.true_profit["plan"] - t.true_profit[way] for t in trials]
        print(f"    plan less {way:10}{interval(better)}, better on {sum(gap > 0 for gap in better)} seeds")
    print(f"    plan better than none on {sum(t.true_profit['plan'] > 0 for t in trials)} seeds")


def main(n_seeds: int) -> None:
    began, started = time.perf_counter(), time.process_time()
    print(f"known truth, {date.today()}")
    for name, truth in FAMILIES.items():
        report(name, [trial(truth, seed) for seed in range(n_seeds)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter() - began, time.process_time() - started
    print(f"{wall:.1f} s wall, {cpu:.1f} s CPU, peak memory {peak / 1024:,.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_SEEDS)
