"""Instants as numbers: microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
EARLIEST = -(2**62)
LATEST = 2**62


def micros(moment: datetime) -> int:
    """The instant as a number.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """The number as an instant in UTC."""
    return _EPOCH + timedelta(microseconds=number)
