"""From a shop's tables to a plan: the whole middle of the loop on a small shop that is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import forecast_demand
from dealwright.app.plan.explain_promotion import explain_promotion, why_not
from dealwright.app.plan.plan_promotions import plan_promotions
from dealwright.app.plan.plan_truth import TrueWorth
from dealwright.app.plan.simulate_plan import simulate_plan
from dealwright.app.run_loop import LoopResult, run_loop
from dealwright.app.summarise import summarise
from dealwright.core.errors import InfeasibleError, InputError
from dealwright.data import columns as c
from dealwright.plan.offered import shelf_depth
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

SCENARIO = Scenario.read("n_draws: 100\nlimits: {display_slots: 3, mailer_slots: 3, budget: 300}")


QUICK = Scenario.read("n_draws: 100\nsolver: greedy\nlimits: {display_slots: 3, mailer_slots: 3, budget: 300}")


def known_frames(**changes: Any) -> dict[str, pd.DataFrame]:
    return make_frames(make_panel(n=8, n_weeks=60, n_categories=2, base=30.0, **changes))


@pytest.fixture(scope="module")
def tables() -> MemoryTables:
    return MemoryTables(known_frames())


@pytest.fixture(scope="module")
def result(tables: MemoryTables) -> LoopResult:
    return run_loop(tables, SCENARIO, currency="EUR", country="DE", seed=3)


def test_the_plan_keeps_its_limits_and_its_bound(result: LoopResult) -> None:
    plan = result.planned.plan
    assert len(plan.table) > 0
    assert result.planned.by_pairs.gap <= 1e-3
    assert plan.solution.bound >= plan.solution.objective
    assert plan.table["spend"].sum() <= 300
    by_week = plan.table.groupby("week")
    assert (by_week["on_display"].sum() <= 3).all()
    assert (by_week["in_mailer"].sum() <= 3).all()
    assert plan.table["week"].min() > result.demand.panel.starts[-1]


@pytest.mark.parametrize("additivity", [0.0, 0.3, 1.0])
def test_the_plan_promises_what_its_simulation_says_it_earns_whether_losses_add_up_or_not(
    tables: MemoryTables, result: LoopResult, additivity: float
) -> None:
    demand = replace(result.demand, response=replace(result.demand.response, additivity=additivity))
    planned = plan_promotions(demand, tables, SCENARIO, currency="EUR")
    plan, choice = planned.plan, planned.plan.solution.choice
    outcomes = simulate_plan(demand, plan.problem, choice, planned.economics, minor_per_major=100)
    simulated = {outcome.code: outcome.extra_profit.value for outcome in outcomes}["plan"]
    assert planned.profit_minor / 100 == pytest.approx(simulated, rel=1e-9)
    assert plan.solution.objective == planned.profit_minor <= plan.solution.bound


def test_where_people_leave_in_proportion_promotions_that_meet_are_worth_less_than_one_by_one(
    tables: MemoryTables, result: LoopResult
) -> None:
    leaving = replace(result.demand.response, additivity=0.0)
    planned = plan_promotions(replace(result.demand, response=leaving), tables, SCENARIO, currency="EUR")
    assert planned.profit_minor / 100 < planned.plan.table["profit"].sum()


def test_a_plan_is_truly_worth_at_least_as_much_as_the_one_the_solver_made_pair_by_pair(result: LoopResult) -> None:
    planned = result.planned
    truth = TrueWorth(result.demand.response, planned.response, planned.plan.problem)
    assert planned.plan.solution.objective >= truth.objective(planned.by_pairs.choice)


def test_the_plan_earns_more_than_last_years_pattern(result: LoopResult) -> None:
    profit = {outcome.code: outcome.extra_profit.value for outcome in result.outcomes}
    assert profit["plan"] > max(profit["none"], profit["last_year"])


def test_the_same_seed_gives_the_same_plan(tables: MemoryTables, result: LoopResult) -> None:
    again = run_loop(tables, SCENARIO, currency="EUR", country="DE", seed=3)
    pd.testing.assert_frame_equal(again.planned.plan.table, result.planned.plan.table)
    assert summarise(again) == summarise(result)


def test_the_parts_of_every_promotion_sum_to_its_profit(result: LoopResult) -> None:
    for row in result.planned.plan.table.itertuples():
        told = explain_promotion(result.planned, str(row.promotion_id), minor_per_major=100)
        assert sum(part.value for _, part in told.parts) == pytest.approx(told.profit.value)
        assert told.profit.value == pytest.approx(row.profit)
        assert all(profit <= told.profit.value + 50 for _, profit in told.alternatives)


def test_every_product_says_why_it_is_or_is_not_promoted(result: LoopResult) -> None:
    plan = result.planned.plan
    for sku in plan.problem.skus:
        told = why_not(result.planned, sku, minor_per_major=100)
        is_promoted = sku in set(plan.table["sku"])
        assert (told["code"] == "promoted") == is_promoted


def test_an_unknown_promotion_names_the_nearest(result: LoopResult) -> None:
    with pytest.raises(InputError, match="no promotion is called 'P-01'; did you mean 'P-0"):
        explain_promotion(result.planned, "P-01", minor_per_major=100)


def test_the_summary_is_plain_json_and_says_what_was_assumed(result: LoopResult) -> None:
    document = summarise(result)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert {item["code"] for item in document["assumptions"]} >= {"cost", "funding", "support", "stock"}
    parts = document["decomposition"]
    total = np.array(parts["baseline"]) + parts["uplift"] - np.array(parts["cannibalised"])
    total += np.array(parts["unexplained"]) - np.array(parts["pulled_forward"])
    assert total == pytest.approx(np.array(parts["actual"]))


def test_known_costs_are_used_and_not_called_assumed(tables: MemoryTables) -> None:
    frames = known_frames()
    frames["costs"] = pd.DataFrame(
        {c.SKU: frames["products"][c.SKU], c.STARTS_ON: date(2022, 1, 3), c.UNIT_COST: 123}
    )
    demand = forecast_demand(MemoryTables(frames), SCENARIO, country="DE", seed=3)
    planned = plan_promotions(demand, MemoryTables(frames), QUICK, currency="EUR")
    assert planned.n_costs_assumed == 0
    assert planned.economics.unit_cost.tolist() == [123.0] * 8
    assumed = plan_promotions(demand, tables, QUICK, currency="EUR")
    assert assumed.n_costs_assumed == 8
    assert assumed.economics.unit_cost.tolist() == [350.0] * 8


def test_counted_stock_is_used_and_the_rest_is_assumed() -> None:
    frames = known_frames()
    frames["stock"] = pd.DataFrame(
        {c.SKU: ["sku-0"], c.COUNTED_ON: [date(2023, 2, 27)], c.UNITS: [77], c.STORE: ["1"]}
    )
    result = run_loop(MemoryTables(frames), QUICK, currency="EUR", country="DE", seed=3)
    assert result.supply.n_counted == 1
    assert result.supply.supply.opening_units[result.planned.plan.problem.skus.index("sku-0")] == 77


def test_a_shop_without_catalogue_customers_and_promotion_list_still_gets_a_plan() -> None:
    sales = known_frames()["sales"].drop(columns=[c.CUSTOMER, c.STORE])
    result = run_loop(MemoryTables({"sales": sales}), QUICK, currency="EUR", country="DE", seed=3)
    assert result.customers is None
    assert "names its customer" in result.why_no_customers
    assert result.planned.plan.problem.categories == ("uncategorised",)
    assert not result.planned.plan.table["on_display"].any()
    assert summarise(result)["customers"] is None


def test_who_asks_for_the_plan_alone_gets_the_same_plan() -> None:
    shop = MemoryTables(known_frames())
    whole = run_loop(shop, QUICK, currency="EUR", country="DE", seed=3)
    alone = run_loop(shop, QUICK, currency="EUR", country="DE", seed=3, is_about_customers=False)
    assert whole.customers is not None
    assert (alone.customers, alone.known_customers, alone.why_no_customers) == (None, None, "")
    pd.testing.assert_frame_equal(alone.planned.plan.table, whole.planned.plan.table)


def test_promoted_prices_end_as_the_shop_writes_them_and_are_never_above_what_was_promised() -> None:
    depth = shelf_depth(np.array([499.0, 1000.0]), np.array([0.0, 0.2, 0.5]), price_ending=9)
    prices = np.array([[499.0], [1000.0]]) * (1 - depth)
    assert prices == pytest.approx(np.array([[499, 399, 249], [1000, 799, 499]]))
    assert shelf_depth(np.array([5.0]), np.array([0.5]), price_ending=9)[0, 0] == pytest.approx(0.6)
    assert shelf_depth(np.array([1000.0]), np.array([0.2]), price_ending=None)[0, 0] == pytest.approx(0.2)


def test_a_product_sold_but_not_in_the_catalogue_is_planned_as_uncategorised() -> None:
    frames = known_frames()
    frames["products"] = frames["products"].iloc[1:]
    demand = forecast_demand(MemoryTables(frames), SCENARIO, country="DE", seed=3)
    assert "uncategorised" in demand.panel.categories
    assert "sku-0" in demand.panel.skus


def test_one_single_order_line_is_too_little_and_says_what_is_needed() -> None:
    line = known_frames()["sales"].head(1)
    with pytest.raises(InputError, match=r"the sales cover no whole week .*; import a longer history"):
        forecast_demand(MemoryTables({"sales": line}), SCENARIO, country="DE", seed=3)


def test_if_no_product_is_left_to_plan_the_reasons_are_counted(tables: MemoryTables) -> None:
    scenario = Scenario.read("scope: {excluded_categories: [category 0], least_selling_weeks: 61}")
    with pytest.raises(
        InputError, match=r"none of the 8 products .*: 4 excluded by the scenario, 4 sold in too few"
    ):
        forecast_demand(tables, scenario, country="DE", seed=3)


def test_a_misspelled_name_in_the_scope_is_refused_rather_than_planned(tables: MemoryTables) -> None:
    scenario = Scenario.read("scope: {excluded_categories: [categori 0], excluded_departments: [FUEL]}")
    with pytest.raises(InputError) as refusal:
        forecast_demand(tables, scenario, country="DE", seed=3)
    assert refusal.value.problems == (
        "scope of the scenario: no department is called 'FUEL'; Allowed: none",
        "scope of the scenario: no category is called 'categori 0'; did you mean 'category 0'? "
        "Allowed: category 0, category 1",
    )


def test_what_is_wrong_with_a_scenario_is_told_before_anything_slow_runs() -> None:
    scenario = Scenario.read(
        "solver: mipl\nlimits: {budget: 0.005}\nassumptions: {display_cost: 1.005, mailer_cost: 1.5}"
    )
    with pytest.raises(InputError) as refusal:
        run_loop(MemoryTables({}), scenario, currency="JPY", country="JP", seed=3)
    assert refusal.value.problems == (
        "assumptions.display_cost: '1.005' is not a whole number of JPY minor units",
        "assumptions.mailer_cost: '1.5' is not a whole number of JPY minor units",
        "limits.budget: '0.005' is not a whole number of JPY minor units",
        "solver: no solver is called 'mipl'; did you mean 'milp'? Allowed: columns, greedy, milp",
    )


def test_a_shop_that_never_promoted_is_told_so() -> None:
    frames = known_frames(promoted_share=0.0)
    with pytest.raises(InputError, match="no product ever changed its price"):
        forecast_demand(MemoryTables({"sales": frames["sales"]}), SCENARIO, country="DE", seed=3)


def test_contradicting_limits_name_the_conflict(tables: MemoryTables) -> None:
    demand = forecast_demand(tables, SCENARIO, country="DE", seed=3)
    week = demand.response.weeks[0]
    contradiction = Scenario.read(
        f"limits: {{blackout: [{{skus: [sku-1]}}], must_run: [{{sku: sku-1, week: {week}, least_depth: 0.1}}]}}"
    )
    with pytest.raises(InfeasibleError, match="contradict one another") as caught:
        plan_promotions(demand, tables, contradiction, currency="EUR")
    assert len(caught.value.conflict) == 2


def test_a_plan_for_weeks_already_sold_is_refused(tables: MemoryTables) -> None:
    late = Scenario.read("start: 2022-05-02")
    with pytest.raises(InputError, match="the plan cannot start on 2022-05-02: sales end in the week of"):
        forecast_demand(tables, late, country="DE", seed=3)


def test_a_week_cut_off_by_the_end_of_the_data_is_not_taken_for_a_bad_week() -> None:
    frames = known_frames()
    last = frames["sales"][c.SOLD_AT].max().normalize()
    cut = frames["sales"][frames["sales"][c.SOLD_AT] < last - timedelta(days=3)]
    demand = forecast_demand(MemoryTables({**frames, "sales": cut}), SCENARIO, country="DE", seed=3)
    assert len(demand.panel.starts) == 59
