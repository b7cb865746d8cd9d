"""Limits that name what is not there, or ask for what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.constraints import (
    Blackout,
    Budget,
    CompetitorPrice,
    Constraint,
    EventLength,
    Gap,
    Keep,
    LargestPriceChange,
    Locked,
    MostPromotions,
    MustRun,
    NeverTogether,
    OnlyTogether,
    PriceOrder,
    PriorPrice,
    Products,
    VehicleSlots,
    lowest_price_before,
    violations,
)
from dealwright.plan.problem import Offer
from dealwright.plan.solvers import Milp
from small_plan import WEEK_ONE, promote, small_problem

TWO = small_problem(n=2, n_weeks=3, depths=(0.1, 0.3), seed=4)
LATER = WEEK_ONE + timedelta(weeks=9)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Gap(0), "give event_length if a promotion may last several weeks"),
        (lambda: EventLength(3, 2), "an event of 3 to 2 weeks cannot be"),
        (lambda: VehicleSlots("displai", 1), "no vehicle is called 'displai'; did you mean 'display'"),
        (lambda: MostPromotions(1, vehicle="mail"), "no vehicle is called 'mail'; did you mean 'mailer'"),
        (lambda: OnlyTogether("a", "a"), "'a' is always together with itself"),
        (lambda: PriceOrder("a", "a"), "'a' cannot be dearer than itself"),
        (lambda: PriceOrder("a", "b", ratio=0.0), "above 0, not 0"),
        (lambda: CompetitorPrice(np.ones(2)), "needs at_least, at_most or both"),
        (lambda: PriorPrice(0, np.ones((2, 3))), "give 30"),
        (lambda: LargestPriceChange(0.0), "allows none"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_what_would(make: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        make()


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Blackout(skus=("sku-9",)), "no sku in the plan is called 'sku-9'; did you mean 'sku-"),
        (NeverTogether(Products.of("sku-0", "sku-x")), "no sku in the plan is called 'sku-x'"),
        (Blackout(categories=("category 9",)), "no category in the plan is called 'category 9'"),
        (MustRun("sku-0", LATER), "no week in the plan is called '2024-03-04'"),
        (Budget(1, "x", weeks=(LATER,)), "no week in the plan is called '2024-03-04'"),
        (Locked((Keep("sku-0", WEEK_ONE, Offer(0.25)),)), "no offer in the plan is called '25% off'"),
    ],
)
def test_a_name_that_is_not_in_the_plan_is_refused_with_the_nearest(limit: Constraint, said: str) -> None:
    with pytest.raises(InputError, match=said):
        violations([limit], TWO, promote(TWO))


def test_all_unknown_names_of_a_limit_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        violations([Blackout(skus=("sku-7", "sku-8", "sku-0"))], TWO, promote(TWO))
    assert len(caught.value.problems) == 2


def test_a_list_of_holidays_may_reach_beyond_the_plan() -> None:
    holidays = Blackout(weeks=(LATER, WEEK_ONE + timedelta(days=2)))
    assert violations([holidays], TWO, promote(TWO, (0, 1, 1))) == []
    assert len(violations([holidays], TWO, promote(TWO, (0, 0, 1), (1, 0, 2)))) == 2


def test_a_budget_of_nothing_leaves_the_promotions_that_cost_nothing() -> None:
    value, spend = np.where(np.arange(3) > 0, 500.0, np.zeros(TWO.shape)), TWO.spend.copy()
    spend[0, :, 1] = 0.0
    solution = Milp().solve(replace(TWO, value=value, spend=spend), [Budget(0, "nothing"), Gap(1)])
    assert solution.choice.tolist() == [[1, 0, 1], [0, 0, 0]]


def test_the_lowest_price_before_a_week_looks_back_so_many_days_and_no_further() -> None:
    starts = [date(2023, 11, 20) + timedelta(weeks=k) for k in range(6)]  # the last week ends on 31 December
    price = np.array([[80.0, 100.0, np.nan, 95.0, 100.0, 100.0], [np.nan] * 6])
    lowest = lowest_price_before(price, starts, TWO.weeks, days=30)
    assert lowest[0].tolist() == [95.0, 95.0, 95.0]  # of 27 November to 31 December, then fewer
    assert np.isnan(lowest[1]).all()
    assert lowest_price_before(price, starts, TWO.weeks, days=36)[0, 0] == 80.0
    week = lowest_price_before(price, starts, TWO.weeks, days=7)[0]
    assert week[0] == 100.0
    assert np.isnan(week[1:]).all()
