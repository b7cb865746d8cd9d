"""What a date or a time on the shop's wall clock comes to: an instant, also on days when clocks are changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from dealwright.core.errors import InputError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_OFFSET = re.compile(r"(Z|[+-]\d{2}:\d{2})$", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_EARLIEST, _LATEST = 1900, 9000  # years; the ends of the calendar have no neighbours to compare with
_SECOND = timedelta(seconds=1)
_DAY_AND_MORE = timedelta(hours=36)  # clocks differ from UTC by less, and no change of them is as long


@dataclass(frozen=True, slots=True)
class Hours:
    """From minute `begins` of a day up to, not including, minute `ends`; beyond 1,440 it is the next day."""

    begins: int
    ends: int


def hours_from(text: str) -> Hours:
    """What "18:00-20:00" or "22:00-02:00" means.

    >>> hours_from("22:00-02:00")
    Hours(begins=1320, ends=1560)
    """
    found = _HOURS.fullmatch(text)
    if found is None:
        raise InputError(f"hours are written like '18:00-20:00', from 00:00 to 24:00; given {text!r}")
    begins, ends = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if ends > 24 * 60 or begins == ends:
        raise InputError(f"hours end after they begin, at 24:00 at the latest; given {text!r}")
    return Hours(begins, ends if begins < ends else ends + 24 * 60)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone with this IANA name; InputError with the nearest if there is none."""
    if name not in _zones():
        raise InputError.unknown("time zone", name, _zones())
    return ZoneInfo(name)


def is_said(text: str) -> bool:
    """Whether the text is a date or a time of the shop's clock, not an instant with an offset."""
    return _OFFSET.search(text) is None


def moment_of(text: str, zone: str, *, is_end: bool = False) -> datetime:
    """The instant (UTC) that a date, a time of the zone's clock or a time with an offset means.

    A date means the beginning of that day, as an end the end of it. A time that the clock skips counts as that much
    later, one that it shows twice as its first showing.

    >>> str(moment_of("2026-03-29T02:30", "Europe/Berlin")), str(moment_of("2026-10-25T02:30", "Europe/Berlin"))
    ('2026-03-29 01:30:00+00:00', '2026-10-25 00:30:00+00:00')
    """
    place = zone_named(zone)
    if _DAY.fullmatch(text):
        day = _parsed(text).date()
        return day_begins(day + timedelta(days=1) if is_end else day, place)
    offset = _OFFSET.search(text)
    if _TIME.fullmatch(text[: offset.start()] if offset else text):
        # As RFC 5545 has it, and `fold=0` does: the offset before the change counts, in the gap and in the fold.
        moment = _parsed(text)
        return (moment if offset else moment.replace(tzinfo=place, fold=0)).astimezone(UTC)
    raise InputError(
        f"a moment is written like 2026-11-11, 2026-11-11T20:00 or 2026-11-11T20:00+08:00; given {text!r}"
    )


def _parsed(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not in the calendar") from None
    if not _EARLIEST <= moment.year <= _LATEST:
        raise InputError(f"years are {_EARLIEST} to {_LATEST}; given {text!r}")
    return moment


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the zone's clock shows `day` or, if it skips it, a later one.

    >>> str(day_begins(date(2025, 9, 7), ZoneInfo("America/Santiago")))  # at midnight it was one o'clock
    '2025-09-07 04:00:00+00:00'
    """
    midnight = datetime.combine(day, time.min)
    guess = midnight.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if guess.astimezone(zone).replace(tzinfo=None) == midnight and not _shows(guess - _SECOND, day, zone):
        return guess
    return _first_shown(day, zone, guess)


def _shows(moment: datetime, day: date, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).date() >= day


def _first_shown(day: date, zone: ZoneInfo, guess: datetime) -> datetime:
    """By halving; found to the second, as clocks are changed on whole seconds."""
    low, high = guess - _DAY_AND_MORE, guess + _DAY_AND_MORE
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if _shows(middle, day, zone) else (middle, high)
    return high
