"""A backlog of events caught up into SQLite, in order and in disorder; fails if a claim does.

Run with: make bench-live_backlog (or python benchmarks/live_backlog.py --events 1000000)

Two days of a busy shop: views, carts, orders of 20 campaigns with hold-outs, cancellations, returns, stock, prices.
The shuffled run gets the same events in disorder, a tenth twice, one in twenty late by up to 48 hours. Each run is
a process of its own that reads a file of JSON lines; its CPU seconds hold everything from the first byte read
to the last commit. At the end the minutes of all campaigns must be the same in both runs, to the byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from clocks import Reading, peak_mib
from dealwright.adapters.events.files import lines_of
from dealwright.app.events.event_ports import CountedCampaign, Counts
from dealwright.live.events import open_events
from dealwright.till import open_till

LEAST_RATE = 10_000  # events per CPU second
MOST_MIB = 400
START = datetime(2024, 5, 1, tzinfo=UTC)
N_CAMPAIGNS, N_SKUS, N_CUSTOMERS = 20, 500, 100_000


@dataclass(frozen=True)
class Campaigns:
    def counted(self) -> Sequence[CountedCampaign]:
        return [
            CountedCampaign(
                f"C{n}",
                (f"P{n}",),
                tuple(f"S{sku}" for sku in range(5 * n, 5 * n + 5)),
                currency="EUR",
                holdout_share=Fraction(1, 10),
            )
            for n in range(N_CAMPAIGNS)
        ]

    def unscheduled(self) -> Sequence[str]:
        return []


@dataclass(frozen=True)
class Run:
    """What one process did."""

    counts: Counts
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    first_mib: float
    minutes: int
    digest: str


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", type=Path, default=None, help="where files and databases are put for a while")
    given = options.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder, spawn.Pool(1, maxtasksperchild=1) as pool:
        orderly, shuffled = Path(folder, "orderly.jsonl"), Path(folder, "shuffled.jsonl")
        n_shuffled = pool.apply(write_events, (given.events, given.seed, orderly, shuffled))
        print(f"{given.events:,} events, seed {given.seed}; shuffled {n_shuffled:,}; {os.cpu_count()} cores")
        runs = {
            "in order": pool.apply(take, (orderly,)),
            "shuffled, repeated, late": pool.apply(take, (shuffled,)),
        }
    print(f"{'run':26}{'sent':>11}{'wall s':>9}{'CPU s':>8}{'per CPU s':>11}{'peak MiB':>10}{'grown':>8}  ends")
    for name, run in runs.items():
        rate = run.counts.sent / run.cpu_seconds
        became = ", ".join(f"{n:,} {what}" for what, n in asdict(run.counts).items() if what != "sent" and n)
        print(
            f"{name:26}{run.counts.sent:>11,}{run.wall_seconds:>9.1f}{run.cpu_seconds:>8.1f}{rate:>11,.0f}"
            f"{run.peak_mib:>10.0f}{run.peak_mib - run.first_mib:>8.0f}  {became}"
        )
    failures = list(failed_claims(runs["in order"], runs["shuffled, repeated, late"], n_shuffled))
    print(*(f"FAILED: {one}" for one in failures), sep="\n" if failures else "")
    if not failures:
        minutes = runs["in order"].minutes
        print(f"all claims hold; {minutes:,} minutes are alike (sha256 {runs['in order'].digest[:16]})")
    return 1 if failures else 0


def failed_claims(orderly: Run, shuffled: Run, n_shuffled: int) -> Iterator[str]:
    if orderly.digest != shuffled.digest:
        yield "the minutes differ between the runs"
    if shuffled.counts.sent != n_shuffled:
        yield f"{shuffled.counts.sent:,} of {n_shuffled:,} events have an end"
    for run in (orderly, shuffled):
        if run.counts.sent / run.cpu_seconds < LEAST_RATE:
            yield f"{run.counts.sent / run.cpu_seconds:,.0f} events per CPU second; {LEAST_RATE:,} are promised"
        if run.peak_mib > MOST_MIB:
            yield f"{run.peak_mib:.0f} MiB at the peak; {MOST_MIB} are the most"


def take(file: Path) -> Run:
    with open_till(f"sqlite:///{file.with_suffix('.db')}") as till:
        events = open_events(till, campaigns=Campaigns())
        first, wall, began = peak_mib(), time.perf_counter(), Reading.now()
        counts = events.take_all(lines_of(file))
        ended = Reading.now()
        wall = time.perf_counter() - wall
        peak = peak_mib()
        digest, n_minutes = hashlib.sha256(), 0
        for n in range(N_CAMPAIGNS):
            for one in events.tallies(f"C{n}"):
                digest.update(json.dumps(asdict(one), default=str).encode())
                n_minutes += 1
    return Run(counts, wall, ended.cpu_seconds - began.cpu_seconds, peak, first, n_minutes, digest.hexdigest())


def write_events(n: int, seed: int, orderly: Path, shuffled: Path) -> int:
    """Both files; how many lines the shuffled one has."""
    rng = random.Random(seed)
    came: list[tuple[float, str]] = []
    day = 24 * 60.0
    with orderly.open("w") as file:
        for i in range(n):
            minute = 2 * day * i / n
            line = json.dumps(event(rng, i, minute)) + "\n"
            file.write(line)
            late = rng.uniform(0, 2 * day) if rng.random() < 0.05 else rng.uniform(0, 3)
            came.append((minute + late, line))
            if rng.random() < 0.1:
                came.append((minute + rng.uniform(0, day), line))
    came.sort()
    with shuffled.open("w") as file:
        file.writelines(line for _, line in came)
    return len(came)


def event(rng: random.Random, i: int, minute: float) -> dict[str, Any]:
    kind, body = drawn(rng, i)
    at = (START + timedelta(minutes=minute)).isoformat()
    return {"source": "shop", "event_id": f"{i:09}", "kind": kind, "version": 1, "at": at, "body": body}


def drawn(rng: random.Random, i: int) -> tuple[str, dict[str, Any]]:
    customer, sku = f"c-{rng.randrange(N_CUSTOMERS):06}", f"S{rng.randrange(N_SKUS)}"
    chance = rng.random()
    if chance < 0.60:
        return "view", {"customer": customer, "sku": sku}
    if chance < 0.72:
        return "cart", {"customer": customer, "lines": [{"sku": sku, "quantity": rng.randint(1, 3)}]}
    if chance < 0.90:
        lines = [order_line(rng) for _ in range(rng.randint(1, 4))]
        return "order", {"order_id": f"o-{i}", "customer": customer, "currency": "EUR", "lines": lines}
    if chance < 0.92:
        return "cancellation", {"order_id": f"o-{rng.randrange(i + 1)}"}
    if chance < 0.93:
        back = {"sku": sku, "quantity": 1, "refund_minor": rng.randint(1, 900)}
        return "return", {"order_id": f"o-{rng.randrange(i + 1)}", "lines": [back]}
    if chance < 0.98:
        return "stock_movement", {"sku": sku, "change": rng.randint(-9, 200)}
    return "price_change", {"sku": sku, "price_minor": rng.randint(100, 5000), "currency": "EUR"}


def order_line(rng: random.Random) -> dict[str, Any]:
    sku = rng.randrange(N_SKUS)
    promotion = {"promotion_ids": [f"P{sku // 5}"], "discount_minor": rng.randint(1, 300)} if sku < 100 else {}
    return {"sku": f"S{sku}", "quantity": rng.randint(1, 3), "net_minor": rng.randint(100, 4000), **promotion}


if __name__ == "__main__":
    sys.exit(main())
