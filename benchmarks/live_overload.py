"""Overload: five times what the service can answer is asked of it, without waiting for answers (promise L1).

Run with: make bench-live_overload

A wide shop (1,000 promotions, carts of 20 lines); one request in fifty sets a cart aside. Capacity is what a closed
loop of 64 connections gets. Then requests come when they are due: half the capacity, five times the capacity, half
of it again. A good answer is a yes within a second of when its request was due. The generator runs beside the
service, so its own CPU and lateness stand beside each phase: what it cannot send counts against the service, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from os import getloadavg

from dealwright.campaign.codec import encode
from http_load import request, run_load
from http_open_load import Due, run_open_load
from live_service import Claim, Place, judged, up
from serve_carts import Shop, asking, body_of

SHOP = Shop(1_000, 200, 20)
DEADLINE_SECONDS = 1.0
TIMES, LEAST_SHARE, MOST_RECOVERY_SECONDS, LEAST_BACK = 5.0, 0.8, 5.0, 0.99
QUIET_SECONDS, RUSH_SECONDS, AFTER_SECONDS, WINDOW_SECONDS = 4.0, 10.0, 8.0, 0.5
N_CAPACITY_TURNS, EVERY_NTH_HOLDS = 3, 50
MOST_GROWN_MIB = 200.0


@dataclass(frozen=True, slots=True)
class Phase:
    """What was asked between two moments, and what became of it."""

    due: Sequence[Due]
    seconds: float

    @property
    def good(self) -> float:
        """Good answers per second."""
        return sum(is_good(one) for one in self.due) / self.seconds

    @property
    def p99_ms(self) -> float:
        """Of those that were not turned away."""
        taken = sorted(one.seconds for one in self.due if one.status < 300)
        return 1e3 * taken[len(taken) * 99 // 100] if taken else float("inf")


def is_good(one: Due) -> bool:
    return 200 <= one.status < 300 and one.seconds <= DEADLINE_SECONDS


def measure(place: Place) -> list[Claim]:
    shopping = SHOP.carts()
    hold = {"cart": body_of(shopping[0]), "order_id": "o%09d", "seconds": 60}
    templates = asking(shopping[: EVERY_NTH_HOLDS - 1], reasons="none")
    templates.append(request("POST", "/v1/holds", hold, key="k%09d"))
    with up(place) as service:
        service.call("PUT", "/v1/promotions", encode(SHOP.promotions()))
        run_load(service.port, templates, connections=8, seconds=1)
        capacity, number = 0.0, 1_000_000
        for _ in range(N_CAPACITY_TURNS):
            load = run_load(service.port, templates, connections=64, seconds=2, first_number=number)
            capacity, number = max(capacity, load.per_second), number + load.n
        before_mib, before_cpu = service.peak_mib(), service.cpu_seconds()
        half = capacity / 2
        phases = ((half, QUIET_SECONDS), (TIMES * capacity, RUSH_SECONDS), (half, AFTER_SECONDS))
        run = run_open_load(service.port, templates, phases, first_number=2_000_000)
        grown_mib, cpu = service.peak_mib() - before_mib, service.cpu_seconds() - before_cpu
    quiet, rush, after = split(run.due)
    print(f"{place.name}: capacity {capacity:,.0f}/s; service {cpu:.1f} CPU s; load average {getloadavg()[0]:.1f}")
    names = ("half", f"{TIMES:g} times", "half again")
    for name, phase, pace in zip(names, (quiet, rush, after), run.paces, strict=True):
        statuses = {status: sum(one.status == status for one in phase.due) for status in (200, 201, 503, 0)}
        print(
            f"  {name:10} good {phase.good:7,.0f}/s  p99 of yes {phase.p99_ms:7.1f} ms  {statuses}  {pace}",
            flush=True,
        )
    return claims(place, capacity, rush, recovery_seconds(after), grown_mib)


def claims(place: Place, capacity: float, rush: Phase, recovery: float, grown_mib: float) -> list[Claim]:
    share = rush.good / capacity
    holds = [one for one in rush.due if one.template == EVERY_NTH_HOLDS - 1]
    carts = [one for one in rush.due if one.template != EVERY_NTH_HOLDS - 1]
    held, priced = (sum(map(is_good, kind)) / len(kind) for kind in (holds, carts))
    odd = sum(one.status not in (200, 201, 503) for one in rush.due)
    what = f"{place.name}, {TIMES:g} times the capacity of {capacity:,.0f}/s"
    return [
        Claim(
            "L1", f"{what}: good answers", f"{share:.0%} of the peak", f">= {LEAST_SHARE:.0%}", share >= LEAST_SHARE
        ),
        Claim(
            "L1",
            f"{place.name}, load back at half the capacity: all is well again",
            f"{recovery:.1f} s",
            f"<= {MOST_RECOVERY_SECONDS:g} s",
            recovery <= MOST_RECOVERY_SECONDS,
        ),
        Claim("L1", f"{what}: what is not done is told (503)", f"{odd:,} others or lost", "0", odd == 0),
        Claim(
            "L1",
            f"{what}: setting aside goes before pricing",
            f"{held:.0%} and {priced:.0%} good",
            "first > second",
            held > priced,
        ),
        Claim(
            "L1",
            f"{what}: memory",
            f"{grown_mib:+,.0f} MiB",
            f"<= {MOST_GROWN_MIB:+.0f} MiB",
            grown_mib <= MOST_GROWN_MIB,
        ),
    ]


def split(told: Sequence[Due]) -> tuple[Phase, Phase, Phase]:
    rush_at, after_at = QUIET_SECONDS, QUIET_SECONDS + RUSH_SECONDS
    return (
        Phase([one for one in told if one.at < rush_at], QUIET_SECONDS),
        Phase([one for one in told if rush_at <= one.at < after_at], RUSH_SECONDS),
        Phase([one for one in told if one.at >= after_at], AFTER_SECONDS),
    )


def recovery_seconds(after: Phase) -> float:
    """From when the rush was over until from then on all windows have their good answers."""
    n_windows = round(AFTER_SECONDS / WINDOW_SECONDS)
    begins = QUIET_SECONDS + RUSH_SECONDS
    windows: list[list[Due]] = [[] for _ in range(n_windows)]
    for one in after.due:
        windows[min(int((one.at - begins) / WINDOW_SECONDS), n_windows - 1)].append(one)
    bad = [k for k, window in enumerate(windows) if sum(map(is_good, window)) < LEAST_BACK * len(window)]
    return (bad[-1] + 1) * WINDOW_SECONDS if bad else 0.0


if __name__ == "__main__":
    sys.exit(judged(measure, "SQLite"))
