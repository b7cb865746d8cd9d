"""A noisy key next to a quiet one: limits hold, and the quiet one feels little of it (promise L5).

Run with: make bench-live_limits

Both price carts in an open loop. The noisy key asks for twenty times what it may; in turns it asks and is silent,
so that the quiet key's latencies with and without it see the same machine. Admitted may be what its bucket held
and what flowed in meanwhile, and no more.
"""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from dealwright.live.keys import open_keys
from dealwright.till import open_till
from http_load import request
from http_open_load import Due, run_open_load
from live_service import Claim, Place, Service, judged, up

QUOTA, BURST, TIMES, QUIET_RATE = 50, 50, 20, 100
TURN_SECONDS, N_TURNS = 5.0, 3
MOST_CHANGE, SLACK = 0.20, 0.01
CART = {"currency": "EUR", "lines": [{"line": "1", "sku": "TEA", "quantity": 1, "unit_price_minor": 500}]}


def measure(place: Place) -> list[Claim]:
    with open_till(place.url) as till:
        keys = open_keys(till)
        noisy = keys.new("viewer", "noisy", per_second=QUOTA, burst=BURST).secret
        tiny = keys.new("viewer", "tiny", per_second=1, burst=1).secret
        quiet = keys.new("viewer", "quiet", per_second=10 * QUIET_RATE).secret
    with up(place, headers={"Authorization": f"Bearer {quiet}"}) as service:
        run_open_load(service.port, [asked(quiet)], [(QUIET_RATE, 2.0)])
        alone, beside, admitted, turned_away = [], [], [], 0
        for _ in range(N_TURNS):
            alone += run_open_load(service.port, [asked(quiet)], [(QUIET_RATE, TURN_SECONDS)]).due
            crowd = Noise(service.port, noisy)
            crowd.start()
            beside += run_open_load(service.port, [asked(quiet)], [(QUIET_RATE, TURN_SECONDS)]).due
            crowd.join()
            admitted.append(sum(one.status == 200 for one in crowd.told))
            turned_away += sum(one.status == 429 for one in crowd.told)
        shown = headers_of(service, tiny)
        print(f"{place.name}: {service.cpu_seconds():.1f} CPU s, {service.peak_mib():,.0f} MiB at the peak")
    return claims(place, alone, beside, admitted, turned_away=turned_away, shown=shown)


class Noise(threading.Thread):
    """The noisy key asks, from a process of its own."""

    def __init__(self, port: int, secret: str) -> None:
        super().__init__()
        self._port = port
        self._secret = secret
        self.told: list[Due] = []

    def run(self) -> None:
        self.told = run_open_load(self._port, [asked(self._secret)], [(TIMES * QUOTA, TURN_SECONDS)]).due


def asked(secret: str) -> bytes:
    headers = {"Authorization": f"Bearer {secret}"}
    return request("POST", "/v1/carts/evaluate", {"cart": CART}, headers=headers)


def headers_of(service: Service, secret: str) -> dict[str, str]:
    """What a key that asked too often is told besides."""
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        while True:
            connection.request("GET", "/v1/promotions", headers={"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 429:
                return {name.lower(): value for name, value in answer.getheaders()}


def claims(
    place: Place,
    alone: Sequence[Due],
    beside: Sequence[Due],
    admitted: Sequence[int],
    *,
    turned_away: int,
    shown: dict[str, Any],
) -> list[Claim]:
    most = (1 + SLACK) * (QUOTA * TURN_SECONDS + BURST)
    before, after = p99_ms(alone), p99_ms(beside)
    change = after / before - 1
    n_lost = sum(one.status != 200 for one in (*alone, *beside))
    lost = f"{n_lost} of {len(alone) + len(beside):,}"
    wanted = {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"}
    missing = sorted(wanted - set(shown))
    what = f"{place.name}, a key at {TIMES} times its {QUOTA}/s: "
    return [
        Claim("L5", f"{what}admitted in {TURN_SECONDS:g} s", f"{max(admitted):,}, {turned_away:,} turned away",
              f"<= quota + burst + 1 % = {most:.0f}", max(admitted) <= most),
        Claim("L5", f"{what}p99 of a quiet key", f"{before:.1f} to {after:.1f} ms: {change:+.0%}",
              f"<= {MOST_CHANGE:+.0%}", change <= MOST_CHANGE),
        Claim("L5", f"{what}requests of a quiet key lost", lost, "0", n_lost == 0),
        Claim("L5", f"{what}headers that are missing", ", ".join(missing) or "none", "none", not missing),
    ]  # fmt: skip


def p99_ms(told: Sequence[Due]) -> float:
    ordered = sorted(one.seconds for one in told)
    return 1e3 * ordered[len(ordered) * 99 // 100]


if __name__ == "__main__":
    sys.exit(judged(measure, "SQLite"))
