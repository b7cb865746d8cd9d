"""Campaigns that open and close when the shop's clock says, in every zone, whatever a machine believes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from dealwright.adapters.ledger.clocks import DatabaseClock
from dealwright.campaign.promotion import Limits
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Proof
from dealwright.prove.shopping import cart, limited
from dealwright.till.open import open_till

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2035, 12, 31)
_DAY, _STEP, _SKEW, _SOON = timedelta(days=1), timedelta(minutes=15), timedelta(minutes=5), timedelta(minutes=3)
_MOMENT = timedelta(microseconds=1)


def prove_windows(*, seed: int, n_zones: int | None) -> Proof:
    """T1: a campaign of one day holds while the zone's clock shows that day, on every day that clocks change."""
    began, violations, n_trials = time.monotonic(), [], 0
    zones = sorted(available_timezones())
    chosen = zones if n_zones is None else random.Random(seed).sample(zones, n_zones)
    for name in chosen:
        zone = ZoneInfo(name)
        for day in changes(zone):
            n_trials += 1
            violations += [f"{name} {day}: {what}" for what in _wrong_on(day, zone, name)]
    figures = {"zones": f"{len(chosen)} of {len(zones)}", "days of change": f"{n_trials:,}"}
    claim = "a campaign of one day holds from its first moment up to, not including, the next day's, on all changes"
    return Proof("T1", claim, (seed,), n_trials, tuple(violations), time.monotonic() - began, figures)


def prove_skew(url: str) -> Proof:
    """T2: a machine whose clock is five minutes off neither opens a sale early nor keeps it open."""
    began = time.monotonic()
    claim = (
        "processes whose clock is 5 minutes ahead or behind open no sale early and keep none open; an alarm says so"
    )
    if url.startswith("sqlite"):
        left_out = "SQLite lives on one machine, whose clock is the only one there is"
        return Proof("T2", claim, (), 0, (), time.monotonic() - began, left_out=left_out)
    with fresh_till(url) as place:
        violations = [what for skew in (_SKEW, -_SKEW) for what in _wrong_with(skew, place)]
    return Proof("T2", claim, (), 4, tuple(violations), time.monotonic() - began)


def changes(zone: ZoneInfo) -> Iterator[date]:
    """The days on which the zone's clock is changed."""
    day, offset = FIRST_DAY, _offset(FIRST_DAY, zone)
    while day < LAST_DAY:
        later = _offset(day + _DAY, zone)
        if later != offset:
            yield day
        day, offset = day + _DAY, later


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(zone).utcoffset()


def _wrong_on(day: date, zone: ZoneInfo, name: str) -> Iterator[str]:
    schedule = by_the_clock(day.isoformat(), day.isoformat(), zone=name)
    assert schedule.start is not None
    assert schedule.end is not None
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - _DAY
    edges = (schedule.start - _MOMENT, schedule.start, schedule.end - _MOMENT, schedule.end)
    for at in (*edges, *(moment + k * _STEP for k in range(3 * 96))):
        shown = at.astimezone(zone).date() == day
        if shown != schedule.holds(at):
            does = "does not hold" if shown else "holds"
            yield f"at {at} the clock shows {at.astimezone(zone)}, the campaign {does}"


def _wrong_with(skew: timedelta, place: str) -> Iterator[str]:
    with open_till(place) as honest:
        now = honest.ledger.clock.now()
        clock = DatabaseClock(honest.ledger.clock.now, own=lambda: datetime.now(UTC) + skew)
        with open_till(place, clock=clock) as till:
            if not till.clock_alarm:
                yield f"no alarm with a clock off by {skew}"
            for what, schedule in (
                ("before it begins", Schedule(start=now + _SOON)),
                ("after its end", Schedule(end=now - _SOON)),
            ):
                version = till.ledger.promotions.stamp() + 1
                till.promotions.put([replace(limited(1, Limits()), schedule=schedule, version=version)])
                if till.carts.price(cart(1, 1, customer="c")).applied:
                    yield f"a sale applied {what} with a clock off by {skew}"
