"""Customers with the campaign against those without."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.harm import harm
from dealwright.monitor.tally import Tally
from live_minutes import at, minute, plan_of

FALL = Guardrail("conversion", Fraction(0), kind="statistical", action="roll_back")
LESS_MONEY = Guardrail("net_per_customer", Fraction(0), kind="statistical")
LESS_MARGIN = Guardrail("margin_per_customer", Fraction(0), kind="statistical")


def two_arms(n: int, treated_rate: float, held_rate: float, *, is_cost_known: bool = True) -> list[Tally]:
    rng, tallies = np.random.default_rng(5), []
    for number in range(n):
        for arm, rate in (("treatment", treated_rate), ("holdout", held_rate)):
            bought = int(rng.binomial(200, rate))
            tallies.append(
                minute(
                    number,
                    "treatment" if arm == "treatment" else "holdout",
                    n_exposed=200,
                    n_buyers=bought,
                    n_orders=bought,
                    net_minor=bought * 2_000,
                    cost_minor=bought * 1_500,
                    is_cost_known=is_cost_known,
                )
            )
    return tallies


def test_a_campaign_that_drives_buyers_away_is_told_with_how_sure_that_is() -> None:
    alert = harm(two_arms(200, 0.04, 0.05), plan_of(), FALL, at(200))
    assert alert is not None
    assert alert.action.kind == "roll_back"
    assert alert.evidence["n_treated"] == alert.evidence["n_held"] == 40_000
    low, high = alert.evidence["change_low_share"], alert.evidence["change_high_share"]
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < -0.2 < high < 0
    assert "a healthy campaign would show this in at most 5% of cases, however often" in alert_sentence(alert)
    assert "正常活动出现此情况的概率至多 5%" in alert_sentence(alert, "zh")


def test_where_the_hold_outs_share_is_known_buyers_alone_decide() -> None:
    unseen = [replace(one, n_exposed=0) for one in two_arms(200, 0.04, 0.05)]
    assert harm(unseen, plan_of(holdout_share=0.5), FALL, at(200)) is not None
    fine = [replace(one, n_exposed=0) for one in two_arms(200, 0.05, 0.05)]
    assert harm(fine, plan_of(holdout_share=0.5), FALL, at(200)) is None


def test_a_campaign_that_does_no_harm_is_left_alone() -> None:
    assert harm(two_arms(200, 0.05, 0.05), plan_of(), FALL, at(200)) is None
    assert harm(two_arms(200, 0.08, 0.05), plan_of(), FALL, at(200)) is None


def test_without_a_hold_out_nothing_is_compared() -> None:
    treated = [one for one in two_arms(200, 0.04, 0.05) if one.arm == "treatment"]
    assert harm(treated, plan_of(), FALL, at(200)) is None


def test_more_guardrails_need_more_proof_each() -> None:
    tallies = two_arms(200, 0.04, 0.05)
    first = next(n for n in range(1, 200) if harm(tallies, plan_of(), FALL, at(n)) is not None)
    later = next(n for n in range(1, 200) if harm(tallies, plan_of(), FALL, at(n), n_tests=100) is not None)
    assert first < later


def test_money_per_customer_is_watched_too() -> None:
    tallies = two_arms(300, 0.03, 0.05)
    for guardrail in (LESS_MONEY, LESS_MARGIN):
        alert = harm(tallies, plan_of(), guardrail, at(300))
        assert alert is not None
        change = alert.evidence["change_share"]
        assert isinstance(change, float)
        assert abs(change + 0.4) < 0.05


def test_margin_per_customer_waits_for_costs() -> None:
    assert harm(two_arms(300, 0.03, 0.05, is_cost_known=False), plan_of(), LESS_MARGIN, at(300)) is None
