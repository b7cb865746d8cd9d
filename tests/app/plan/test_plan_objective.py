"""What a scenario's objective comes to in a shop: customers from its orders, stock from its counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.plan.plan_facts import PlanFacts
from dealwright.app.plan.plan_objective import objective_for
from dealwright.app.plan.plan_promotions import PlannedPromotions, plan_promotions, pose_plan
from dealwright.app.plan.simulate_plan import money_draws, plan_money
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.demand.features import Offers
from dealwright.plan.objective import PROFIT, Basis, Worth
from dealwright.plan.risk import cvar
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from known_demand import SCENARIO, known_demand, known_tables
from known_shop import make_frames, make_panel

GREEDY = changed(SCENARIO, ["solver=greedy"])


@pytest.fixture(scope="module")
def facts() -> PlanFacts:
    return pose_plan(known_demand(), known_tables(), GREEDY, currency="EUR").facts


def worth(facts: PlanFacts, **weights: float) -> Worth:
    problem, r = facts.problem, facts.offers
    return objective_for(weights, facts).worth(Basis(problem.economics, problem.terms, r.category_of, r.shares))


def planned(scenario: Scenario) -> PlannedPromotions:
    return plan_promotions(known_demand(), known_tables(), scenario, currency="EUR")


def test_profit_alone_is_the_plain_objective(facts: PlanFacts) -> None:
    assert objective_for({"profit": 1.0}, facts) is PROFIT


def test_a_unit_of_weight_one_counts_for_one_euro_and_not_for_one_cent(facts: PlanFacts) -> None:
    assert worth(facts, units=0.25).regular.tolist() == [25.0] * 6
    both = worth(facts, profit=1.0, units=0.25)
    assert both.regular == pytest.approx(facts.problem.economics.regular_margin + 25.0)


def test_a_customer_is_as_many_units_as_an_order_holds_on_average(facts: PlanFacts) -> None:
    sales = known_tables().table("sales").to_pandas()
    of_one = sales[sales[c.SKU] == "sku-1"]
    each = of_one[c.QUANTITY].sum() / of_one[c.ORDER].nunique()
    row = facts.problem.skus.index("sku-1")
    assert worth(facts, customers=1.0).regular[row] == pytest.approx(100.0 / each)


def test_only_stock_that_will_not_sell_anyway_is_to_be_cleared(facts: PlanFacts) -> None:
    counts = pd.DataFrame(
        {c.SKU: ["sku-0", "sku-1"], c.COUNTED_ON: date(2023, 2, 27), c.UNITS: [100_000, 1], c.STORE: "1"}
    )
    frames = make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0))
    stocked = replace(facts, tables=MemoryTables({**frames, "stock": counts}))
    spared = dict(zip(facts.problem.skus, worth(stocked, clearance=1.0).regular.tolist(), strict=True))
    assert spared == {**dict.fromkeys(spared, 0.0), "sku-0": 350.0}
    nothing_left = MemoryTables({**frames, "stock": counts.tail(1)})
    with pytest.raises(
        InputError, match="objective clearance: no planned product has more in stock than will sell"
    ):
        worth(replace(facts, tables=nothing_left), clearance=1.0)


def test_an_objective_whose_table_is_missing_names_it(facts: PlanFacts) -> None:
    with pytest.raises(InputError, match="objective clearance: needs the table 'stock'"):
        objective_for({"clearance": 1.0, "profit": 1.0}, facts)


def test_a_plan_for_units_sells_more_and_its_profit_is_still_told_in_money() -> None:
    for_profit, for_units = planned(GREEDY), planned(changed(GREEDY, ["objective=units"]))

    def sold(plan: PlannedPromotions) -> float:
        money = plan_money(known_demand(), plan.by_profit, plan.plan.solution.choice, plan.economics)
        return float(money.units.mean())

    assert sold(for_units) > sold(for_profit)
    assert for_units.profit_minor < for_profit.profit_minor
    choice, economics = for_units.plan.solution.choice, for_units.economics
    money = plan_money(known_demand(), for_units.by_profit, choice, economics)
    without = money_draws(known_demand(), Offers.none(*choice.shape), economics)
    assert for_units.profit_minor == pytest.approx((money.profit - without.profit).mean())


def test_a_plan_that_fears_bad_luck_is_judged_by_mean_and_worst_draws() -> None:
    plan = planned(changed(GREEDY, ["risk={weight: 0.5, tail: 0.2}"]))
    draws = plan.plan.problem.objective_draws(plan.response, plan.plan.solution.choice)
    expected = 0.5 * draws.mean() + 0.5 * cvar(draws, 0.8)
    assert plan.plan.solution.objective == pytest.approx(expected)
    assert plan.luck is not None
    assert plan.luck.profile.cvar == pytest.approx(np.sort(draws)[:20].mean())
    assert planned(GREEDY).luck is None
