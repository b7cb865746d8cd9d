"""A campaign held against the law on prices, on the prices and sales of a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.adapters.price_law import packaged
from dealwright.app.campaigns.check_compliance import (
    PriceLaw,
    check_compliance,
    price_law_check,
    prices_unread,
    remarks,
)
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Facts, Goods
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.compliance.finding import Finding
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.engine.benefits.full_reduction import FullReduction, SpendTier
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.circumstance import InChannel
from dealwright.engine.conditions.shopper import InSegment, NewCustomer
from dealwright.engine.conditions.spend import MinimumSpend

START = date(2026, 11, 11)
FACTS = Facts(datetime(2026, 11, 10, tzinfo=UTC))
CN, EU, DE = (PriceLaw(packaged(code)) for code in ("cn", "eu", "eu_de"))


def day(back: int) -> date:
    return START - timedelta(days=back)


def sale(
    back: int, price: int, *, order: str = "", quantity: int = 1, sku: str = "TEA", off: int = 0
) -> dict[str, Any]:
    return {
        "order_id": order or f"o{back}-{price}-{sku}",
        "sold_at": pd.Timestamp(day(back)) + pd.Timedelta(hours=12),
        "sku": sku,
        "quantity": quantity,
        "net_amount": price * quantity,
        "discount_amount": off * abs(quantity),
    }


def listed(price: int, back: int, sku: str = "TEA") -> dict[str, Any]:
    return {"sku": sku, "starts_on": day(back), "regular_price": price}


def shop(
    *, sales: tuple[dict[str, Any], ...] = (), prices: tuple[dict[str, Any], ...] = (), **more: list[dict[str, Any]]
) -> MemoryTables:
    given = {"sales": list(sales), "prices": list(prices), **more}
    return MemoryTables({name: pd.DataFrame(rows) for name, rows in given.items() if rows})


def tea(percent: int = 20, **more: Any) -> Promotion:
    benefit = more.pop("benefit", PercentOff(Fraction(percent), Items(skus=("TEA",))))
    return Promotion(more.pop("id", "TEA20"), more.pop("currency", "EUR"), benefit, **more)


def campaign(*promotions: Promotion, zone: str = "Europe/Berlin", **more: Any) -> Campaign:
    schedule = by_the_clock("2026-11-11", "2026-11-17", zone=zone)
    return Campaign("week", promotions[0].currency, promotions, schedule, **more)


def codes(found: tuple[Finding, ...], *rules: str) -> list[tuple[str, str]]:
    return [(one.answer, one.code) for one in found if one.rule in rules]


def checked(given: Campaign, tables: MemoryTables, law: PriceLaw = EU, facts: Facts = FACTS) -> tuple[Finding, ...]:
    return check_compliance(given, facts, tables=tables, law=law)


def test_a_cut_from_a_price_that_stood_for_thirty_days_may_run() -> None:
    found = checked(campaign(tea()), shop(prices=(listed(1000, 90),)))
    assert codes(found, "prior_price") == [("allow", "prior_kept")]
    assert remarks(found) == ()


def test_a_promotion_of_the_thirty_days_before_blocks_a_shallower_cut() -> None:
    past = [{"sku": "TEA", "starts_on": day(20), "ends_on": day(14), "depth": 0.3}]
    found = checked(campaign(tea()), shop(prices=(listed(1000, 90),), promotions=past))
    assert codes(found, "prior_price") == [("block", "no_reduction")]
    evidence = next(one for one in found if one.rule == "prior_price").evidence[0]
    assert (evidence.amount_minor, evidence.since, evidence.until) == (700, str(day(20)), str(day(14)))


def test_without_recorded_prices_what_most_units_were_sold_at_is_the_evidence() -> None:
    often = tuple(sale(back, 1000, quantity=3) for back in range(40, 0, -1))
    assert codes(checked(campaign(tea()), shop(sales=often)), "prior_price") == [("allow", "prior_kept")]
    cheap = (*often, sale(9, 700, quantity=9))
    assert codes(checked(campaign(tea()), shop(sales=cheap)), "prior_price") == [("warn", "no_reduction")]
    one_voucher = (*often, sale(9, 700))
    assert codes(checked(campaign(tea()), shop(sales=one_voucher)), "prior_price") == [("allow", "prior_kept")]


def test_the_chinese_base_counts_sales_but_none_that_came_back() -> None:
    prices = (listed(1000, 90),)
    law = campaign(tea(currency="CNY"), zone="Asia/Shanghai")
    kept = (sale(3, 1000), sale(2, 900, order="x"))
    assert codes(checked(law, shop(prices=prices, sales=kept), CN), "lowest_paid_price") == [
        ("block", "base_above_paid")
    ]
    returned = (*kept, sale(1, 900, order="x", quantity=-1))
    assert codes(checked(law, shop(prices=prices, sales=returned), CN), "lowest_paid_price") == [
        ("allow", "base_was_paid")
    ]


def test_the_first_day_is_that_of_the_shops_own_clock() -> None:
    given = campaign(tea(currency="CNY"), zone="Asia/Shanghai")  # begins on the 10th at 16:00 UTC
    eighth_day_before = (sale(3, 1000), sale(8, 900))
    found = checked(given, shop(prices=(listed(1000, 90),), sales=eighth_day_before), CN)
    assert codes(found, "lowest_paid_price") == [("allow", "base_was_paid")]


def test_a_list_price_put_up_before_the_cut_is_blocked_unless_a_reason_is_recorded() -> None:
    tables = shop(prices=(listed(800, 90), listed(1000, 10)), sales=(sale(3, 1000),))
    given = campaign(tea(currency="CNY"), zone="Asia/Shanghai")
    assert codes(checked(given, tables, CN), "raised_then_cut") == [("block", "raised_before")]
    reasoned = replace(CN, raised={"TEA": "harvest failed"})
    assert codes(checked(given, tables, reasoned), "raised_then_cut") == [("allow", "raised_for_a_reason")]


def test_what_not_everybody_gets_at_once_announces_no_reduction() -> None:
    tables = shop(prices=(listed(800, 90), listed(1000, 10)))
    full = FullReduction((SpendTier(5_000, 500),))
    for given in (
        tea(code="TEA"),
        tea(conditions=(NewCustomer(),)),
        tea(benefit=full, conditions=(MinimumSpend(5_000),)),
    ):
        assert codes(checked(campaign(given), tables), "prior_price") == []
    assert len(codes(checked(campaign(tea(conditions=(InChannel(("app",)),))), tables), "prior_price")) == 1


def test_claims_in_names_are_counted_from_the_lawful_price() -> None:
    past = [{"sku": "TEA", "starts_on": day(20), "ends_on": day(14), "depth": 0.1}]
    tables = shop(prices=(listed(1000, 90),), promotions=past)
    fixed = tea(benefit=FixedPrice(800, Items(skus=("TEA",))), name="20% off tea")
    assert codes(checked(campaign(fixed), tables), "claims") == [("block", "claim_false")]
    honest = replace(fixed, name="11% off tea, was 9.00")
    assert codes(checked(campaign(honest), tables), "claims") == [("allow", "claim_true")] * 2


def test_units_said_to_be_left_are_those_of_the_ledger() -> None:
    facts = replace(FACTS, goods={"TEA": Goods(available=3)})
    tables = shop(prices=(listed(1000, 90),))
    for text, answer in (("only 3 left", "allow"), ("only 2 left", "block")):
        found = checked(campaign(tea()), tables, replace(EU, texts=(text,)), facts)
        assert [one.answer for one in found if one.rule == "real_scarcity"] == [answer]


def test_two_promotions_that_are_each_above_cost_are_blocked_below_it_together() -> None:
    costs = [{"sku": "TEA", "starts_on": day(90), "unit_cost": 700}]
    tables = shop(prices=(listed(1000, 90),), sales=(sale(3, 1000),), costs=costs)
    first = tea(currency="CNY", lane=0)
    second = tea(10, id="CODE10", currency="CNY", lane=1, code="TEN")
    alone = checked(campaign(first, zone="Asia/Shanghai"), tables, CN)
    assert codes(alone, "price_floor") == [("allow", "above_floor")]  # 8.00
    exact = checked(campaign(first, second, zone="Asia/Shanghai"), tables, CN)  # 7.20
    assert codes(exact, "price_floor") == [("allow", "above_floor")] * 2
    third = tea(10, id="APP10", currency="CNY", lane=2, conditions=(InChannel(("app",)),))
    facts = replace(FACTS, in_force=(third,))
    found = checked(campaign(first, second, zone="Asia/Shanghai"), tables, CN, facts)  # 6.48
    assert codes(found, "price_floor") == [("block", "below_floor")] * 2
    shown = next(one for one in found if one.rule == "price_floor").evidence[1]
    assert (shown.amount_minor, shown.text) == (648, "1 x TEA: TEA20 + CODE10 + APP10")


def test_promotions_of_other_channels_or_weeks_do_not_stack() -> None:
    costs = [{"sku": "TEA", "starts_on": day(90), "unit_cost": 700}]
    tables = shop(prices=(listed(1000, 90),), sales=(sale(3, 1000),), costs=costs)
    web = tea(currency="CNY", conditions=(InChannel(("web",)),))
    app = tea(20, id="APP20", currency="CNY", lane=1, conditions=(InChannel(("app",)),))
    assert codes(checked(campaign(web, app), tables, CN), "price_floor") == [("allow", "above_floor")] * 2
    later = by_the_clock("2026-12-11", "2026-12-17", zone="Asia/Shanghai")
    facts = replace(FACTS, in_force=(tea(20, id="XMAS", currency="CNY", lane=1, schedule=later),))
    assert codes(checked(campaign(web), tables, CN, facts), "price_floor") == [("allow", "above_floor")]


def test_the_deepest_cut_is_found_where_a_threshold_is_just_reached() -> None:
    costs = [{"sku": "TEA", "starts_on": day(90), "unit_cost": 700}]
    tables = shop(prices=(listed(1000, 90),), sales=(sale(3, 1000),), costs=costs)
    full = tea(id="FULL", currency="CNY", lane=1, benefit=FullReduction((SpendTier(3_000, 300),)))
    found = checked(campaign(tea(currency="CNY"), full), tables, CN)
    # Three teas reach 30.00 by their regular price: 24.00 after the first cut, 21.00 after the second, 7.00 each.
    lowest = next(one for one in found if one.rule == "price_floor").evidence[1]
    assert (lowest.amount_minor, lowest.text) == (2_100, "3 x TEA: TEA20 + FULL")
    assert codes(found, "price_floor") == [("allow", "above_floor")] * 2


def test_clearing_overstock_below_cost_warns() -> None:
    costs = [{"sku": "TEA", "starts_on": day(90), "unit_cost": 900}]
    tables = shop(prices=(listed(1000, 90),), sales=(sale(3, 1000),), costs=costs)
    given = campaign(tea(currency="CNY"))
    assert codes(checked(given, tables, CN), "price_floor") == [("block", "below_floor")]
    clearing = replace(given, objective="clear_stock")
    assert codes(checked(clearing, tables, CN), "price_floor") == [("warn", "below_floor_with_reason")]


def test_a_promotion_on_a_category_is_held_against_each_of_its_goods() -> None:
    products = [
        {"sku": "TEA", "category": "hot"},
        {"sku": "COLA", "category": "cold"},
        {"sku": "COCOA", "category": "hot"},
    ]
    prices = (listed(1000, 90), listed(500, 90, "COLA"), listed(900, 90, "COCOA"), listed(1000, 10, "COCOA"))
    given = tea(benefit=PercentOff(Fraction(20), Items(categories=("hot",))))
    found = checked(campaign(given), shop(prices=prices, products=products))
    assert {one.sku: one.answer for one in found if one.rule == "prior_price"} == {"TEA": "allow", "COCOA": "block"}


def test_a_hidden_group_made_by_device_is_blocked_in_china_and_not_held_against_it_in_the_union() -> None:
    given = tea(currency="CNY", conditions=(InSegment(("iphone users",)),))
    assert ("block", "forbidden_input") in codes(checked(campaign(given), shop(), CN), "equal_treatment")
    assert ("warn", "unpublished_segment") in codes(checked(campaign(given), shop(), EU), "equal_treatment")


def test_the_contingency_is_held_against_the_law_too() -> None:
    given = campaign(tea(10, id="A"), contingency=(tea(20, id="B"),))
    found = checked(given, shop(prices=(listed(800, 90), listed(1000, 10))))
    assert {one.promotion_id for one in found if one.code == "base_above_prior" or one.code == "no_reduction"} == {
        "A",
        "B",
    }


def test_the_check_of_a_campaign_says_one_thing_once_with_law_and_remedy() -> None:
    prices = tuple(listed(price, back, sku) for sku in ("TEA", "CAKE") for price, back in ((800, 90), (1000, 10)))
    given = tea(benefit=PercentOff(Fraction(10), Items(skus=("TEA", "CAKE"))))
    (remark,) = price_law_check(lambda: shop(prices=prices), EU)(campaign(given), FACTS)
    assert (remark.code, remark.severity, remark.promotion_id) == ("price_law_no_reduction", "error", "TEA20")
    assert remark.sentence.startswith("CAKE: 9.00 EUR is no reduction")
    assert "(+1)" in remark.sentence
    assert "98/6/EC" in remark.sentence
    assert "2026-12-01" in remark.remedy  # the last day of the lower price, the 31st of October, and 31 days


def test_prices_that_cannot_be_read_stop_an_approval_but_not_a_launch() -> None:
    assert prices_unread("in use", is_running=False).severity == "error"
    assert prices_unread("in use", is_running=True).severity == "warning"


@pytest.mark.parametrize("code", ["cn", "eu", "eu_de", "us"])
def test_a_shop_without_any_table_is_warned_not_blocked(code: str) -> None:
    found = checked(campaign(tea()), shop(), PriceLaw(packaged(code)))
    assert {one.answer for one in found} <= {"allow", "warn"}
