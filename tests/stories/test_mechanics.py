"""A shop plans five mechanics, reads what they rest on in two languages, and every part of the profit is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.adapters.report import render_report
from dealwright.app.run_loop import LoopResult, run_loop
from dealwright.app.summarise import summarise
from dealwright.plan.plan import PromotionPlan
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

SCENARIO = Scenario.read(
    """
n_draws: 60
weeks: 2
depths: []
assumptions: {cost_share: 0.3}
limits: {display_slots: 0, mailer_slots: 0, slots_per_category: 8}
mechanics:
  - {kind: buy_x_get_y, buy: 2, get: 1, skus: sku-0}
  - {kind: coupon, depth: 0.3, redeemed: 0.5, skus: [sku-1, sku-2]}
  - {kind: gift, cost: "0.20", value: 2, skus: sku-3, weekly_cost: "0.50"}
  - {kind: bundle, items: [sku-4, sku-6], price: 8, taken: 0.5}
  - {kind: flash_sale, depth: 0.4, stock: 60, skus: [sku-5, sku-7]}
"""
)
KINDS = {"buy_x_get_y", "coupon", "gift", "bundle", "flash_sale"}


@pytest.fixture(scope="module")
def result() -> LoopResult:
    tables = MemoryTables(make_frames(make_panel(n=8, n_weeks=60, n_categories=2, base=30.0)))
    return run_loop(tables, SCENARIO, currency="EUR", country="DE", seed=3)


@pytest.fixture(scope="module")
def plan(result: LoopResult) -> PromotionPlan:
    return result.planned.plan


@pytest.fixture(scope="module")
def summary(result: LoopResult) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(summarise(result)))
    return told


def test_all_five_are_in_the_plan_and_its_table_names_them(plan: PromotionPlan) -> None:
    assert {json.loads(written)["kind"] for written in plan.table["mechanic"]} == KINDS
    assert "buy 2, get 1 free" in set(plan.table["offer"])
    assert (plan.table["depth"] == 0).all()
    assert (plan.table["felt_depth"] > 0).all()
    assert (plan.table["promo_price"] == plan.table["regular_price"]).all()


def test_products_of_the_bundle_have_it_in_the_same_weeks(plan: PromotionPlan) -> None:
    bundled = plan.table[plan.table["mechanic"].str.contains("bundle")]
    first, second = (set(bundled[bundled["sku"] == sku]["week"]) for sku in ("sku-4", "sku-6"))
    assert first == second != set()


def test_the_flash_sale_is_felt_only_by_those_for_whom_it_lasts(plan: PromotionPlan) -> None:
    flash = plan.table[plan.table["mechanic"].str.contains("flash_sale")]
    assert (flash["felt_depth"] < 0.4).all()
    given = flash["felt_depth"] / 0.4 * (flash["baseline"] + flash["uplift"])
    assert (given <= 60).all()


def test_the_simulation_earns_what_the_plan_was_expected_to(result: LoopResult, plan: PromotionPlan) -> None:
    simulated = next(outcome for outcome in result.outcomes if outcome.code == "plan")
    assert simulated.extra_profit.value == pytest.approx(plan.solution.objective / 100, rel=0.1)
    assert simulated.spend.value == pytest.approx(plan.table["spend"].sum(), rel=0.1)
    assert simulated.n_promotions == len(plan.table)


def test_every_explanation_sums_to_its_profit_and_counts_gifts_and_weekly_costs(summary: dict[str, Any]) -> None:
    rows = {row["promotion_id"]: row for row in summary["plan"]["promotions"]}
    for told in summary["explanations"]:
        parts = {part["code"]: part["value"] for part in told["parts"]}
        assert sum(parts.values()) == pytest.approx(rows[told["promotion_id"]]["profit"])
        is_gift = "gift" in rows[told["promotion_id"]]["mechanic"]
        assert ("given_beside" in parts) == ("weekly_cost" in parts) == is_gift
        if is_gift:
            assert parts["weekly_cost"] == -0.5


def test_the_page_says_in_both_languages_what_runs_and_what_it_rests_on(summary: dict[str, Any]) -> None:
    english, chinese = (render_report(summary, language=language) for language in ("en", "zh"))
    assert "Buy 2, get 1 free" in english
    assert "the coupon is redeemed on 50% of units sold (as stated)" in english
    assert "买 2 送 1" in chinese
    assert "50% 的销量使用优惠券(按设定)" in chinese
    assert "get 1 free" not in chinese
