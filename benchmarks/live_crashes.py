"""Processes of the service killed at random moments under load (promise R10, and R1 to R3 over HTTP).

Run with: make bench-live_crashes (or python benchmarks/live_crashes.py --kills 10 --seed 1)

Clients buy over HTTP without end: they set a cart aside and pay, with the same two keys until there is an answer; a
fifth of the payments are sent twice. Meanwhile the process that was started, a process that answers, or the process
of a job is killed with SIGKILL; a service manager starts the service again if all of it ended. It has recovered
when nobody fails any more, and its job when that runs again. At the end every order is asked for once more; orders,
units, uses of the promotion and messages must be exactly those that clients were told of.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from hashlib import sha256
from typing import Any

import psutil

from dealwright.campaign.codec import encode
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.ledger import budget_account, uses_account
from dealwright.prove.crash import Witness, miscounted
from dealwright.till import open_till
from live_service import DATABASES, Claim, Place, Service, in_time, judged, up

N_CLIENTS, N_KILLS, MOST_SECONDS = 6, 10, 10.0
SKU, PRICE_MINOR, OFF_MINOR, N_UNITS, N_LINES = "TEA", 1_000, 100, 10**7, 5_000
ANSWER_SECONDS, STEADY_SECONDS, PATIENCE_SECONDS = 5.0, 1.0, 90.0
TEA10 = Promotion(
    "TEA10",
    "EUR",
    PercentOff(Fraction(10), Items(skus=(SKU,))),
    limits=Limits(total=N_UNITS, budget_minor=N_UNITS * OFF_MINOR),
)


@dataclass(slots=True)
class Crowd:
    """All clients together: what they were told, and when each last failed and got an answer."""

    service: Service
    witness: Witness = field(default_factory=Witness)
    commits: dict[str, str] = field(default_factory=dict)  # the path of each order's payment
    failed_at: dict[int, float] = field(default_factory=dict)
    answered_at: dict[int, float] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def is_well_since(self, moment: float) -> bool:
        """Whether since then every client had an answer and has not failed after it for a while."""
        now = time.monotonic()
        return all(
            self.answered_at.get(client, 0.0) > moment
            and self.answered_at[client] > self.failed_at.get(client, 0.0)
            and now - max(self.failed_at.get(client, 0.0), moment) > STEADY_SECONDS
            for client in range(N_CLIENTS)
        )

    def recovered_at(self, moment: float) -> float:
        """When the last failure after this moment was; the moment itself if there was none."""
        return max([moment, *self.failed_at.values()])


class Client:
    """Buys one unit after the other over a connection that it makes anew whenever it breaks."""

    def __init__(self, number: int, crowd: Crowd) -> None:
        self._number = number
        self._crowd = crowd
        self._rng = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None

    def shop(self) -> None:
        n = 0
        while not self._crowd.stop.is_set():
            n += 1
            self._buy(f"o-{self._number}-{n}")

    def _buy(self, order_id: str) -> None:
        line = {"line": "1", "sku": SKU, "quantity": 1, "unit_price_minor": PRICE_MINOR}
        body = {"cart": {"currency": "EUR", "lines": [line]}, "order_id": order_id, "seconds": 600}
        held = self.insist("/v1/holds", body, key=f"h-{order_id}")
        path = f"/v1/holds/{json.loads(held)['hold_id']}/commit"
        self._crowd.commits[order_id] = path
        for _ in range(2 if self._rng.random() < 0.2 else 1):
            self._crowd.witness.hear(order_id, _digest(self.insist(path, None, key=f"c-{order_id}")))

    def insist(self, path: str, body: Any, *, key: str) -> bytes:
        """What is answered at last."""
        while True:
            try:
                status, answer = self._asked(path, body, key)
            except (OSError, http.client.HTTPException):
                self._connection, status, answer = None, 0, b""
            now = time.monotonic()
            if 200 <= status < 300:
                self._crowd.answered_at[self._number] = now
                return answer
            self._crowd.failed_at[self._number] = now
            if status not in (0, 409, 503):
                self._crowd.odd.append(f"{status}: {answer[:200]!r}")
            time.sleep(0.02)

    def _asked(self, path: str, body: Any, key: str) -> tuple[int, bytes]:
        if self._connection is None:
            port = self._crowd.service.port
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        headers = {"Idempotency-Key": key, **({"Content-Type": "application/json"} if body else {})}
        self._connection.request("POST", path, json.dumps(body) if body else None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def measure(place: Place, *, n_kills: int, seed: int) -> list[Claim]:
    with open_till(place.url) as till:
        till.stock.load(SKU, N_UNITS)
    rng, kills = random.Random(seed), []
    with up(place) as service:
        service.call("PUT", "/v1/promotions", encode([TEA10]))
        sales_file(service)
        crowd = Crowd(service)
        with shopping(crowd):
            for n in range(n_kills):
                kills.append(kill(crowd, KINDS[n % len(KINDS)], rng, n))
                print(f"  {place.name} {kills[-1]}", flush=True)
        again = Client(N_CLIENTS, crowd)
        for order_id, path in crowd.commits.items():
            crowd.witness.hear(order_id, _digest(again.insist(path, None, key=f"c-{order_id}")))
        states = wait_for_jobs(service)
        print(f"{place.name}: {service.cpu_seconds():.1f} CPU s, {service.peak_mib():,.0f} MiB at the peak")
    return claims(place, kills, crowd, states)


@dataclass(frozen=True, slots=True)
class Kill:
    """Which process was killed, until when somebody failed, and how long the job that ran did not run."""

    kind: str
    seconds: float
    job_seconds: float

    def __str__(self) -> str:
        return f"{self.kind} killed: answers after {self.seconds:.2f} s, its job after {self.job_seconds:.2f} s"


KINDS = ("a process that answers", "the process that was started", "the process of a job")


def kill(crowd: Crowd, kind: str, rng: random.Random, n: int) -> Kill:
    service = crowd.service
    job_id = service.call("POST", "/v1/jobs", {"kind": "import", "table": "sales", "file": "sales.csv"},
                          Idempotency_Key=f"j-{n}")["job_id"]  # fmt: skip
    until(lambda: _state(service, job_id) != "submitted", "the job runs")
    until(lambda: crowd.is_well_since(time.monotonic() - STEADY_SECONDS), "all is well before")
    time.sleep(rng.uniform(0, 0.5))
    attempt = service.call("GET", f"/v1/jobs/{job_id}")["attempt"]
    victim = _victim(service, kind, rng)
    began = time.monotonic()
    victim.kill()
    if victim.pid == service.process.pid:
        service.start_again()
    else:
        psutil.wait_procs([victim], timeout=10)
    until(lambda: _is_back(service, job_id, attempt), "the job runs again or has ended")
    job_seconds = time.monotonic() - began
    until(lambda: crowd.is_well_since(began), "all is well again")
    until(lambda: len(service.workers()) == service.place.workers, "all processes are there")
    return Kill(kind, crowd.recovered_at(began) - began, job_seconds)


def _victim(service: Service, kind: str, rng: random.Random) -> psutil.Process:
    if kind == KINDS[2] and service.jobs():
        return rng.choice(service.jobs())
    return rng.choice(service.workers()) if kind == KINDS[0] else psutil.Process(service.process.pid)


def _state(service: Service, job_id: str) -> str:
    return str(service.call("GET", f"/v1/jobs/{job_id}")["state"])


def _is_back(service: Service, job_id: str, attempt: int) -> bool:
    try:
        told = service.call("GET", f"/v1/jobs/{job_id}")
    except (OSError, http.client.HTTPException, AssertionError):
        return False
    return told["state"] in ("done", "failed") or (told["state"] == "running" and told["attempt"] > attempt)


def sales_file(service: Service) -> None:
    """A file that takes a job a few seconds."""
    rows = (f"o{n},2024-05-{1 + n % 28:02},TEA,1,9.00" for n in range(N_LINES))
    text = "\n".join(("order_id,sold_at,sku,quantity,net_amount", *rows))
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)) as connection:
        connection.request("PUT", "/v1/files/sales.csv", text.encode())
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()


def wait_for_jobs(service: Service) -> list[str]:
    """The states in which all jobs ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        states = [one["state"] for one in service.call("GET", "/v1/jobs?limit=200")["jobs"]]
        if not {"submitted", "running"} & set(states) or time.monotonic() > end:
            return states
        time.sleep(0.2)


