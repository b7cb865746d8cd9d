"""Spans are half-open and in the shop's zone; hours and weekdays are what the clock on the shop's wall shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dealwright.campaign.schedule import ALWAYS, Schedule, by_the_clock
from dealwright.core.errors import InputError

SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SINGLES_DAY = by_the_clock("2026-11-11", "2026-11-11", zone="Asia/Shanghai")


def test_the_first_moment_belongs_to_the_promotion_and_the_last_does_not() -> None:
    schedule = Schedule(utc("2026-03-01T10:00"), utc("2026-03-01T12:00"))
    assert [schedule.state(utc(f"2026-03-01T{time}")) for time in ("09:59:59", "10:00", "11:59:59", "12:00")] == [
        "not_started",
        "open",
        "open",
        "ended",
    ]


def test_an_end_date_is_the_end_of_that_day_in_the_shop_and_not_in_greenwich() -> None:
    assert SINGLES_DAY.end == utc("2026-11-11T16:00")
    assert SINGLES_DAY.holds(utc("2026-11-11T15:59:59"))
    assert not SINGLES_DAY.holds(utc("2026-11-11T16:00"))
    assert not SINGLES_DAY.holds(utc("2026-11-10T15:59:59"))


def test_two_shops_in_two_zones_open_the_same_day_at_their_own_midnight() -> None:
    berlin = by_the_clock("2026-11-11", "2026-11-11", zone="Europe/Berlin")
    at = utc("2026-11-10T20:00")
    assert SINGLES_DAY.holds(at)
    assert not berlin.holds(at)
    assert berlin.start is not None
    assert SINGLES_DAY.start is not None
    assert berlin.start - SINGLES_DAY.start == timedelta(hours=7)


def test_two_schedules_that_touch_share_no_moment() -> None:
    first = by_the_clock("2026-10-01", "2026-10-24", zone="Europe/Berlin")
    second = by_the_clock("2026-10-25", "2026-10-31", zone="Europe/Berlin")
    assert first.end == second.start
    assert not first.overlaps(second)
    assert first.overlaps(ALWAYS)


def test_a_day_of_25_hours_is_25_hours_long() -> None:
    day = by_the_clock("2026-10-25", "2026-10-25", zone="Europe/Berlin")
    assert day.end is not None
    assert day.start is not None
    assert day.end - day.start == timedelta(hours=25)


def test_happy_hour_holds_by_the_shops_clock_in_summer_and_in_winter() -> None:
    happy = Schedule(zone="Europe/Berlin", hours=("18:00-20:00",))
    assert happy.holds(utc("2026-07-01T16:00"))
    assert not happy.holds(utc("2026-07-01T18:00"))
    assert happy.holds(utc("2026-12-01T17:00"))
    assert happy.state(utc("2026-12-01T16:59:59")) == "outside_hours"


def test_hours_that_pass_midnight_belong_to_the_weekday_on_which_they_begin() -> None:
    friday_night = Schedule(zone="UTC", weekdays=(4,), hours=("22:00-02:00",))
    assert friday_night.holds(utc("2026-11-27T23:00"))
    assert friday_night.holds(utc("2026-11-28T01:59:59"))  # Saturday
    assert not friday_night.holds(utc("2026-11-28T02:00"))
    assert not friday_night.holds(utc("2026-11-28T22:00"))
    assert not friday_night.holds(utc("2026-11-27T01:00"))  # begun on a Thursday


def test_weekdays_alone_hold_from_midnight_to_midnight() -> None:
    mondays = Schedule(zone="Asia/Tokyo", weekdays=(0,))
    assert mondays.holds(utc("2026-11-22T15:00"))
    assert mondays.holds(utc("2026-11-23T14:59:59"))
    assert not mondays.holds(utc("2026-11-23T15:00"))


def test_hours_that_the_clock_skips_never_come_and_doubled_ones_come_twice() -> None:
    night = Schedule(zone="Europe/Berlin", hours=("02:00-03:00",))
    spring = [utc("2026-03-29T00:00") + timedelta(minutes=m) for m in range(0, 180, 10)]
    autumn = [utc("2026-10-25T00:00") + timedelta(minutes=m) for m in range(0, 180, 10)]
    assert sum(map(night.holds, spring)) == 0
    assert sum(map(night.holds, autumn)) == 12


def test_hours_until_24_end_at_midnight() -> None:
    evening = Schedule(hours=("20:00-24:00",))
    assert evening.holds(utc("2026-01-01T23:59:59"))
    assert not evening.holds(utc("2026-01-02T00:00"))


def test_all_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        Schedule(start=datetime(2026, 1, 1), weekdays=(7, 7), hours=("18-20", "20:00-20:00"))
    assert len(told.value.problems) == 4
    with pytest.raises(InputError, match="did you mean 'Europe/Berlin'"):
        Schedule(zone="Europe/Berln")


def test_what_was_said_and_the_instant_cannot_part() -> None:
    with pytest.raises(InputError, match="make the schedule with by_the_clock"):
        replace(SINGLES_DAY, end=utc("2026-11-12T00:00"))
    moved = replace(SINGLES_DAY, end=utc("2026-11-12T00:00"), end_said="")
    assert moved.end == utc("2026-11-12T00:00")


def test_the_first_moment_is_found_also_behind_hours_or_not_at_all() -> None:
    happy = by_the_clock("2026-11-23", "2026-11-23", zone="UTC", hours=("18:00-20:00",))
    assert happy.first_moment() == utc("2026-11-23T18:00")
    never = by_the_clock("2026-11-23", "2026-11-24", zone="UTC", weekdays=(6,))
    assert never.first_moment() is None
    assert by_the_clock("2026-11-23", "2026-11-22", zone="UTC").first_moment() is None


def test_one_schedule_covers_another_only_if_it_holds_whenever_that_does() -> None:
    november = by_the_clock("2026-11-01", "2026-11-30", zone="Asia/Shanghai")
    assert november.covers(SINGLES_DAY)
    assert not SINGLES_DAY.covers(november)
    assert ALWAYS.covers(november)
    assert not replace(november, hours=("18:00-20:00",)).covers(SINGLES_DAY)


def test_ten_thousand_schedules_of_one_zone_are_asked_within_a_second() -> None:
    schedule = Schedule(zone="Europe/Berlin", weekdays=(0,), hours=("18:00-20:00",))
    at = utc("2026-11-23T17:30")
    started = datetime.now(UTC)
    assert sum(schedule.holds(at) for _ in range(10_000)) == 10_000
    assert datetime.now(UTC) - started < SECOND
