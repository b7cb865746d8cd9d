"""Spans of calendar days, and weeks that start on a chosen day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dealwright.core.errors import InputError

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`.

    >>> Period(date(2018, 1, 1), date(2018, 1, 15)).days
    14
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InputError(f"a period ends after it starts; given {self.start} to {self.end}")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def weeks(self) -> Iterator[date]:
        """The first day of each week, counted from `start`."""
        day = self.start
        while day < self.end:
            yield day
            day += WEEK

    def __str__(self) -> str:
        return f"{self.start} to {self.end - timedelta(days=1)}"


def week_start(day: date, *, first_weekday: int = 0) -> date:
    """The first day of the week that `day` is in; `first_weekday` counts from Monday = 0.

    >>> week_start(date(2017, 1, 1))
    datetime.date(2016, 12, 26)
    """
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)