@contextmanager
def shopping(crowd: Crowd) -> Iterator[None]:
    clients = [threading.Thread(target=Client(n, crowd).shop) for n in range(N_CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        crowd.stop.set()
        for client in clients:
            client.join()


def claims(place: Place, kills: list[Kill], crowd: Crowd, states: list[str]) -> list[Claim]:
    witness, n = crowd.witness, len(crowd.witness.told)
    with open_till(place.url) as till:
        wrong = [*witness.contradictions, *miscounted(till, SKU, n_orders=n)]
        wanted = {uses_account(TEA10.id): n, budget_account(TEA10.id): n * OFF_MINOR}
        balances = till.ledger.accounts.balances(list(wanted))
        wrong += [
            f"{account}: {balances[account].used} used, {balances[account].held} held; {used} expected"
            for account, used in wanted.items()
            if (balances[account].used, balances[account].held) != (used, 0)
        ]
    for each in (*wrong, *crowd.odd[:5]):
        print(f"  {place.name}: {each}")
    found = [_recovery(place, kind, [one.seconds for one in kills if one.kind == kind]) for kind in KINDS]
    jobs = [one.job_seconds for one in kills]
    n_lost = sum(state != "done" for state in states)
    of_all = f"of {n:,} orders, {witness.n_answers:,} answers"
    return [
        *(one for one in found if one is not None),
        in_time("R10", f"{place.name}: after a kill the job runs again", jobs, MOST_SECONDS),
        Claim("R10", f"{place.name}: jobs that did not end well", f"{n_lost} of {len(states)}", "0", n_lost == 0),
        Claim("R3", f"{place.name}: orders, units, uses, money, messages miscounted", f"{len(wrong)} {of_all}", "0",
              n > 0 and not wrong),
        Claim("R3", f"{place.name}: answers that are neither a yes nor 'come back'", f"{len(crowd.odd)}", "0",
              not crowd.odd),
    ]  # fmt: skip


def _recovery(place: Place, kind: str, seconds: list[float]) -> Claim | None:
    if not seconds:
        return None
    what = f"{place.name}: {kind} killed {len(seconds)} times, all is well after"
    return in_time("R10", what, seconds, MOST_SECONDS)


def until(met: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < end, f"within {PATIENCE_SECONDS:.0f} s not: {what}"
        time.sleep(0.02)


def _digest(answer: bytes) -> str:
    return sha256(answer).hexdigest()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=N_KILLS, help="on each database")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    return judged(partial(measure, n_kills=given.kills, seed=given.seed), *DATABASES)


if __name__ == "__main__":
    sys.exit(main())
