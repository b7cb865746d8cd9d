"""Spans of calendar days, and the days or weeks that history is counted in."""

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


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely history is laid out: by day or by week, chain-wide or by store.

    `period_days` is 1 or 7; weeks start on `first_weekday` (Monday = 0), days whenever they like.

    >>> Grain(by_store=True).start_of(date(2017, 1, 4))
    datetime.date(2017, 1, 2)
    """

    period_days: int = 7
    by_store: bool = False
    first_weekday: int = 0

    def __post_init__(self) -> None:
        problems = []
        if self.period_days not in (1, 7):
            problems.append(f"a period lasts 1 day or 7; given {self.period_days}")
        if not 0 <= self.first_weekday <= 6:
            problems.append(f"a weekday is 0 (Monday) to 6 (Sunday); given {self.first_weekday}")
        if problems:
            raise InputError(*problems)

    @property
    def step(self) -> timedelta:
        """From the first day of a period to that of the next."""
        return timedelta(days=self.period_days)

    def start_of(self, day: date) -> date:
        """The first day of the period that `day` is in."""
        return day if self.period_days == 1 else week_start(day, first_weekday=self.first_weekday)

    def starts(self, first: date, last: date) -> tuple[date, ...]:
        """The first days of all periods from the one that holds `first` to the one that holds `last`."""
        start = self.start_of(first)
        n = (self.start_of(last) - start).days // self.period_days + 1
        return tuple(start + k * self.step for k in range(n))
