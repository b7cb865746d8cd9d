"""A period holds its first day, not its last; history is counted in weeks of the shop's choice, or in days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.core.period import WEEK, Grain, Period, week_start

days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
spans = st.integers(1, 800).map(lambda n: timedelta(days=n))

JANUARY = Period(date(2018, 1, 1), date(2018, 2, 1))


def test_a_period_holds_its_start_and_not_its_end() -> None:
    assert date(2018, 1, 1) in JANUARY
    assert date(2018, 1, 31) in JANUARY
    assert date(2018, 2, 1) not in JANUARY
    assert date(2017, 12, 31) not in JANUARY
    assert JANUARY.days == 31


def test_a_period_is_shown_with_the_last_day_it_holds() -> None:
    assert str(JANUARY) == "2018-01-01 to 2018-01-31"


@pytest.mark.parametrize("end", [date(2018, 1, 1), date(2017, 12, 31)])
def test_a_period_that_does_not_end_after_its_start_is_refused(end: date) -> None:
    with pytest.raises(InputError, match=f"given 2018-01-01 to {end}"):
        Period(date(2018, 1, 1), end)


def test_the_last_week_of_a_period_may_be_cut_short() -> None:
    assert list(JANUARY.weeks()) == [date(2018, 1, day) for day in (1, 8, 15, 22, 29)]


@given(days, spans)
def test_every_day_of_a_period_is_in_exactly_one_of_its_weeks(start: date, span: timedelta) -> None:
    period = Period(start, start + span)
    day = start + span * 0.5
    holding = [week for week in period.weeks() if week <= day < week + WEEK]
    assert len(holding) == 1
    assert len(list(period.weeks())) == -(-period.days // 7)


@given(days, st.integers(0, 6))
def test_a_week_starts_on_the_chosen_weekday_at_most_six_days_back(day: date, first_weekday: int) -> None:
    start = week_start(day, first_weekday=first_weekday)
    assert start.weekday() == first_weekday
    assert 0 <= (day - start).days <= 6
    assert week_start(start, first_weekday=first_weekday) == start


def test_a_shop_whose_week_starts_on_sunday_counts_sunday_to_the_new_week() -> None:
    assert week_start(date(2018, 1, 7), first_weekday=6) == date(2018, 1, 7)
    assert week_start(date(2018, 1, 7)) == date(2018, 1, 1)


def test_history_by_week_begins_with_the_week_that_holds_the_first_day() -> None:
    grain = Grain(first_weekday=6)
    assert grain.starts(date(2018, 1, 9), date(2018, 1, 21)) == (
        date(2018, 1, 7),
        date(2018, 1, 14),
        date(2018, 1, 21),
    )


def test_history_by_day_knows_no_weekday() -> None:
    grain = Grain(period_days=1, first_weekday=6)
    assert grain.starts(date(2018, 1, 9), date(2018, 1, 10)) == (date(2018, 1, 9), date(2018, 1, 10))


@given(days, spans, st.integers(0, 6), st.sampled_from([1, 7]))
def test_every_day_is_in_the_period_that_starts_last_before_it(
    first: date, span: timedelta, first_weekday: int, period_days: int
) -> None:
    grain = Grain(period_days=period_days, first_weekday=first_weekday)
    starts = grain.starts(first, first + span)
    assert starts[0] <= first < starts[0] + grain.step
    assert starts[-1] <= first + span < starts[-1] + grain.step
    assert {late - early for early, late in pairwise(starts)} <= {grain.step}


def test_periods_of_other_lengths_and_unknown_weekdays_are_refused_together() -> None:
    with pytest.raises(InputError, match="1 day or 7; given 30") as refusal:
        Grain(period_days=30, first_weekday=7)
    assert "given 7" in refusal.value.problems[1]
