"""What cannot be read as sales or plans is refused, all of it at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import check_ahead, evidence, latest, tamed
from dealwright.demand.models.naive import RecentMean, SeasonalNaive
from dealwright.testing.check_demand_model import make_panel


def test_a_stock_out_is_unknown_demand() -> None:
    is_active = np.array([[True, False, True]])
    panel = make_panel(np.array([[4.0, 0.0, 6.0]]), is_active=is_active)
    assert np.array_equal(evidence(panel), [[4.0, np.nan, 6.0]], equal_nan=True)
    assert RecentMean(4).fit(panel).forecast(panel, Ahead.undisturbed(panel, 2)).tolist() == [[5.0, 5.0]]


def test_negative_units_and_prices_of_zero_are_told_together() -> None:
    panel = make_panel(np.array([[4.0, -1.0], [2.0, 2.0]]))
    wrong = replace(panel, price=np.array([[500.0, 500.0], [0.0, 500.0]]))
    with pytest.raises(InputError) as told:
        evidence(wrong)
    assert told.value.problems == (
        "units are negative (in 1 periods of sku-0); take returns off the sale they belong to",
        "the price is not above zero (in 1 periods of sku-1); give the usual price in minor units",
    )


def test_a_plan_that_does_not_follow_the_panel_is_refused() -> None:
    panel = make_panel(np.ones((2, 4)))
    late = Ahead.undisturbed(make_panel(np.ones((2, 5))), 2)
    with pytest.raises(InputError, match="the forecast starts with 2023-02-06; it must follow 2023-01-23"):
        check_ahead(panel, late)


def test_a_plan_with_a_price_missing_is_refused() -> None:
    panel = make_panel(np.ones((1, 4)))
    plan = replace(Ahead.undisturbed(panel, 2), price=np.array([[500.0, np.nan]]))
    with pytest.raises(InputError, match="the coming price is not a number"):
        check_ahead(panel, plan)


def test_the_latest_known_values_skip_what_is_unknown() -> None:
    known = np.array([[1.0, np.nan, 3.0, np.nan], [np.nan, np.nan, np.nan, 9.0]])
    assert np.array_equal(latest(known, 2), [[1.0, 3.0], [np.nan, 9.0]], equal_nan=True)


def test_a_forecast_is_cut_at_twice_the_maximum_and_an_explosion_becomes_the_mean() -> None:
    known = np.array([1.0, 4.0, np.nan])
    assert tamed(np.array([9.0, -1.0]), known, 2.5).tolist() == [8.0, 0.0]
    assert tamed(np.array([3.0, 41.0]), known, 2.5).tolist() == [2.5, 2.5]
    assert tamed(np.array([3.0, np.nan]), known, 2.5).tolist() == [2.5, 2.5]


def test_days_repeat_the_same_weekday_and_weeks_the_last_week_or_the_last_year() -> None:
    days = make_panel(np.arange(10.0)[None, :], period_days=1)
    assert SeasonalNaive().fit(days).forecast(days, Ahead.undisturbed(days, 8)).tolist() == [
        [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 3.0]
    ]
    weeks = make_panel(np.arange(53.0)[None, :])
    assert SeasonalNaive().fit(weeks).forecast(weeks, Ahead.undisturbed(weeks, 2)).tolist() == [[1.0, 2.0]]
    few = make_panel(np.arange(5.0)[None, :])
    assert SeasonalNaive().fit(few).forecast(few, Ahead.undisturbed(few, 2)).tolist() == [[4.0, 4.0]]
