"""Guardrails: limits as data."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from dealwright.campaign.guardrail import (
    DEFAULT_GUARDRAILS,
    HARD_METRICS,
    METRICS,
    STATISTICAL_METRICS,
    Guardrail,
    error_burn_guardrails,
    guardrail_problems,
    guardrail_sentence,
    guardrails_problems,
)


def test_every_metric_is_either_a_fact_or_a_matter_of_chance() -> None:
    assert sorted([*HARD_METRICS, *STATISTICAL_METRICS]) == sorted(METRICS)


def test_what_chance_moves_cannot_have_a_hard_limit() -> None:
    (problem,) = guardrail_problems(Guardrail("conversion", Fraction(1, 20), kind="hard"))
    assert problem.startswith("conversion moves by chance")


def test_a_fact_needs_no_test() -> None:
    (problem,) = guardrail_problems(Guardrail("margin_minor", Fraction(0), kind="statistical"))
    assert "make it hard" in problem


def test_harm_has_one_side() -> None:
    assert guardrail_problems(Guardrail("budget_burn", Fraction(2), "below")) == [
        "budget_burn does harm above its limit; direction cannot be 'below'"
    ]


@pytest.mark.parametrize("limit", [Fraction(-1, 100), Fraction(1), Fraction(5)])
def test_a_tolerated_loss_is_a_share_below_one(limit: Fraction) -> None:
    problems = guardrail_problems(Guardrail("conversion", limit, kind="statistical"))
    assert problems == [
        f"the limit of a statistical guardrail is the share that may be lost, 0 to below 1; given {float(limit):g}"
    ]


def test_all_mistakes_of_all_guardrails_are_told_at_once_and_so_is_a_double() -> None:
    one = Guardrail("budget_burn", Fraction(0), "above", window_minutes=0)
    assert guardrails_problems((one, one, Guardrail("error_share", Fraction(5), "above"))) == [
        "guardrail hard/budget_burn/0: budget_burn is how many times the plan, above 0; given 0",
        "guardrail hard/budget_burn/0: window_minutes is 1 to 10080 (a week); given 0",
        "guardrail hard/budget_burn/0: budget_burn is how many times the plan, above 0; given 0",
        "guardrail hard/budget_burn/0: window_minutes is 1 to 10080 (a week); given 0",
        "guardrail hard/error_share/60: error_share is a share like 0.05; given 5",
        "guardrail hard/budget_burn/0 is there 2 times; keep one",
    ]


def test_a_guardrail_waits_for_one_order_at_least_and_leaves_the_campaign_to_somebody() -> None:
    wrong = Guardrail("margin_minor", Fraction(0), least_orders=0, throttle_share=Fraction(0))
    assert guardrail_problems(wrong) == [
        "least_orders is 1 to 1000000; given 0",
        "throttle_share is above 0 and at most 1; given 0; to stop a campaign, pause it",
    ]
    assert guardrail_problems(replace(wrong, least_orders=1, throttle_share=Fraction(1, 3))) == [
        "throttle_share has at most six decimals; given 1/3; round it"
    ]


def test_the_usual_guardrails_are_in_order() -> None:
    assert guardrails_problems(DEFAULT_GUARDRAILS) == []
    assert guardrails_problems(error_burn_guardrails(Fraction(1, 1000))) == []


def test_error_burn_alarms_at_14_4_and_6_times_the_budget() -> None:
    fast, slow = error_burn_guardrails(Fraction(1, 1000))
    assert (fast.limit, fast.window_minutes) == (Fraction(144, 10_000), 60)
    assert (slow.limit, slow.window_minutes) == (Fraction(6, 1000), 360)


def test_a_guardrail_says_in_a_sentence_what_it_does() -> None:
    burn = Guardrail("budget_burn", Fraction(3), "above")
    assert guardrail_sentence(burn, "EUR") == (
        "If discount given over discount planned of the last 60 minutes, with 5 orders or more, rises above 3, "
        "pause the campaign."
    )
    price = Guardrail("unit_net_minor", Fraction(250), action="notify", window_minutes=1_440, least_orders=1)
    assert guardrail_sentence(price, "EUR") == (
        "If price paid per unit of the last 1,440 minutes, with one order or more, falls below 2.50 EUR, "
        "tell the owner."
    )
    fall = Guardrail("conversion", Fraction(1, 50), kind="statistical", action="roll_back")
    assert guardrail_sentence(fall, "EUR") == (
        "If conversion is surely more than 2% below that of the hold-out, roll back to the version before."
    )
    assert guardrail_sentence(fall, "EUR", "zh") == "若转化率确定比对照组低 2% 以上,则回滚到上一版本。"
    fewer = Guardrail("margin_minor", Fraction(0), action="throttle", throttle_share=Fraction(1, 4))
    assert guardrail_sentence(fewer, "EUR") == (
        "If margin of the last 60 minutes, with 5 orders or more, falls below 0.00 EUR, "
        "give the campaign to 25% of the customers only."
    )
    assert guardrail_sentence(fewer, "EUR", "zh") == (
        "若最近 60 分钟(至少 5 单)的毛利低于 0.00 EUR,则只对 25% 的顾客开放活动。"
    )
    units = Guardrail("units", Fraction(0), kind="statistical")
    assert guardrail_sentence(units, "EUR") == (
        "If units sold is surely more than 0% below the low end of the forecast, pause the campaign."
    )
