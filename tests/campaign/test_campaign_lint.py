"""What is wrong with a campaign is found before it costs money."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from dealwright.campaign.campaign import Campaign, Expected
from dealwright.campaign.campaign_lint import Facts, Goods, problems
from dealwright.campaign.campaign_lint_words import CAMPAIGN_SENTENCES, CAMPAIGN_SEVERITIES
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.engine.benefits.amount_off import AmountOffUnit
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.engine.benefits.percent_off import PercentOff

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEA = Items(skus=("TEA", "CAKE"))
TEN = Promotion("TEN", "EUR", PercentOff(Fraction(10), TEA), limits=Limits(budget_minor=500))
GOOD = Campaign("tea", "EUR", (TEN,), Schedule(NOW + DAY, NOW + 8 * DAY), budget_minor=400, ceiling_minor=500)


def codes(campaign: Campaign, **facts: object) -> list[str]:
    return [one.code for one in problems(campaign, Facts(NOW, **facts))]  # type: ignore[arg-type]


def test_a_campaign_as_it_should_be_is_not_remarked_on() -> None:
    goods = {"TEA": Goods(1000, 900, 5), "CAKE": Goods()}
    assert codes(GOOD, goods=goods) == []


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (-1, 8, ["starts_in_the_past"]),
        (-8, 0, ["campaign_is_over"]),
        (2, 2, ["campaign_ends_before_start", "ends_before_start"]),
    ],
)
def test_its_time_lies_ahead(start: int, end: int, found: list[str]) -> None:
    assert codes(replace(GOOD, schedule=Schedule(NOW + start * DAY, NOW + end * DAY))) == found


def test_one_that_runs_may_have_started_and_one_without_end_may_not_run() -> None:
    running = replace(GOOD, schedule=Schedule(NOW - DAY, NOW + DAY))
    assert codes(running, is_running=True) == []
    assert codes(replace(GOOD, schedule=Schedule(NOW + DAY))) == ["no_end"]
    assert codes(replace(GOOD, schedule=Schedule(None, NOW + DAY))) == []


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        (("08:00-10:00", "10:00-12:00"), []),
        (("08:00-10:00", "09:00-12:00"), ["hours_overlap"]),
        (("22:00-02:00", "01:00-03:00"), ["hours_overlap"]),
        (("22:00-02:00", "02:00-03:00"), []),
    ],
)
def test_its_hours_do_not_overlap_also_past_midnight(hours: tuple[str, ...], found: list[str]) -> None:
    assert codes(replace(GOOD, schedule=replace(GOOD.schedule, hours=hours))) == found


def test_it_does_not_overlap_itself() -> None:
    twin = replace(TEN, id="TWIN")
    assert codes(replace(GOOD, promotions=(TEN, twin), ceiling_minor=None)) == ["overlaps_itself"]
    first = replace(TEN, schedule=Schedule(NOW + DAY, NOW + 2 * DAY))
    second = replace(twin, schedule=Schedule(NOW + 2 * DAY, NOW + 3 * DAY))
    assert codes(replace(GOOD, promotions=(first, second), ceiling_minor=None)) == []


def test_its_promotions_hold_within_its_own_time() -> None:
    outside = replace(TEN, schedule=Schedule(NOW + DAY, NOW + 9 * DAY))
    assert codes(replace(GOOD, promotions=(outside,))) == ["promotion_outside"]


def test_its_money_is_bounded_and_the_bound_holds() -> None:
    assert codes(replace(GOOD, budget_minor=None, ceiling_minor=None)) == ["no_budget"]
    assert codes(replace(GOOD, budget_minor=0, ceiling_minor=None)) == ["no_budget"]
    assert codes(replace(GOOD, budget_minor=501)) == ["ceiling_below_budget"]
    assert codes(replace(GOOD, ceiling_minor=499)) == ["budgets_above_ceiling"]
    assert codes(replace(GOOD, promotions=(replace(TEN, limits=Limits(total=1)),))) == ["ceiling_not_held"]


def test_the_ceiling_bounds_promotions_contingency_and_versions_before_together() -> None:
    other, free = replace(TEN, id="OTHER"), replace(TEN, id="FREE", limits=Limits())
    told = problems(replace(GOOD, contingency=(other,)), Facts(NOW))
    assert [(one.code, one.sentence) for one in told] == [
        (
            "budgets_above_ceiling",
            "the budgets of its promotions, its contingency and versions before add up to 10.00 EUR, "
            "more than its ceiling of 5.00 EUR",
        )
    ]
    assert codes(replace(GOOD, contingency=(TEN,))) == []  # one account
    assert codes(replace(GOOD, contingency=(other,), ceiling_minor=1000)) == []
    assert codes(GOOD, before=(TEN,)) == []
    assert codes(GOOD, before=(replace(TEN, limits=Limits(budget_minor=501)),)) == ["budgets_above_ceiling"]
    assert codes(GOOD, before=(other,)) == ["budgets_above_ceiling"]
    assert codes(GOOD, before=(free,)) == ["ceiling_not_held_before"]


def test_a_guardrail_does_what_can_be_done() -> None:
    throttle, switch = (Guardrail("margin_minor", Fraction(0), action=one) for one in ("throttle", "contingency"))
    assert codes(replace(GOOD, guardrails=(throttle,))) == []
    assert codes(replace(GOOD, guardrails=(switch,))) == ["nothing_to_switch_to"]
    assert codes(replace(GOOD, guardrails=(switch,), contingency=(TEN,))) == []


@pytest.mark.parametrize(
    ("days", "weekdays", "gap"), [(6, (), "2024-05-08"), (7, (), ""), (6, (0, 1), ""), (1, (2, 5), "2024-05-04")]
)
def test_a_plan_says_something_of_every_day(days: int, weekdays: tuple[int, ...], gap: str) -> None:
    one = Expected("2024-05-02", Fraction(1), Fraction(0), Fraction(2), 1, 0, 2, 1, 0, 2, days=days)
    schedule = Schedule(NOW + DAY, NOW + 8 * DAY - timedelta(hours=12), weekdays=weekdays)
    found = problems(replace(GOOD, expected=(one,), schedule=schedule), Facts(NOW))
    assert [(one.code, one.severity, gap in one.sentence) for one in found] == (
        [("plan_has_gaps", "warning", True)] if gap else []
    )


def test_there_is_something_to_sell() -> None:
    gone = Goods(available=0)
    assert codes(GOOD, goods={"TEA": gone, "CAKE": gone}) == ["no_stock"]
    assert codes(GOOD, goods={"TEA": gone, "CAKE": Goods(available=None)}) == ["some_out_of_stock"]


@pytest.mark.parametrize("benefit", [PercentOff(Fraction(10), TEA), FixedPrice(900, TEA), AmountOffUnit(100, TEA)])
def test_no_price_falls_below_its_floor(benefit: PercentOff) -> None:
    campaign = replace(GOOD, promotions=(replace(TEN, benefit=benefit),))
    assert codes(campaign, goods={"TEA": Goods(1000, 900)}) == []
    assert codes(campaign, goods={"TEA": Goods(1000, 901)}) == ["below_floor"]


def test_what_belongs_to_others_is_left_alone() -> None:
    assert codes(GOOD, in_force=(TEN,)) == ["promotion_taken"]
    other = replace(GOOD, id="other", promotions=(replace(TEN, id="ELSE"),))
    assert codes(GOOD, others=(other,)) == ["shares_goods"]
    later = replace(other, schedule=Schedule(NOW + 8 * DAY, NOW + 9 * DAY))
    assert codes(GOOD, others=(later,)) == []


def test_what_the_lint_of_promotions_finds_counts_also_beside_those_in_force() -> None:
    coded = replace(TEN, code="TEA")
    in_force = replace(TEN, id="OLD", code="tea")
    found = problems(replace(GOOD, promotions=(coded,)), Facts(NOW, in_force=(in_force,)))
    assert [(one.code, one.promotion_id) for one in found] == [("code_clash", "TEN")]


def test_every_remark_is_told_in_both_languages_with_the_same_facts() -> None:
    def asked(pair: tuple[str, str]) -> set[str]:
        return {name for text in pair for _, name, _, _ in string.Formatter().parse(text) if name}

    english, chinese = CAMPAIGN_SENTENCES["en"], CAMPAIGN_SENTENCES["zh"]
    assert english.keys() == chinese.keys() == CAMPAIGN_SEVERITIES.keys()
    assert [code for code in english if asked(english[code]) != asked(chinese[code])] == []
    told = problems(replace(GOOD, budget_minor=501), Facts(NOW), language="zh")
    assert [one.sentence for one in told] == ["上限 5.00 EUR 低于预算 5.01 EUR"]
