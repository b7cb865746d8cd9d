"""A shop of simulated people that is learnt from, planned for, lives its plan, and is learnt from again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, learn_demand
from dealwright.app.demand.read_panel import read_panel
from dealwright.app.plan.plan_promotions import pose_plan, solve_posed
from dealwright.app.plan.simulate_plan import money_draws, offers_of
from dealwright.app.ports import Tables
from dealwright.core.estimate import Estimate
from dealwright.core.period import WEEK, Grain
from dealwright.data import columns as c
from dealwright.demand.features import Offers
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import Milp
from dealwright.plan.value import Economics
from dealwright.simulate.observe import frames, products_frame
from dealwright.simulate.offers import Calendar
from dealwright.simulate.run import Shop, live_history
from dealwright.simulate.setup import Setup
from dealwright.simulate.shopper import make_people
from dealwright.simulate.world import make_world
from plan_truth_judge import LEVEL, profit_of
from plan_truth_shop import PeopleTruth
from plan_truth_ways import CURRENCY, PER_MAJOR

Floats = NDArray[np.float64]

COUNTRY = "US"
WEEKS_AFTER = 6
"""In which shoppers eat up what they bought ahead."""
N_FUTURES = 4
SCENARIO = Scenario.read(
    """
weeks: 8
depths: [0.1, 0.2, 0.3, 0.4]
n_draws: 200
limits: {display_slots: 4, mailer_slots: 4}
assumptions: {display_cost: 20, mailer_cost: 15}
"""
)
"""Depths that the shop has used before; support costs of a shop that sells for some 7,000 a week."""
SOLVER = Milp(node_limit=40, most_rounds=0)
"""The plan is found early; the rest of a solver's time goes into proving it."""
PERIOD = SCENARIO.weeks
SETUP = Setup(
    n_shoppers=3_000,
    n_products=36,
    n_categories=6,
    n_stores=3,
    n_weeks=39,
    n_future=2 * PERIOD + WEEKS_AFTER,
    n_pairs=2,
    promoted_share=0.05,
)
"""Three quarters of a year of records in which about one week of a product in twenty had a price cut."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is offered in a period's weeks, and what that is promised to add to no promotion, in major units.

    Rows of `offers` and `economics` are in the order of `skus`.
    """

    skus: tuple[str, ...]
    offers: Offers
    economics: Economics
    promised: Estimate

    @property
    def n_promotions(self) -> int:
        """Products and weeks with an offer."""
        o = self.offers
        return int(((o.depth > 0) | (o.display > 0) | (o.mailer > 0)).sum())


def open_shop(setup: Setup, seed: int) -> Shop:
    """Its history, and room for two periods to come."""
    world = make_world(setup, seed)
    return live_history(world, make_people(world), with_lines=True)


def live_on(shop: Shop, plan: Plan) -> Shop:
    """The same people after the plan's weeks: the past as it was, then the plan, then nothing decided yet."""
    world, n_weeks = shop.world, plan.offers.depth.shape[1]
    setup = replace(world.setup, n_weeks=world.setup.n_weeks + n_weeks, n_future=world.setup.n_future - n_weeks)
    lived = PeopleTruth.of(shop, plan.skus, n_futures=0).calendar(plan.offers, n_weeks=n_weeks)
    nothing = Calendar.none(setup.n_products, setup.n_stores, setup.n_future)
    offers = world.offers.between(0, world.setup.n_weeks).then(lived).then(nothing)
    later = live_history(replace(world, setup=setup, offers=offers), shop.people, with_lines=True)
    assert (later.sold[:, :, : world.setup.n_weeks] == shop.sold).all(), "the same dice make the same past"
    return later


def tables_of(shop: Shop) -> Tables:
    """What the shop's own records hold."""
    return MemoryTables(frames(shop))


def learn(tables: Tables, *, n_weeks: int, seed: int) -> DemandForecast:
    """What the records teach of the `n_weeks` weeks that follow them."""
    history = read_panel(tables, SCENARIO.scope, grain=Grain())
    weeks = [history.panel.starts[-1] + (k + 1) * WEEK for k in range(n_weeks)]
    return learn_demand(history, weeks, n_draws=SCENARIO.n_draws, country=COUNTRY, seed=seed)


def of_period(demand: DemandForecast, number: int) -> DemandForecast:
    """What is believed of the first (0) or the second (1) period ahead alone."""
    weeks = slice(number * PERIOD, (number + 1) * PERIOD)
    r = demand.response
    return replace(demand, response=replace(r, weeks=r.weeks[weeks], baseline=r.baseline[:, :, weeks]))


def with_levels_of(demand: DemandForecast, other: DemandForecast) -> DemandForecast:
    """The same beliefs about promotions, what sells without them as `other` has it."""
    of = [other.response.skus.index(sku) for sku in demand.response.skus]
    return replace(demand, response=replace(demand.response, baseline=other.response.baseline[:, of]))


def plan(demand: DemandForecast, tables: Tables) -> Plan:
    """The best plan by these beliefs, at the prices and costs that `tables` hold."""
    posed = pose_plan(demand, tables, SCENARIO, currency=CURRENCY)
    planned = solve_posed(posed, SOLVER)
    return with_promise(demand, offers_of(posed.problem, planned.plan.solution.choice), planned.economics)


def with_promise(demand: DemandForecast, offers: Offers, economics: Economics) -> Plan:
    """Offers (n, T) with what they are believed to add."""
    none = Offers.none(*offers.depth.shape)
    with_them, without = (money_draws(demand, each, economics).profit for each in (offers, none))
    gain = Estimate.from_draws((with_them - without) / PER_MAJOR, level=LEVEL)
    return Plan(demand.response.skus, offers, economics, gain)


class Judge:
    """What plans for the weeks after a shop's history truly add to no promotion: the mean of the same futures."""

    def __init__(self, shop: Shop) -> None:
        self._skus = tuple(map(str, products_frame(shop)[c.SKU]))
        self._truth = PeopleTruth.of(_next_only(shop), self._skus, n_futures=N_FUTURES)

    @cached_property
    def _undisturbed(self) -> Floats:
        """Packs (n, T + weeks after) without any promotion."""
        return self._truth.units(Offers.none(len(self._skus), PERIOD))

    def gain(self, plan: Plan) -> float:
        """Major units."""
        order = np.array([self._skus.index(sku) for sku in plan.skus])
        truth, none = replace(self._truth, order=order), Offers.none(*plan.offers.depth.shape)
        lived = profit_of(truth.units(plan.offers), truth.charged(plan.offers), plan.offers, plan.economics)
        return lived - profit_of(self._undisturbed[order], none.depth, none, plan.economics)


def _next_only(shop: Shop) -> Shop:
    """With no more future than a period and the weeks after."""
    world = shop.world
    setup = replace(world.setup, n_future=PERIOD + WEEKS_AFTER)
    n = setup.n_all_weeks
    cut = {
        name: getattr(world, name)[:, :n] for name in ("regular", "competitor", "unit_cost", "appetite", "fancy")
    }
    return replace(
        shop, world=replace(world, setup=setup, starts=world.starts[:n], offers=world.offers.between(0, n), **cut)
    )
