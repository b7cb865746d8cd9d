"""The limits a scenario names, looked up in a shop's tables: whose brand, whose price, how much stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.plan.plan_facts import PlanFacts
from dealwright.app.plan.plan_limits import limits_of
from dealwright.app.plan.plan_promotions import economics_of, plan_promotions, pose
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.plan.constraints import (
    Budget,
    CompetitorIndex,
    CompetitorPrice,
    Constraint,
    EventGap,
    EventLength,
    Gap,
    Keep,
    Locked,
    PriceOrder,
    PriorPrice,
    Soft,
    StockLimit,
    SupplierFunding,
    violations,
)
from dealwright.plan.problem import Offer, offer_catalogue
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

PLAIN = Scenario.read("n_draws: 100\nsolver: greedy")
BEFORE = date(2022, 1, 3)

Frames = dict[str, pd.DataFrame]


def shop_frames() -> Frames:
    """Eight products: the first four of Acme, delivered by North; a rival's prices and counts for some."""
    frames = make_frames(make_panel(n=8, n_weeks=60, n_categories=2, base=30.0))
    products = frames["products"].copy()
    products[c.BRAND] = ["Acme"] * 4 + ["Zeta"] * 4
    products[c.SUPPLIER] = ["North"] * 4 + ["South"] * 3 + [None]
    prices = pd.DataFrame(
        {
            c.SKU: ["sku-0", "sku-0", "sku-0", "sku-1"],
            c.STARTS_ON: [BEFORE, date(2022, 6, 6), BEFORE, date(2035, 1, 1)],
            c.REGULAR_PRICE: [450, 480, 520, 100],
            c.COMPETITOR: ["Rival", "Rival", "Other", "Rival"],
        }
    )
    stock = pd.DataFrame(
        {c.SKU: ["sku-0"], c.COUNTED_ON: [date(2023, 2, 27)], c.UNITS: [77], c.STORE: ["1"]},
    )
    return {**frames, "products": products, "prices": prices, "stock": stock}


@pytest.fixture(scope="module")
def demand() -> DemandForecast:
    return forecast_demand(MemoryTables(shop_frames()), PLAIN, country="DE", seed=3)


@pytest.fixture(scope="module")
def facts(demand: DemandForecast) -> PlanFacts:
    return facts_of(demand, MemoryTables(shop_frames()))


def facts_of(demand: DemandForecast, tables: MemoryTables, approved: Sequence[Keep] = ()) -> PlanFacts:
    first = demand.response.weeks[0]
    economics, _ = economics_of(demand.panel, tables, PLAIN.assumptions, currency="EUR", on=first)
    problem, offers = pose(demand, economics, offer_catalogue(PLAIN.depths), price_ending=9)
    return PlanFacts(problem, offers, demand.response, demand.panel, tables, "EUR", tuple(approved))


def made(text: str, facts: PlanFacts) -> list[Constraint]:
    """What `limits` adds to, or changes in, the limits of the default scenario."""
    return limits_of(Scenario.read(f"limits: {text}").limits, facts)


def only(text: str, facts: PlanFacts) -> Constraint:
    return made(text, facts)[-1]


def known(values: NDArray[np.float64], facts: PlanFacts) -> dict[str, float]:
    """By product, what is not NaN."""
    return {sku: value for sku, value in zip(facts.problem.skus, values.tolist(), strict=True) if value == value}


def test_without_a_word_the_plan_has_the_limits_it_always_had(facts: PlanFacts) -> None:
    assert [limit.code for limit in made("{}", facts)] == [
        "most_per_product",
        "gap",
        "slots_per_category",
        "display_slots",
        "mailer_slots",
        "margin_floor",
        "not_beyond_data",
    ]


def test_a_brands_budget_is_of_its_products_and_exact_to_the_cent(facts: PlanFacts) -> None:
    budget = only("{budgets: [{brands: Acme, limit: 12.34, per: week}]}", facts)
    assert isinstance(budget, Budget)
    assert (budget.limit_minor, budget.shown, budget.is_per_week) == (1234, "12.34 EUR", True)
    assert budget.products.name == "Acme"
    assert set(budget.products.skus or ()) == {"sku-0", "sku-1", "sku-2", "sku-3"}


