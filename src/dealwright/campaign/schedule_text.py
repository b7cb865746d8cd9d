"""Schedules as JSON: dates and times of the shop's clock stay as the shop wrote them, instants carry an offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dealwright.campaign.reading import UNREAD, Reading
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.wall_clock import is_said, moment_of
from dealwright.core.errors import InputError

MOMENT = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$"
HOURS = r"^\d{2}:\d{2}-\d{2}:\d{2}$"


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """When it holds: from `start` up to, not including, `end`; what is left out is open.

    Both are a date, a time of the clock in `zone` (an IANA name) or a time with an offset: "2026-11-11",
    "2026-11-11T20:00", "2026-11-11T20:00+08:00". A date means the beginning of that day, as an end the end of it.

    `weekdays` (Monday is 0) and `hours` ("18:00-20:00") narrow it; none means all. Hours may pass midnight
    ("22:00-02:00") and then belong to the weekday on which they begin.

    Clocks are changed: a time that the clock skips counts as that much later (02:30 is 03:30), one it shows twice
    as its first showing (write the offset, "02:30+01:00", for the second), and a day begins with its first moment
    that exists. Hours hold whenever the clock shows them: skipped ones never, doubled ones twice.
    """

    start: str = ""
    end: str = ""
    zone: str = "UTC"
    weekdays: tuple[int, ...] = field(default=(), metadata={"least": 0, "most": 6})
    hours: tuple[str, ...] = ()


def read_schedule(reading: Reading, given: Any, where: str) -> Any:
    """The schedule that an object describes; `UNREAD` with the reasons noted."""
    if isinstance(given, Mapping):
        given = {name: value for name, value in given.items() if not (name in ("start", "end") and value is None)}
    text = reading.object_of(ScheduleText, given, where)
    if text is UNREAD:
        return UNREAD
    try:
        return schedule_from(text)
    except InputError as error:
        for problem in error.problems:
            reading.refuse(where, problem)
        return UNREAD


def schedule_from(text: ScheduleText) -> Schedule:
    """What it means; InputError with everything wrong.

    >>> str(schedule_from(ScheduleText("2026-11-11", "2026-11-11", "Asia/Shanghai")).end)
    '2026-11-11 16:00:00+00:00'
    """
    start, end = (_moment(text.start, text.zone), _moment(text.end, text.zone, is_end=True))
    return Schedule(
        start=start,
        end=end,
        zone=text.zone,
        weekdays=text.weekdays,
        hours=text.hours,
        start_said=text.start if is_said(text.start) else "",
        end_said=text.end if is_said(text.end) else "",
    )


def text_of(schedule: Schedule) -> ScheduleText:
    """How it is written: what was said if anything was, else the instant in UTC."""
    return ScheduleText(
        start=schedule.start_said or _instant(schedule.start),
        end=schedule.end_said or _instant(schedule.end),
        zone=schedule.zone,
        weekdays=schedule.weekdays,
        hours=schedule.hours,
    )


def _moment(text: str, zone: str, *, is_end: bool = False) -> datetime | None:
    return moment_of(text, zone, is_end=is_end) if text else None


def _instant(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
