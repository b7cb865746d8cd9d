"""Campaigns as they are watched, minute by minute, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dealwright.core.estimate import Estimate
from dealwright.monitor.expectation import Expectation, ExpectedSpan
from dealwright.monitor.tally import Arm, Tally

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def at(minutes: float) -> datetime:
    """So many minutes after the campaign's start."""
    return START + minutes * MINUTE


def minute(number: int, arm: Arm = "", **figures: Any) -> Tally:
    """The tally of one minute of the campaign "tea"."""
    return Tally("tea", arm, at(number), **figures)


def about(value: float, off: float = 0.1) -> Estimate:
    return Estimate(value, value * (1 - off), value * (1 + off), 0.8, "the plan")


def day_of(number: int, *, units: float, net: float, margin: float, off: float = 0.1) -> ExpectedSpan:
    start = START + number * DAY
    return ExpectedSpan(start, start + DAY, about(units, off), about(net, off), about(margin, off))


def plan_of(spans: Sequence[ExpectedSpan] = (), *, days: int = 10, **terms: Any) -> Expectation:
    return Expectation("tea", "EUR", START, START + days * DAY, tuple(spans), **terms)
