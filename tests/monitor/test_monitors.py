"""Pace, margin, forecast, stock, silence and drift."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import nbinom

from dealwright.campaign.guardrail import Guardrail
from dealwright.core.errors import InputError
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.drift import detector, drift
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.margin import margin
from dealwright.monitor.off_forecast import off_forecast
from dealwright.monitor.pace import pace
from dealwright.monitor.silence import silence
from dealwright.monitor.stock import Shelf, stock
from live_minutes import DAY, START, at, day_of, minute, plan_of

UNITS = Guardrail("units", Fraction(0), kind="statistical", action="notify")
DAYS = [day_of(n, units=200, net=100_000, margin=20_000) for n in range(10)]


def test_a_budget_that_cannot_last_is_told_with_when_it_ends() -> None:
    # 100 redemptions an hour give 1,000 an hour for a day; 6,000 of 30,000 are left and nine days to go.
    given = [minute(60 * hour, n_redemptions=100, discount_minor=1_000) for hour in range(24)]
    alert = pace(given, plan_of(budget_minor=30_000), None, at(1_440))
    assert alert is not None
    assert alert.severity == "warning"
    assert alert.evidence["given_minor"] == 24_000
    assert alert.evidence["left_hours"] == pytest.approx(6.0)
    assert alert.evidence["needed_hours"] == pytest.approx(216.0)
    assert alert_sentence(alert).startswith(
        "240.00 EUR of the budget of 300.00 EUR is given; at this pace the rest"
    )


def test_a_budget_that_lasts_raises_nothing_nor_does_one_whose_pace_is_not_known() -> None:
    given = [minute(60 * hour, n_redemptions=100, discount_minor=1_000) for hour in range(24)]
    assert pace(given, plan_of(budget_minor=300_000), None, at(1_440)) is None
    few = [minute(1, n_redemptions=19, discount_minor=29_000)]
    assert pace(few, plan_of(budget_minor=30_000), None, at(60)) is None


def test_a_budget_that_is_gone_has_no_hours_left() -> None:
    given = [minute(1, n_redemptions=100, discount_minor=30_000)]
    alert = pace(given, plan_of(budget_minor=30_000), None, at(60))
    assert alert is not None
    assert alert.evidence["left_hours"] == 0


@pytest.mark.parametrize(
    ("most", "stop"),
    [
        (None, "nothing at the till stops it"),
        (50_000, "the till stops it at 500.00 EUR"),
        (31_000, "the till gives nothing more, and shoppers pay full prices"),
    ],
)
def test_a_budget_that_is_overspent_is_critical_and_the_alert_says_where_the_till_stops(
    most: int | None, stop: str
) -> None:
    given = [minute(1, n_redemptions=3, discount_minor=31_000)]
    alert = pace(given, plan_of(budget_minor=30_000, most_minor=most), None, at(60))
    assert alert is not None
    assert (alert.code, alert.severity, alert.action.kind) == ("budget_pace", "critical", "pause")
    assert (alert.evidence["over_minor"], alert.evidence["most_minor"]) == (1_000, most)
    assert alert_sentence(alert) == (
        f"310.00 EUR is given of a budget of 300.00 EUR, 10.00 EUR more than was meant; {stop}. "
        "Proposed: pause the campaign."
    )
    assert "超出 10.00 EUR" in alert_sentence(alert, "zh")


def test_a_budget_stays_spent_when_nothing_is_given_any_more_and_also_without_an_end() -> None:
    given = [minute(1, n_redemptions=100, discount_minor=31_000)]
    plan = replace(plan_of(budget_minor=30_000), end=None)
    alert = pace(given, plan, None, at(5 * 1_440))
    assert alert is not None
    assert (alert.severity, alert.evidence["needed_hours"]) == ("critical", None)


def test_what_was_given_before_something_else_was_in_force_counts_for_the_budget_and_not_for_the_pace() -> None:
    fast = [minute(number, n_redemptions=100, discount_minor=1_000) for number in range(20)]
    slow = [minute(60 + 60 * hour, n_redemptions=30, discount_minor=40) for hour in range(20)]
    plan = plan_of(budget_minor=30_000)
    assert pace([*fast, *slow], plan, None, at(1_260)) is not None
    assert pace([*fast, *slow], plan, None, at(1_260), since=at(30)) is None  # 9,200 are left, 40 go an hour
    alert = pace([*fast, *slow], replace(plan, budget_minor=20_000), None, at(1_260), since=at(30))
    assert alert is not None
    assert alert.evidence["given_minor"] == 20_800


def test_a_budget_follows_the_sales_that_are_planned() -> None:
    plan = plan_of(
        [day_of(0, units=1, net=300, margin=1), day_of(1, units=1, net=100, margin=1)], days=2, budget_minor=1_000
    )
    assert plan.planned_discount_minor(START, START + DAY) == pytest.approx(750)
    assert plan.planned_discount_minor(START + DAY, START + 1.5 * DAY) == pytest.approx(125)
    even = Expectation("tea", "EUR", START, START + 2 * DAY, budget_minor=1_000)
    assert even.planned_discount_minor(START, START + DAY) == pytest.approx(500)
    assert Expectation("tea", "EUR", START, budget_minor=1_000).planned_discount_minor(START, START + DAY) is None


def test_a_margin_below_all_that_the_plan_foresaw_is_a_leak() -> None:
    # At worst the plan keeps 18,000 of 110,000: 16.4 %.
    sold = [minute(1, n_orders=30, net_minor=100_000, cost_minor=84_000)]
    alert = margin(sold, plan_of(DAYS), None, at(2))
    assert alert is not None
    assert alert.evidence["value_share"] == pytest.approx(0.16)
    assert alert.evidence["planned_low_share"] == pytest.approx(18_000 / 110_000)
    fine = [minute(1, n_orders=30, net_minor=100_000, cost_minor=83_000)]
    assert margin(fine, plan_of(DAYS), None, at(2)) is None
    few = [minute(1, n_orders=29, net_minor=100_000, cost_minor=99_000)]
    assert margin(few, plan_of(DAYS), None, at(2)) is None


def test_sales_far_below_the_range_are_told_once_their_days_are_over() -> None:
    sold = [minute(1_440 * day + 600, units=80) for day in range(3)]
    assert off_forecast(sold, plan_of(DAYS), UNITS, START + timedelta(hours=23)) is None
    alert = off_forecast(sold, plan_of(DAYS), UNITS, START + 3 * DAY)
    assert alert is not None
    assert (alert.code, alert.evidence["value"]) == ("below_forecast", 240.0)
    assert alert.evidence["low"] == pytest.approx(540.0)
    assert alert_sentence(alert) == (
        "Units sold since the start is 240, below the plan's range of 540 to 660. Proposed: look at it."
    )


def test_sales_within_the_range_are_no_news_and_above_it_good_ones() -> None:
    plan = plan_of(DAYS)
    usual = [minute(1_440 * day + 600, units=185) for day in range(10)]
    assert off_forecast(usual, plan, UNITS, START + 10 * DAY) is None
    many = [minute(1_440 * day + 600, units=500) for day in range(3)]
    alert = off_forecast(many, plan, UNITS, START + 3 * DAY)
    assert alert is not None
    assert (alert.code, alert.severity, alert.action.kind) == ("above_forecast", "info", "none")


def test_who_is_held_out_is_not_missed_in_the_sales() -> None:
    sold = [minute(1_440 * day + 600, "treatment", units=100) for day in range(10)]
    sold += [minute(1_440 * day + 600, "holdout", units=70) for day in range(10)]
    half = plan_of(DAYS, holdout_share=0.5)
    assert off_forecast(sold, half, UNITS, START + 10 * DAY) is None
    assert drift(sold, half, None, START + 10 * DAY) is None
    assert off_forecast(sold, plan_of(DAYS), UNITS, START + 10 * DAY) is not None


def test_the_same_fall_proves_less_where_sales_scatter_more() -> None:
    sold = [minute(1_440 * day + 600, units=120) for day in range(3)]
    calm = plan_of(DAYS, dispersion={"units": 1.0})
    wild = plan_of(DAYS, dispersion={"units": 60.0})
    assert off_forecast(sold, calm, UNITS, START + 3 * DAY) is not None
    assert off_forecast(sold, wild, UNITS, START + 3 * DAY) is None


def test_goods_that_run_out_before_the_next_delivery_are_told_with_how_likely_that_is() -> None:
    # 95.5 units in 10 hours; 24 hours to go, 200 units left.
    shelf = Shelf("TEA", 200, 95, 10.0, next_delivery=START + DAY)
    alert = stock(shelf, plan_of(), START)
    assert alert is not None
    chance = nbinom.sf(199, 95.5, 10 / 34)
    assert alert.evidence["chance_share"] == pytest.approx(chance)
    assert alert.evidence["left_hours"] == pytest.approx(200 / 9.55)
    assert stock(Shelf("TEA", 300, 95, 10.0, next_delivery=START + DAY), plan_of(), START) is None


def test_an_empty_shelf_is_sold_out() -> None:
    alert = stock(Shelf("TEA", 0, 0, 10.0), plan_of(), START)
    assert alert is not None
    assert (alert.severity, alert.evidence["chance_share"]) == ("critical", 1.0)


def test_scattered_sales_make_a_sell_out_less_certain() -> None:
    calm = stock(Shelf("TEA", 180, 95, 10.0, START + DAY), plan_of(), START)
    wild = stock(Shelf("TEA", 180, 95, 10.0, START + DAY, dispersion=10.0), plan_of(), START)
    assert calm is not None
    assert wild is not None
    sure, unsure = calm.evidence["chance_share"], wild.evidence["chance_share"]
    assert isinstance(sure, float)
    assert isinstance(unsure, float)
    assert 0.5 < unsure < sure


def test_a_shelf_counts_no_negative_units() -> None:
    with pytest.raises(InputError, match="sku 'TEA': units are 0 or more"):
        Shelf("TEA", -1, 0, 10.0)


def test_a_pause_twice_as_long_as_ever_is_silence() -> None:
    sold = [minute(10 * number, n_orders=1) for number in range(40)]
    assert silence(sold, plan_of(), None, at(390 + 19)) is None
    alert = silence(sold, plan_of(), None, at(390 + 20))
    assert alert is not None
    assert (alert.evidence["silent_minutes"], alert.evidence["usual_minutes"]) == (20, 10)


def test_a_closed_night_is_usual_from_the_second_one_on() -> None:
    open_hours = [minute(1_440 * day + 480 + 5 * n, n_orders=1) for day in range(2) for n in range(144)]
    morning = 1_440 * 2 + 480
    assert silence(open_hours, plan_of(), None, at(morning)) is None


def test_half_an_hour_of_data_is_too_little_to_know_what_is_usual() -> None:
    sold = [minute(number, n_orders=1) for number in range(29)]
    assert silence(sold, plan_of(), None, at(1_000)) is None


def test_the_detector_of_drift_grows_by_one_a_block_on_average_while_nothing_changes() -> None:
    rng = np.random.default_rng(6)
    ends = [
        float(np.exp(detector(rng.poisson(20, 10).astype(float), np.full(10, 20.0), dispersion=1.0)[-1]))
        for _ in range(20_000)
    ]
    assert np.mean(ends) == pytest.approx(10.0, rel=0.25)


def test_false_alarms_of_drift_are_a_year_apart_and_real_ones_are_found_in_days() -> None:
    rng, waits, found = np.random.default_rng(7), [], []
    for _ in range(60):
        log_r = detector(rng.poisson(100, 600).astype(float), np.full(600, 100.0), dispersion=1.0)
        hit = log_r >= np.log(365)
        waits.append(int(hit.argmax()) if hit.any() else 600)
        moved = detector(
            np.concatenate([rng.poisson(100, 50), rng.poisson(80, 50)]).astype(float),
            np.full(100, 100.0),
            dispersion=1.0,
        )
        found.append(int((moved[50:] >= np.log(365)).argmax()))
    assert np.mean(waits) >= 365
    assert np.median(found) <= 7


def test_units_that_moved_away_from_the_plan_are_told() -> None:
    moved = [minute(1_440 * day + 600, units=200 if day < 5 else 130) for day in range(10)]
    alert = drift(moved, plan_of(DAYS), None, START + 10 * DAY)
    assert alert is not None
    assert alert.evidence["n_blocks"] == 10
    steady = [minute(1_440 * day + 600, units=200) for day in range(10)]
    assert drift(steady, plan_of(DAYS), None, START + 10 * DAY) is None
