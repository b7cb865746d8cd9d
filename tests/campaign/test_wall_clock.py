"""Every IANA zone on every day its clock is changed from 2020 to 2035, and how moments are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from dealwright.campaign.wall_clock import day_begins, hours_from, moment_of
from dealwright.core.errors import InputError
from dealwright.data.zones import Change, changes

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@cache
def all_changes() -> list[tuple[str, Change]]:
    first, last = datetime(2020, 1, 1), datetime(2036, 1, 1)
    return [(zone, change) for zone in sorted(available_timezones()) for change in changes(zone, first, last)]


def expected(wall: datetime, change: Change) -> datetime:
    """The instant of a wall-clock time near one change, without any library: two straight lines."""
    until = change.since + max(change.before, change.offset)  # in the gap and in the fold the old offset counts
    return (wall - (change.before if wall < until else change.offset)).replace(tzinfo=UTC)


def begins(day: date, change: Change) -> datetime:
    midnight = datetime.combine(day, time())
    by_the_old = midnight - change.before
    moment = by_the_old if by_the_old < change.since else max(change.since, midnight - change.offset)
    return moment.replace(tzinfo=UTC)


def test_times_around_every_change_of_every_zone_are_the_documented_instants() -> None:
    found = all_changes()
    assert len(found) > 3_000
    wrong = [
        (zone, wall)
        for zone, change in found
        for edge in (change.since + change.before, change.since + change.offset)
        for wall in (edge - MINUTE, edge, edge + MINUTE, edge + (change.before - change.offset) / 2)
        if moment_of(wall.isoformat(), zone) != expected(wall, change)
    ]
    assert wrong == []


def test_days_around_every_change_of_every_zone_begin_at_their_first_moment_and_end_where_the_next_begins() -> None:
    wrong = []
    for zone, change in all_changes():
        place, day = ZoneInfo(zone), (change.since + change.before).date()
        for offset in (-1, 0, 1):
            one = day + offset * DAY
            if day_begins(one, place) != begins(one, change):
                wrong.append((zone, one))
            if moment_of(one.isoformat(), zone, is_end=True) != moment_of((one + DAY).isoformat(), zone):
                wrong.append((zone, one))
    assert wrong == []


def test_the_named_days_when_midnight_itself_is_skipped_or_doubled() -> None:
    assert moment_of("2025-09-07", "America/Santiago") == datetime(2025, 9, 7, 4, tzinfo=UTC)
    assert moment_of("2026-11-01", "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert moment_of("2026-11-01", "America/Havana", is_end=True) == datetime(2026, 11, 2, 5, tzinfo=UTC)


def test_an_offset_chooses_the_second_of_two_showings() -> None:
    assert moment_of("2026-10-25T02:30", "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of("2026-10-25T02:30+01:00", "Europe/Berlin") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11.11.2026",
        "2026-11-11 20:00",
        "2026-W46",
        "20261111",
        "2026-11-11T20",
        "2026-11-11T20:00+8",
        "٢٠٢٦-١١-١١",
    ],
)
def test_other_ways_to_write_a_moment_are_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(InputError, match="a moment is written like 2026-11-11"):
        moment_of(text, "UTC")


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11-11T25:00", "0001-01-01", "9999-12-31"])
def test_moments_outside_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        moment_of(text, "Pacific/Auckland", is_end=True)


@pytest.mark.parametrize("text", ["18-20", "18:00-18:00", "24:00-25:00", "20:00-24:01", "18:00–20:00", ""])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        hours_from(text)