def test_a_supplier_and_a_product_together_are_all_that_either_means(facts: PlanFacts) -> None:
    pot = only("{supplier_funding: [{suppliers: [South], skus: sku-0, limit: 5}]}", facts)
    assert isinstance(pot, SupplierFunding)
    assert set(pot.products.skus or ()) == {"sku-0", "sku-4", "sku-5", "sku-6"}
    assert pot.units[:, :, 0] == pytest.approx(facts.demand.baseline.mean(axis=0))


def test_a_competitors_newest_price_that_holds_counts_and_the_lowest_if_none_is_named(facts: PlanFacts) -> None:
    rival = only("{competitor_price: [{at_most: 1.0, competitor: Rival}]}", facts)
    assert isinstance(rival, CompetitorPrice)
    assert known(rival.competitor_price, facts) == {"sku-0": 480}
    lowest = only("{competitor_index: [{at_most: 1.1}]}", facts)
    assert isinstance(lowest, CompetitorIndex)
    assert known(lowest.competitor_price, facts) == {"sku-0": 480}


def test_stock_is_what_was_counted_and_what_arrives_and_the_uncounted_are_free(facts: PlanFacts) -> None:
    stock = only("{stock: {receipts: {sku-0: 23}}}", facts)
    assert isinstance(stock, StockLimit)
    assert known(stock.available, facts) == {"sku-0": 100}


def test_the_law_looks_at_the_prices_of_the_past(facts: PlanFacts) -> None:
    law = only("{prior_price: {days: 30}}", facts)
    assert isinstance(law, PriorPrice)
    panel = facts.panel
    past = np.where(panel.is_depth_known, panel.price * (1 - panel.depth), np.inf)[:, -5:].min(axis=1)
    assert law.lowest_before[:, 0] == pytest.approx(np.round(past))
    assert not law.has_events
    events = made("{event_length: {most: 2}, prior_price: {days: 30}}", facts)
    assert [limit.has_events for limit in events if isinstance(limit, PriorPrice)] == [True]


def test_an_event_replaces_the_gap_and_a_wider_gap_then_stands_between_events(facts: PlanFacts) -> None:
    limits = made("{min_gap_weeks: 2, event_length: {least: 1, most: 2}}", facts)
    assert not any(isinstance(limit, Gap) for limit in limits)
    assert [type(limit) for limit in limits[1:3]] == [EventLength, EventGap]
    assert not any(isinstance(limit, EventGap) for limit in made("{event_length: {most: 2}}", facts))


def test_a_penalty_is_per_promotion_in_money_and_per_unit_of_money_for_money(facts: PlanFacts) -> None:
    soft = "soft: {most_per_product: {penalty: 2.5, priority: 1}, budget: {penalty: 0.5}}"
    limits = [limit for limit in made(f"{{budget: 10, {soft}}}", facts) if isinstance(limit, Soft)]
    assert [(limit.code, limit.penalty_minor, limit.priority) for limit in limits] == [
        ("most_per_product", 250.0, 1),
        ("budget", 0.5, 0),
    ]
    assert [limit.shown for limit in limits] == ["2.5 EUR", "0.5 EUR / EUR"]


