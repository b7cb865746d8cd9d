"""Flash sales on one row: reservations per second beside what the row can do by itself; fails when a claim does.

Run with: make bench-flash (or python benchmarks/flash.py --seconds 5 --rounds 3)

A reservation is its idempotency key with the answer, its row, its message and its customer's count, and one
decrement of the stock for all that are written together; it is answered after the durable commit. Clients wait for
their answer before they ask again. The limits are measured in the same run, in turns with the till, so that a busy
machine slows both; claims compare the best round of each, as other work can only slow. What the clients and the
queue cost by themselves is measured at a till in memory. PostgreSQL comes from the wheel, or from
DEALWRIGHT_DATABASE_URL; SQLite is a file with synchronous = FULL. The sale that is sold out checks that every unit
was given once, in separate processes.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import flash_peers
from clocks import Reading, peak_mib
from dealwright.engine.flash import Reserved
from dealwright.engine.outcomes import Refused
from dealwright.till import Till, open_till
from flash_postgres import postgres_url, server_cpu_seconds
from flash_sold_out import books_that_do_not_add_up, open_sale, sold_out

N_CLIENTS = 64
LEAST_TIMES_FASTER = 10
LEAST_SQLITE_RATE = 4_000


@dataclass
class Row:
    """One line of the table: rates of all rounds, and what they cost."""

    name: str
    rates: list[float] = field(default_factory=list)
    own_cpu_seconds: float = 0.0
    server_cpu_seconds: float = 0.0
    n_done: float = 0.0

    @property
    def cpu_micros(self) -> float:
        """What one order cost here and in the server together."""
        return 1e6 * (self.own_cpu_seconds + self.server_cpu_seconds) / self.n_done

    def told(self) -> str:
        low, high = min(self.rates), max(self.rates)
        own, server = (1e6 * one / self.n_done for one in (self.own_cpu_seconds, self.server_cpu_seconds))
        return (f"{self.name:58} {median(self.rates):>9,.0f} [{low:,.0f}-{high:,.0f}]".ljust(88)
                + f"{own:>9.0f} {server:>9.0f}")  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres_url() as url:
        failures = [
            *on_postgres(url, seconds=given.seconds, rounds=given.rounds),
            *on_sqlite(Path(folder), seconds=given.seconds, rounds=given.rounds),
            *sold_out("PostgreSQL", url),
            *sold_out("SQLite", f"sqlite:///{folder}/sold_out.db"),
        ]
    print(f"peak memory of this process {peak_mib():,.0f} MiB; load of the machine {os.getloadavg()[0]:.1f} on "
          f"{os.cpu_count()} cores")  # fmt: skip
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def on_postgres(url: str, *, seconds: float, rounds: int) -> list[str]:
    with open_till(url) as till, open_till("memory:") as memory:
        open_sale(till, "rate", 10**9, per_customer=10**6)
        open_sale(memory, "rate", 10**9, per_customer=10**6)
        clients = Row("clients and queue alone, in memory, 64 clients")
        bare = Row("bare conditional UPDATE, 64 clients")
        one = Row("one statement per order: UPDATE + order row, 64 clients")
        alone = Row("one statement per order: UPDATE + all rows, 64 clients")
        grouped = Row("group commit, all rows, 64 clients")
        many = Row("group commit, all rows, 512 clients")
        blocking = Row("group commit, all rows, 64 threads that wait")
        work: list[tuple[Row, Callable[[], float]]] = [
            (bare, lambda: peer(url, flash_peers.BARE, seconds)),
            (one, lambda: peer(url, flash_peers.WITH_ORDER, seconds)),
            (grouped, lambda: submitted(till, n_clients=N_CLIENTS, seconds=seconds)),
            (alone, lambda: peer(url, flash_peers.WITH_ALL_ROWS, seconds)),
            (many, lambda: submitted(till, n_clients=512, seconds=seconds)),
            (blocking, lambda: waited(till, seconds=seconds)),
            (clients, lambda: submitted(memory, n_clients=N_CLIENTS, seconds=seconds)),
        ]
        measure(work, rounds=rounds, server_cpu_seconds=lambda: server_cpu_seconds(url))
        failures = books_that_do_not_add_up(till, "rate")
    show("PostgreSQL", [row for row, _ in work])
    times = max(grouped.rates) / max(one.rates)
    against_all = max(grouped.rates) / max(alone.rates)
    print(f"group commit, 64 clients: {times:.1f} times one statement per order, {against_all:.1f} times one that "
          f"writes all rows; for the CPU of one such order {one.cpu_micros / grouped.cpu_micros:.1f} and "
          f"{alone.cpu_micros / grouped.cpu_micros:.1f} are written")  # fmt: skip
    if times < LEAST_TIMES_FASTER:
        failures.append(f"group commit is {times:.1f} times one statement per order; claimed {LEAST_TIMES_FASTER}")
    return failures


def on_sqlite(folder: Path, *, seconds: float, rounds: int) -> list[str]:
    with open_till(f"sqlite:///{folder}/rate.db") as till:
        open_sale(till, "rate", 10**9, per_customer=10**6)
        one = Row("one transaction per order: UPDATE + order row, 1 writer")
        grouped = Row("group commit, all rows, 64 clients")
        many = Row("group commit, all rows, 512 clients")
        work: list[tuple[Row, Callable[[], float]]] = [
            (one, lambda: flash_peers.sqlite_rate(folder / "peer.db", seconds=seconds)),
            (grouped, lambda: submitted(till, n_clients=N_CLIENTS, seconds=seconds)),
            (many, lambda: submitted(till, n_clients=512, seconds=seconds)),
        ]
        measure(work, rounds=rounds, server_cpu_seconds=lambda: 0.0)
        failures = books_that_do_not_add_up(till, "rate")
    show("SQLite, synchronous = FULL", [row for row, _ in work])
    if max(grouped.rates) < LEAST_SQLITE_RATE:
        failures.append(f"SQLite: {max(grouped.rates):,.0f} reservations/s; claimed {LEAST_SQLITE_RATE:,}")
    return failures


def measure(
    work: list[tuple[Row, Callable[[], float]]], *, rounds: int, server_cpu_seconds: Callable[[], float]
) -> None:
    """All rows in turns, so that what else the machine does hits all alike."""
    for _ in range(rounds):
        for row, run in work:
            before, server_before = Reading.now(), server_cpu_seconds()
            rate = run()
            after = Reading.now()
            row.rates.append(rate)
            row.own_cpu_seconds += after.cpu_seconds - before.cpu_seconds
            row.server_cpu_seconds += server_cpu_seconds() - server_before
            row.n_done += rate * (after.wall_seconds - before.wall_seconds)


def show(title: str, rows: list[Row]) -> None:
    print(f"\n{title:58} {'per second':>9} [rounds]".ljust(89) + f"{'own CPU':>9} {'its CPU':>9}  (us each)")
    for row in rows:
        print(row.told())


def peer(url: str, statement: str, seconds: float) -> float:
    return flash_peers.postgres_rate(url, statement, n_clients=N_CLIENTS, seconds=seconds)


def submitted(till: Till, *, n_clients: int, seconds: float) -> float:
    """Reservations per second of clients, without threads of their own, that ask again when they are answered."""
    n_done, n_busy, done = 0, n_clients, threading.Event()
    began = time.perf_counter()

    def ask(answered: Future[Reserved | Refused] | None = None) -> None:
        nonlocal n_done, n_busy
        if answered is not None:
            assert isinstance(answered.result(), Reserved), answered.result()
            n_done += 1
        if time.perf_counter() - began < seconds:
            key = secrets.token_hex(12)
            waiting = till.flash.submit("rate", customer_id=key, quantity=1, key=key, order_id=key)
            waiting.add_done_callback(ask)
        else:
            n_busy -= 1
            if n_busy == 0:
                done.set()

    for _ in range(n_clients):
        ask()
    done.wait()
    return n_done / (time.perf_counter() - began)


def waited(till: Till, *, seconds: float) -> float:
    def order(_: int) -> None:
        key = secrets.token_hex(12)
        answer = till.flash.reserve("rate", customer_id=key, quantity=1, key=key, order_id=key)
        assert isinstance(answer, Reserved), answer

    return flash_peers.rate(order, n_clients=N_CLIENTS, seconds=seconds)


if __name__ == "__main__":
    sys.exit(main())
