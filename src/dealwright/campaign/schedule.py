"""When a promotion holds: half-open spans of time, in the shop's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dealwright.campaign.wall_clock import Hours, hours_from, moment_of, zone_named
from dealwright.core.errors import InputError

State = Literal["not_started", "open", "outside_hours", "ended"]

_MINUTE = timedelta(minutes=1)
_ALL_WEEKDAYS_PASS = timedelta(days=9)  # any zone's clock has shown each weekday in full by then


@dataclass(frozen=True, slots=True)
class Schedule:
    """From `start` up to, not including, `end` (instants with a zone; `None` is open); `zone` is an IANA name.

    `weekdays` (Monday = 0) and `hours` ("18:00-20:00", by the wall clock of `zone`) narrow it; empty means all.
    Hours may pass midnight ("22:00-02:00") and then belong to the weekday on which they begin.

    `start_said` and `end_said` keep what the shop meant, by its own clock: "2026-11-11" (an end *date* means the
    end of that day) or "2026-11-11T20:00". Where they are given, `start` and `end` are what they come to; make such
    a schedule with `by_the_clock`. InputError tells everything that does not fit together.

    Twice a year clocks are changed. A time that the clock skips counts as that much later (02:30 is 03:30), one it
    shows twice as its first showing (write the offset, "02:30+01:00", for the second); a day begins with its first
    moment that exists. Hours hold whenever the clock shows them: skipped ones never, doubled ones twice.
    """

    start: datetime | None = None
    end: datetime | None = None
    zone: str = "UTC"
    weekdays: tuple[int, ...] = ()
    hours: tuple[str, ...] = ()
    start_said: str = ""
    end_said: str = ""

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InputError(*problems)

    def state(self, at: datetime) -> State:
        """Whether it holds at this instant, and if not, why."""
        at = at.astimezone(UTC)
        if self.start is not None and at < self.start:
            return "not_started"
        if self.end is not None and self.end <= at:
            return "ended"
        if (self.weekdays or self.hours) and not self._clock_shows(at):
            return "outside_hours"
        return "open"

    def holds(self, at: datetime) -> bool:
        """Whether the promotion holds at this instant."""
        return self.state(at) == "open"

    def _clock_shows(self, at: datetime) -> bool:
        now = at.astimezone(_zone(self.zone))
        minute, weekday = now.hour * 60 + now.minute, now.weekday()
        begun_today = not self.weekdays or weekday in self.weekdays
        begun_yesterday = not self.weekdays or (weekday - 1) % 7 in self.weekdays
        if not self.hours:
            return begun_today
        return any(
            (begun_today and span.begins <= minute < span.ends)
            or (begun_yesterday and minute < span.ends - 24 * 60)
            for span in _hours(self.hours)
        )

    def first_moment(self) -> datetime | None:
        """The first moment at which it holds; `None` if it never does, or has no start to look from.

        Hours are looked at minute by minute, because clocks are changed by whole minutes.
        """
        if self.start is None:
            return None
        last = self.start + _ALL_WEEKDAYS_PASS
        last = last if self.end is None else min(last, self.end)
        moment = self.start.astimezone(UTC)
        while moment < last:
            if self.holds(moment):
                return moment
            moment = moment.replace(second=0, microsecond=0) + _MINUTE
        return None

    def overlaps(self, other: Schedule) -> bool:
        """Whether the two spans, weekdays and hours aside, have a moment in common."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def covers(self, other: Schedule) -> bool:
        """Whether this one surely holds whenever the other does."""
        narrowed = (self.weekdays, self.hours) != ((), ()) and (
            (self.weekdays, self.hours, self.zone) != (other.weekdays, other.hours, other.zone)
        )
        starts = self.start is None or (other.start is not None and self.start <= other.start)
        ends = self.end is None or (other.end is not None and other.end <= self.end)
        return starts and ends and not narrowed


def by_the_clock(
    start: str = "",
    end: str = "",
    *,
    zone: str,
    weekdays: tuple[int, ...] = (),
    hours: tuple[str, ...] = (),
) -> Schedule:
    """The schedule that a shop in `zone` means by dates and times of its own clock.

    >>> day = by_the_clock("2026-11-11", "2026-11-11", zone="Asia/Shanghai")
    >>> str(day.start), str(day.end)
    ('2026-11-10 16:00:00+00:00', '2026-11-11 16:00:00+00:00')
    """
    zone_named(zone)
    return Schedule(
        start=moment_of(start, zone) if start else None,
        end=moment_of(end, zone, is_end=True) if end else None,
        zone=zone,
        weekdays=weekdays,
        hours=hours,
        start_said=start,
        end_said=end,
    )


def _problems(schedule: Schedule) -> list[str]:
    problems = [
        f"{name} needs a zone or an offset, like 2026-11-11T00:00+08:00; given {moment.isoformat()}"
        for name, moment in (("start", schedule.start), ("end", schedule.end))
        if moment is not None and moment.utcoffset() is None
    ]
    try:
        zone_named(schedule.zone)
    except InputError as error:
        return [*problems, *error.problems]
    if len(set(schedule.weekdays)) < len(schedule.weekdays) or not set(schedule.weekdays) <= set(range(7)):
        problems.append(f"weekdays are 0 (Monday) to 6 (Sunday), each once; given {list(schedule.weekdays)}")
    for text in schedule.hours:
        try:
            hours_from(text)
        except InputError as error:
            problems += error.problems
    return problems or _said_otherwise(schedule)


def _said_otherwise(schedule: Schedule) -> list[str]:
    problems = []
    ends = (("start", schedule.start, schedule.start_said), ("end", schedule.end, schedule.end_said))
    for name, moment, said in ends:
        if said and moment != moment_of(said, schedule.zone, is_end=name == "end"):
            problems.append(
                f"{name} is {moment} but {name}_said is {said!r}, another moment in {schedule.zone}; "
                f"make the schedule with by_the_clock, or leave {name}_said empty"
            )
    return problems


@lru_cache(maxsize=4096)
def _hours(texts: tuple[str, ...]) -> tuple[Hours, ...]:
    return tuple(hours_from(text) for text in texts)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return zone_named(name)


def _before(moment: datetime | None, limit: datetime | None) -> bool:
    return moment is None or limit is None or moment < limit


ALWAYS = Schedule()