def test_every_name_the_shop_does_not_know_is_told_at_once_with_the_nearest(facts: PlanFacts) -> None:
    with pytest.raises(InputError) as refusal:
        made(
            "{budgets: [{brands: Acne, limit: 1}], handling: [{suppliers: Nord, categories: categori 1, "
            "most_units: 5}], only_together: [{sku: sku-0, only_with: sku-99}], "
            "competitor_price: [{at_most: 1.0, competitor: Riwal}]}",
            facts,
        )
    told = refusal.value.problems
    assert [problem.split(";")[0] for problem in told] == [
        "limits.budgets.0: no brand of planned products is called 'Acne'",
        "limits.only_together.0: no planned product is called 'sku-99'",
        "limits.competitor_price.0: no competitor in the table 'prices' is called 'Riwal'",
        "limits.handling.0: no planned category is called 'categori 1'",
        "limits.handling.0: no supplier of planned products is called 'Nord'",
    ]
    assert all("did you mean" in problem for problem in told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{stock: {}}", "limits.stock: needs the table 'stock', which this shop has not"),
        ("{sell_through: [{least_share: 0.5}]}", "limits.sell_through.0: needs the table 'stock'"),
        ("{competitor_index: [{at_most: 1}]}", "limits.competitor_index.0: needs competitors' prices; import"),
        ("{most_changed: {limit: 3}}", "limits.most_changed: there is no approved plan to stay close to"),
        ("{budgets: [{brands: Acme, limit: 1}]}", "limits.budgets.0: no brand of planned products is called"),
    ],
)
def test_a_limit_that_needs_what_the_shop_has_not_says_so(text: str, said: str, demand: DemandForecast) -> None:
    bare = facts_of(demand, MemoryTables({}))
    unbranded = replace(bare.panel, products=bare.panel.products.drop(columns=[c.BRAND]))
    with pytest.raises(InputError, match=said):
        made(text, replace(bare, panel=unbranded))


def test_an_approved_plan_can_be_stayed_close_to_and_locked(demand: DemandForecast) -> None:
    tables = MemoryTables(shop_frames())
    week = demand.response.weeks[1]
    approved = (Keep("sku-2", week, Offer(0.2)),)
    text = f"limits: {{most_changed: {{limit: 0}}, locked: [{{sku: sku-3, week: {week}}}]}}"
    scenario = Scenario.read(f"n_draws: 100\n{text}")
    planned = plan_promotions(demand, tables, scenario, currency="EUR", approved=approved)
    assert planned.plan.table[["sku", "week", "offer"]].to_numpy().tolist() == [["sku-2", week, "20% off"]]
    locked = [limit for limit in planned.plan.constraints if isinstance(limit, Locked)]
    assert locked[0].keeps == (Keep("sku-3", week),)


def test_many_limits_together_give_a_plan_that_keeps_them_all(demand: DemandForecast) -> None:
    tables = MemoryTables(shop_frames())
    scenario = Scenario.read(
        """
n_draws: 100
limits:
  budget: 300
  budgets: [{brands: Acme, limit: 80}]
  same_offer: [{skus: [sku-0, sku-2]}]
  never_together: [{skus: [sku-1, sku-3]}]
  price_order: [{dearer: sku-4, cheaper: sku-6, gap: 0.00}]
  prior_price: {days: 30}
  handling: [{most_units: 400, penalty: 0.10}]
  margins: [{categories: category 0, least_share: 0.2}]
  largest_price_change: [{most_share: 0.4}]
"""
    )
    planned = plan_promotions(demand, tables, scenario, currency="EUR")
    plan = planned.plan
    assert violations(plan.constraints, plan.problem, plan.solution.choice) == []
    assert len(plan.table) > 0
    assert [outcome.code for outcome in planned.soft] == ["handling"]
    assert any(isinstance(limit, PriceOrder) for limit in plan.constraints)
    offers = plan.table[plan.table["sku"].isin(["sku-0", "sku-2"])].groupby("week")["offer"].agg(list)
    assert all(len(both) == 2 and both[0] == both[1] for both in offers)


def test_a_price_below_cost_is_reported_and_planned_all_the_same(demand: DemandForecast) -> None:
    costs = pd.DataFrame({c.SKU: ["sku-5"], c.STARTS_ON: [BEFORE], c.UNIT_COST: [999]})
    planned = plan_promotions(demand, MemoryTables({**shop_frames(), "costs": costs}), PLAIN, currency="EUR")
    assert planned.below_cost == ("sku-5",)
    assert "sku-5" not in set(planned.plan.table["sku"])
