"""What time it was in the shop, when the clock of another zone showed this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import ibis

Moment: TypeAlias = ibis.expr.types.TimestampValue


@dataclass(frozen=True, slots=True)
class Change:
    """From the moment `since` (UTC) on the zone is `offset` ahead of UTC; `before` is what held until then."""

    since: datetime
    offset: timedelta
    before: timedelta


def changes(zone: str, first: datetime, last: datetime) -> tuple[Change, ...]:
    """Every change of the zone's clock between two moments (UTC, without zone), found to the second.

    >>> [str(change.since) for change in changes("Europe/Berlin", datetime(2017, 1, 1), datetime(2018, 1, 1))]
    ['2017-03-26 01:00:00', '2017-10-29 01:00:00']
    """
    return tuple(_changes(ZoneInfo(zone), first, last))


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Change]:
    step = timedelta(days=7)  # no zone has changed its clock and back within a week
    low = first
    while low < last:
        high = min(low + step, last)
        if _offset(zone, low) != _offset(zone, high):
            since = _moment_of_change(zone, low, high)
            yield Change(since, _offset(zone, high), _offset(zone, low))
        low = high


def _moment_of_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert offset is not None, "a zone of the IANA database knows its offset"
    return offset


def converted(moment: Moment, *, given: str, wanted: str, first: datetime, last: datetime) -> Moment:
    """Moments of the zone `given` as the clock of the zone `wanted` showed them, daylight saving included.

    All moments lie between `first` and `last`. An hour that the given clock showed twice is taken as its first
    showing. Written as a case for each change of the clocks, so that every engine gives the same answer.
    """
    if given == wanted:
        return moment
    margin = timedelta(days=2)
    span = (first.replace(microsecond=0) - margin, last.replace(microsecond=0) + margin)
    return _from_utc(_to_utc(moment, given, *span), wanted, *span)


def _to_utc(moment: Moment, zone: str, first: datetime, last: datetime) -> Moment:
    # Within the hour shown twice, and the hour never shown, the offset before the change holds.
    found = changes(zone, first, last)
    limits = [(change.since + max(change.offset, change.before), change) for change in found]
    return _moved(moment, -_offset(ZoneInfo(zone), first), [(limit, -change.offset) for limit, change in limits])


def _from_utc(moment: Moment, zone: str, first: datetime, last: datetime) -> Moment:
    found = changes(zone, first, last)
    return _moved(moment, _offset(ZoneInfo(zone), first), [(change.since, change.offset) for change in found])


def _moved(moment: Moment, at_first: timedelta, later: list[tuple[datetime, timedelta]]) -> Moment:
    seconds = ibis.literal(int(at_first.total_seconds()))
    if later:
        newest_first = [
            (moment >= ibis.timestamp(limit.isoformat()), int(offset.total_seconds()))
            for limit, offset in reversed(later)
        ]
        seconds = ibis.cases(*newest_first, else_=seconds)
    return moment + seconds.as_interval("s")
