"""What is watched of a campaign, whatever its plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from campaigns_of_tests import START, a_campaign, off
from dealwright.app.watch.watched_campaign import expectation_of
from dealwright.campaign.campaign import Expected

ONE = Expected("2090-01-11", Fraction(1), Fraction(0), Fraction(2), 1, 0, 2, 1, 0, 2)


@pytest.mark.parametrize(
    "bad",
    [
        replace(ONE, day="9999-12-31"),
        replace(ONE, day="0001-01-01"),
        replace(ONE, days=10**10),
        replace(ONE, units_high=Fraction(10**400)),
    ],
)
def test_a_plan_that_no_calendar_or_number_holds_is_left_out(bad: Expected) -> None:
    told = expectation_of(
        a_campaign(expected=(bad, ONE), schedule=replace(a_campaign().schedule, zone="Asia/Tokyo")), since=START
    )
    assert [span.end - span.start for span in told.spans] == [timedelta(days=1)]


def test_what_the_till_gives_at_most_is_what_the_promotions_budgets_add_up_to() -> None:
    two = a_campaign(promotions=(off(10), off(10, "CAKE", budget=700)), contingency=(off(5, id="MORE"),))
    assert expectation_of(two, since=START).most_minor == 5_700
    free = a_campaign(promotions=(off(10), off(10, "CAKE", budget=None)))
    assert expectation_of(free, since=START).most_minor is None


def test_without_a_budget_the_ceiling_is_what_is_meant_to_be_given() -> None:
    assert expectation_of(a_campaign(ceiling_minor=9_000), since=START).budget_minor == 5_000
    bounded = a_campaign(budget_minor=None, ceiling_minor=9_000)
    assert expectation_of(bounded, since=START).budget_minor == 9_000
    assert expectation_of(a_campaign(budget_minor=None), since=START).budget_minor is None
