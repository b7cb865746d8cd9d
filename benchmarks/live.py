"""What the running service promises, held against `dealwright up` as it runs, on SQLite and PostgreSQL.

Run with: make bench-live (or python benchmarks/live.py --only overload stops)

One table: a promise, what was measured, what is wanted. Parts: overload (five times the capacity), stops
(guardrails, pauses, roll backs), crashes (processes killed at random), limits (a noisy key beside a quiet one),
alarms (false alarms and delays) and backlog (events caught up, a fifth of the million of live_backlog). Promises
that tests prove on every change are named with their test and not measured again. Exits non-zero if a claim fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import live_crashes
import live_limits
import live_overload
import live_stops
from clocks import Reading, peak_mib
from live_service import DATABASES, Claim, places

HERE = Path(__file__).parent
N_EVENTS, SEED = 200_000, 1
TESTED = (
    ("S1", "every operation x every role, key and tenant, generated from OpenAPI", "api/test_access.py"),
    ("S5", "rows of the audit log changed, dropped, swapped or cut off", "adapters/campaigns/test_audit.py"),
    ("L3", "no 5xx from anything schemathesis makes up", "api/test_every_operation.py"),
    ("L2", "what is too large, too slow or too deep is refused", "api/test_hostile.py"),
)
"""What is proved by tests: the promise, what, and which file of tests."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    options.add_argument("--kills", type=int, default=live_crashes.N_KILLS, help="on each database")
    given = options.parse_args()
    claims: list[Claim] = []
    for name in given.only:
        began, start = time.perf_counter(), Reading.now()
        print(f"\n{name}", flush=True)
        claims += PARTS[name](given)
        print(f"{name}: {time.perf_counter() - began:.0f} s, here {Reading.now().since(start).strip()}", flush=True)
    print(f"\npeak memory here {peak_mib():,.0f} MiB; that of the services stands above\n")
    print(*claims, sep="\n")
    for promise, what, where in TESTED:
        assert (HERE.parent / "tests" / where).exists(), where
        print(f"test   {promise:3} {what:72} tests/{where}")
    return 0 if all(claim.holds for claim in claims) else 1


def overload(_: argparse.Namespace) -> list[Claim]:
    with places("SQLite") as (place,):
        return live_overload.measure(place)


def stops(_: argparse.Namespace) -> list[Claim]:
    with places(*DATABASES) as found:
        return [claim for place in found for claim in live_stops.measure(place)]


def crashes(given: argparse.Namespace) -> list[Claim]:
    with places(*DATABASES) as found:
        return [claim for place in found for claim in live_crashes.measure(place, n_kills=given.kills, seed=SEED)]


def limits(_: argparse.Namespace) -> list[Claim]:
    with places("SQLite") as (place,):
        return live_limits.measure(place)


def alarms(_: argparse.Namespace) -> list[Claim]:
    return [script("M1", "false alarms, delays and sample ratios: see above", "live_alarms.py")]


def backlog(_: argparse.Namespace) -> list[Claim]:
    what = f"{N_EVENTS:,} events in order and in disorder: see above"
    return [script("T3", what, "live_backlog.py", "--events", str(N_EVENTS))]


def script(promise: str, what: str, name: str, *options: str) -> Claim:
    """A benchmark of its own that judges itself."""
    ended = subprocess.run([sys.executable, HERE / name, *options], check=False)
    told = "all its claims hold" if ended.returncode == 0 else "a claim fails"
    return Claim(promise, what, told, "all hold", ended.returncode == 0)


PARTS: dict[str, Callable[[argparse.Namespace], list[Claim]]] = {
    "overload": overload,
    "stops": stops,
    "crashes": crashes,
    "limits": limits,
    "alarms": alarms,
    "backlog": backlog,
}


if __name__ == "__main__":
    sys.exit(main())
