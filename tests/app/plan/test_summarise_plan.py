"""The plan's part of the summary: soft limits, prices of limits that count money, what a person checks first."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.plan.plan_promotions import PlannedPromotions, plan_promotions
from dealwright.app.plan.summarise_plan import plan_document
from dealwright.app.run_loop import run_loop
from dealwright.app.summarise import summarise
from dealwright.data import columns as c
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from known_demand import SCENARIO, known_demand, known_tables
from known_shop import make_frames, make_panel


def plan(scenario: Scenario) -> PlannedPromotions:
    return plan_promotions(known_demand(), known_tables(), scenario, currency="EUR")


def test_every_limit_that_counts_money_is_priced_money_for_money() -> None:
    of_suppliers = changed(SCENARIO, ["limits.budget=null", "limits.supplier_funding=[{limit: 1}]"])
    money: dict[str, float] = {}
    for scenario in (changed(SCENARIO, ["limits.budget=15"]), of_suppliers):
        planned = plan(scenario)
        largest: dict[int, float] = {}
        for price in planned.plan.solution.shadow_prices:
            largest[price.constraint] = max(largest.get(price.constraint, 0.0), price.price_minor)
        dearest = {planned.plan.constraints[k].code: price for k, price in largest.items()}
        for item in plan_document(planned, scenario, flattery_minor=0.0, minor_per_major=100)["binding"]:
            is_money = item["code"] in ("budget", "supplier_funding")
            assert item["per"] == ("money" if is_money else "unit")
            assert item["price"] == dearest[item["code"]] / (1 if is_money else 100)
            money |= {item["code"]: item["price"]} if is_money else {}
    assert set(money) == {"budget", "supplier_funding"}


def test_a_soft_limit_that_is_given_up_tells_by_how_much_where_and_at_what_cost() -> None:
    soft = changed(
        SCENARIO, ["limits.budget=0", "limits.soft.budget.penalty=0.01", "limits.soft.mailer_slots.penalty=99"]
    )
    planned = plan(soft)
    document = plan_document(planned, soft, flattery_minor=0.0, minor_per_major=100)
    told = {item["code"]: item for item in document["soft"]}
    assert told["mailer_slots"]["is_kept"]
    assert (told["mailer_slots"]["broken_by"], told["mailer_slots"]["cost"]) == (0.0, 0.0)
    budget = told["budget"]
    assert not budget["is_kept"]
    assert (budget["per"], budget["where"]) == ("money", "all weeks")
    assert budget["broken_by"] == pytest.approx(document["spend"])
    assert budget["cost"] == pytest.approx(0.01 * document["spend"])


def test_plain_profit_has_a_bound_and_other_aims_a_gap_alone() -> None:
    plain = plan_document(plan(SCENARIO), SCENARIO, flattery_minor=0.0, minor_per_major=100)
    assert plain["objective"]["is_plain"]
    assert plain["bound"] == plain["objective"]["bound"] >= plain["profit"] == plain["objective"]["value"]
    units = changed(SCENARIO, ["objective=units"])
    planned = plan(units)
    other = plan_document(planned, units, flattery_minor=0.0, minor_per_major=100)
    assert not other["objective"]["is_plain"]
    assert other["bound"] is None
    assert other["gap"] == planned.plan.solution.gap
    assert other["profit"] == planned.profit_minor / 100 < plain["profit"]


def test_a_price_below_cost_is_found_and_named_among_the_findings() -> None:
    frames = make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0))
    frames["costs"] = pd.DataFrame(
        {c.SKU: ["sku-0", "sku-1"], c.STARTS_ON: date(2022, 1, 3), c.UNIT_COST: [600, 499]}
    )
    scenario = changed(SCENARIO, ["solver=greedy"])
    result = run_loop(MemoryTables(frames), scenario, currency="EUR", country="DE", seed=3)
    finding = summarise(result)["data"]["findings"][0]
    assert (finding["code"], finding["severity"], finding["count"]) == ("below_cost", "warning", 1)
    assert finding["subject"] == "sku-0"
    assert "1 (16.7 %), such as sku-0" in finding["sentence"]
    assert "below_cost" not in {item.code for item in result.data.findings}
