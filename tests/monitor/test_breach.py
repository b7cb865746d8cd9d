"""Hard limits."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dealwright.campaign.guardrail import HARD_METRICS, Guardrail, Metric, error_burn_guardrails
from dealwright.monitor.alert import ProposedAction
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.breach import breach
from live_minutes import at, day_of, minute, plan_of

NO_LOSS = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)


def test_a_minute_that_sells_below_cost_is_told_at_once() -> None:
    sold = [minute(3, n_orders=1, units=2, net_minor=900, cost_minor=1_000)]
    alert = breach(sold, plan_of(), NO_LOSS, at(3.05))
    assert alert is not None
    assert (alert.code, alert.severity, alert.action) == ("breach", "critical", ProposedAction("roll_back"))
    assert alert.evidence["value"] == -100
    assert alert_sentence(alert) == (
        "Margin of the last 60 minutes is -1.00 EUR, below the limit of 0.00 EUR, with one order. "
        "Proposed: roll back to the version before."
    )


def test_a_single_basket_below_cost_is_no_reason_to_stop_a_campaign_and_the_fifth_is() -> None:
    usual = Guardrail("margin_minor", Fraction(0), action="roll_back")
    sold = [minute(number, n_orders=1, net_minor=900, cost_minor=1_000) for number in range(5)]
    assert breach(sold[:1], plan_of(), usual, at(0.5)) is None
    assert breach(sold[:4], plan_of(), usual, at(3.5)) is None
    alert = breach(sold, plan_of(), usual, at(4.5))
    assert alert is not None
    assert (alert.evidence["n_orders"], alert.evidence["least_orders"]) == (5, 5)
    assert "with 5 orders" in alert_sentence(alert)
    assert "(5 单)" in alert_sentence(alert, "zh")


@pytest.mark.parametrize("metric", [metric for metric in HARD_METRICS if metric != "error_share"])
def test_every_fact_about_sales_waits_for_so_many_orders_as_its_guardrail_says(metric: Metric) -> None:
    plan = plan_of(budget_minor=240_000)
    bad = [minute(1, n_orders=3, units=3, net_minor=1, cost_minor=9, discount_minor=9_999, returned_minor=1)]
    limit = Fraction(0) if metric == "margin_minor" else Fraction(1, 2)
    four, three = (Guardrail(metric, limit, HARD_METRICS[metric], least_orders=least) for least in (4, 3))
    assert breach(bad, plan, four, at(1)) is None
    assert breach(bad, plan, three, at(1)) is not None


def test_orders_that_failed_count_where_failing_is_judged() -> None:
    limit = Guardrail("error_share", Fraction(1, 20), "above", window_minutes=5, least_orders=20)
    assert breach([minute(1, n_orders=4, n_errors=15)], plan_of(), limit, at(1)) is None
    alert = breach([minute(1, n_orders=5, n_errors=15)], plan_of(), limit, at(1))
    assert alert is not None
    assert alert.evidence["n_orders"] == 20


def test_selling_at_cost_is_no_loss() -> None:
    sold = [minute(3, n_orders=1, net_minor=1_000, cost_minor=1_000)]
    assert breach(sold, plan_of(), NO_LOSS, at(4)) is None


def test_losses_of_the_hold_out_are_not_the_campaigns() -> None:
    sold = [minute(3, "holdout", n_orders=1, net_minor=1, cost_minor=1_000)]
    assert breach(sold, plan_of(), NO_LOSS, at(4)) is None


def test_margin_is_not_judged_while_a_cost_is_unknown() -> None:
    sold = [
        minute(3, n_orders=1, net_minor=1, cost_minor=1_000),
        minute(4, n_orders=1, net_minor=1, is_cost_known=False),
    ]
    assert breach(sold, plan_of(), NO_LOSS, at(5)) is None


def test_a_loss_leaves_the_window_when_its_minutes_are_over() -> None:
    sold = [minute(3, n_orders=1, net_minor=900, cost_minor=1_000)]
    assert breach(sold, plan_of(), NO_LOSS, at(62.9)) is not None
    assert breach(sold, plan_of(), NO_LOSS, at(63)) is None


def test_goods_given_for_nothing_break_any_margin_share() -> None:
    share = Guardrail("margin_share", Fraction(1, 10), least_orders=1)
    assert breach([minute(1, n_orders=1, cost_minor=500)], plan_of(), share, at(1)) is not None


def test_a_price_below_the_floor_is_told() -> None:
    floor = Guardrail("unit_net_minor", Fraction(250), least_orders=1)
    assert breach([minute(1, n_orders=1, units=2, net_minor=500)], plan_of(), floor, at(1)) is None
    alert = breach([minute(1, n_orders=1, units=2, net_minor=499)], plan_of(), floor, at(1))
    assert alert is not None
    assert alert.evidence["value"] == 249.5


def test_the_budget_burns_when_an_hour_gives_three_times_what_an_hour_may() -> None:
    # 240,000 over ten days are 1,000 an hour.
    plan, burn = plan_of(budget_minor=240_000), Guardrail("budget_burn", Fraction(3), "above", least_orders=1)
    assert breach([minute(1, n_orders=1, discount_minor=3_000)], plan, burn, at(1)) is None
    alert = breach(
        [minute(1, n_orders=1, discount_minor=2_000), minute(2, n_orders=1, discount_minor=1_001)],
        plan,
        burn,
        at(2),
    )
    assert alert is not None
    assert alert.evidence["value"] == pytest.approx(3.001)


def test_where_the_plan_says_nothing_nothing_burns_too_fast() -> None:
    # 2,400 are meant for the first and the third day each; the second is not planned.
    spans = [day_of(number, units=10, net=100, margin=50) for number in (0, 2)]
    plan, burn = plan_of(spans, budget_minor=4_800), Guardrail("budget_burn", Fraction(3), "above", least_orders=1)
    day = 24 * 60
    found = {
        number: breach([minute(number, n_orders=1, discount_minor=301)], plan, burn, at(number + 0.5)) is not None
        for number in (60, day - 1, day + 30, day + 120, 2 * day + 30, 2 * day + 120, 3 * day + 120)
    }
    assert found == {
        60: True,
        day - 1: True,
        day + 30: False,
        day + 120: False,
        2 * day + 30: False,
        2 * day + 120: True,
        3 * day + 120: False,
    }


def test_without_a_budget_nothing_burns() -> None:
    burn = Guardrail("budget_burn", Fraction(3), "above", least_orders=1)
    assert breach([minute(1, n_orders=1, discount_minor=10**9)], plan_of(), burn, at(1)) is None


def test_orders_that_fail_must_still_fail_now() -> None:
    fast, _ = error_burn_guardrails(Fraction(1, 1000))
    failing = [minute(one, n_orders=90, n_errors=10) for one in range(10)]
    assert breach(failing, plan_of(), fast, at(9)) is not None
    mended = [*failing, *(minute(one, n_orders=100) for one in range(10, 20))]
    assert breach(mended, plan_of(), fast, at(19)) is None


def test_four_failed_orders_are_no_rate_yet() -> None:
    limit = Guardrail("error_share", Fraction(1, 20), "above", window_minutes=5)
    assert breach([minute(1, n_errors=4)], plan_of(), limit, at(1)) is None
    assert breach([minute(1, n_errors=5)], plan_of(), limit, at(1)) is not None


def test_returns_beyond_the_limit_are_told() -> None:
    limit = Guardrail("return_share", Fraction(3, 10), "above", least_orders=1)
    assert breach([minute(1, n_orders=1, net_minor=1_000, returned_minor=300)], plan_of(), limit, at(1)) is None
    assert breach([minute(1, n_orders=1, net_minor=1_000, returned_minor=301)], plan_of(), limit, at(1)) is not None
