"""Crashes: workers and servers killed in the middle of a commit, clients that ask again with the same keys."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from signal import SIGKILL

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from dealwright.adapters.ledger import faults, schema
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.engine.outcomes import Held, Order
from dealwright.prove.crew import job_context
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Mutant, Proof
from dealwright.prove.shopping import cart, sku_of
from dealwright.prove.weaken import GUARDS, Weakness, weakened
from dealwright.till.open import Till, open_till

N_WORKERS, N_ORDERS = 4, 40
MOST_UNKNOWN_SECONDS = 2.0
_POINTS = ("before_write", "before_commit", "after_commit_before_reply", "after_reply")


@dataclass(slots=True)
class Witness:
    """What clients were told: the digest of the answer to each order, and what contradicted it."""

    told: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    n_answers: int = 0
    n_worker_kills: int = 0
    n_server_kills: int = 0
    recoveries: list[float] = field(default_factory=list)

    def hear(self, order_id: str, digest: str) -> None:
        """An answer was acknowledged to a client."""
        self.n_answers += 1
        if self.told.setdefault(order_id, digest) != digest:
            self.contradictions.append(f"{order_id} was answered in two ways")


def prove_crashes(
    url: str, *, seeds: Sequence[int], kill_server: Callable[[], float] | None = None
) -> tuple[Proof, Proof, Proof]:
    """R3, R4, R10: exactly one order per key, no outcome unknown, back to work without a human."""
    began = time.monotonic()
    witnesses, violations, slowest = [], [], 0.0
    for seed in seeds:
        witness, wrong, unknown_seconds = _round(url, seed, kill_server)
        witnesses.append(witness)
        violations += [f"seed {seed}: {what}" for what in wrong]
        slowest = max(slowest, unknown_seconds)
    seconds = time.monotonic() - began
    caught = sum(bool(_round(url, seed, None, weakness="keys")[1]) for seed in seeds[:2])
    n_keys = N_WORKERS * N_ORDERS * len(seeds)
    worker_kills = sum(one.n_worker_kills for one in witnesses)
    server_kills = sum(one.n_server_kills for one in witnesses)
    figures = {
        "workers killed": str(worker_kills),
        "servers killed": str(server_kills),
        "keys": f"{n_keys:,}",
        "answers": f"{sum(one.n_answers for one in witnesses):,}",
    }
    left_out = "" if kill_server else "the server was not killed: it is not ours"
    mutant = Mutant(GUARDS["keys"], len(seeds[:2]), caught)
    claim = (
        "workers and server killed with SIGKILL inside commits, a fifth of requests sent twice: one order per key"
    )
    once = Proof("R3", claim, tuple(seeds), n_keys, tuple(violations), seconds, figures, (mutant,), left_out)
    late = () if slowest <= MOST_UNKNOWN_SECONDS else (f"an outcome was unknown for {slowest:.1f} s",)
    claim = f"after every crash each key is committed or was never written, known within {MOST_UNKNOWN_SECONDS:g} s"
    known = Proof("R4", claim, tuple(seeds), n_keys, late, seconds, {"slowest": f"{slowest:.2f} s"})
    recoveries = sorted(second for one in witnesses for second in one.recoveries)
    figures = {}
    if recoveries:
        figures = {"median": f"{recoveries[len(recoveries) // 2]:.2f} s", "slowest": f"{recoveries[-1]:.2f} s"}
    slow = tuple(f"a recovery took {second:.1f} s" for second in recoveries if second > 15)
    claim = "after SIGKILL of any process the till answers again by itself, within 15 s"
    back = Proof("R10", claim, tuple(seeds), len(recoveries), slow, seconds, figures, left_out=left_out)
    return once, known, back


def _round(
    url: str, seed: int, kill_server: Callable[[], float] | None, *, weakness: Weakness = ""
) -> tuple[Witness, list[str], float]:
    with fresh_till(url) as place:
        with open_till(place) as till:
            till.stock.load(sku_of(seed), N_WORKERS * N_ORDERS)
        witness = Witness()
        _work(place, seed, witness, kill_server, weakness)
        with open_till(place) as till:
            violations = list(_wrong(till, seed, witness))
            return witness, violations, _unknown_seconds(till, seed)


def _work(
    place: str, seed: int, witness: Witness, kill_server: Callable[[], float] | None, weakness: Weakness
) -> None:
    """Workers that die are started again where they were, until every order is acknowledged."""
    context = job_context()
    rng = random.Random(seed)
    next_order = dict.fromkeys(range(N_WORKERS), 0)
    running: dict[int, tuple[ForkServerProcess, Connection]] = {}
    died_at: dict[int, float] = {}
    server_dies_at = time.monotonic() + rng.uniform(0.5, 1.5) if kill_server else float("inf")
    while next_order or running:
        for worker, n in list(next_order.items()):
            if worker not in running:
                ours, theirs = context.Pipe(duplex=False)
                fault = (rng.choice(_POINTS), rng.randint(2, 30))
                process = context.Process(target=_worker, args=(place, seed, worker, n, fault, weakness, theirs))
                process.start()
                theirs.close()
                running[worker] = process, ours
        for worker, (process, ours) in list(running.items()):
            has_ended = process.exitcode is not None  # looked at first: what it said before is still in the pipe
            for order_n, order_id, digest in _heard(ours):
                if worker in died_at:
                    witness.recoveries.append(time.monotonic() - died_at.pop(worker))
                witness.hear(order_id, digest)
                next_order[worker] = order_n + 1
            if has_ended:
                del running[worker]
                if process.exitcode == -SIGKILL:
                    witness.n_worker_kills += 1
                    died_at[worker] = time.monotonic()
                if next_order[worker] >= N_ORDERS:
                    del next_order[worker]
        if kill_server and time.monotonic() > server_dies_at and next_order:
            witness.recoveries.append(kill_server())
            witness.n_server_kills += 1
            server_dies_at = time.monotonic() + rng.uniform(1.0, 3.0)
        time.sleep(0.005)


def _heard(ours: Connection) -> Iterator[tuple[int, str, str]]:
    try:
        while ours.poll():
            yield ours.recv()
    except (EOFError, OSError):
        return


def _worker(
    place: str, seed: int, worker: int, first: int, fault: tuple[str, int], weakness: Weakness, out: Connection
) -> None:
    till = weakened(_opened(place), weakness)
    faults.arm(fault[0], "kill", at_pass=fault[1])
    rng = random.Random(f"{seed} {worker} {first}")
    for n in range(first, N_ORDERS):
        order_id = order_of(seed, worker, n)
        for _ in range(2 if rng.random() < 0.2 else 1):
            out.send((n, order_id, sha256(_insist(till, seed, order_id)).hexdigest()))
        faults.hit("after_reply")


def _opened(place: str) -> Till:
    """The till as soon as its server takes connections."""
    while True:
        try:
            return open_till(place)
        except (LedgerUnavailableError, OperationalError):
            time.sleep(0.1)


def order_of(seed: int, worker: int, n: int) -> str:
    """The name of a worker's order."""
    return f"order {seed} {worker} {n}"


def _insist(till: Till, seed: int, order_id: str) -> bytes:
    """Hold and commit with the same two keys until there is an answer; the answer as it is stored."""
    while True:
        try:
            held = till.carts.hold(cart(seed, 1, customer=order_id), key=f"h {order_id}", order_id=order_id)
            if isinstance(held, Held):
                order = till.carts.commit(held.hold_id, key=f"c {order_id}")
                if isinstance(order, Order) or order.is_final:
                    return till.carts.by_key(f"c {order_id}").raw or repr(order).encode()
            elif held.is_final:
                return repr(held).encode()
        except LedgerUnavailableError:
            pass  # the server was killed, and whether it wrote is not known: the same keys are asked again
        time.sleep(0.05)


def _wrong(till: Till, seed: int, witness: Witness) -> Iterator[str]:
    yield from witness.contradictions
    expected = N_WORKERS * N_ORDERS
    if len(witness.told) != expected:
        yield f"{expected} keys, {len(witness.told)} acknowledged"
    yield from miscounted(till, sku_of(seed), n_orders=expected)
    for order_id, digest in witness.told.items():
        kept = till.carts.by_key(f"c {order_id}")
        if sha256(kept.raw).hexdigest() != digest:
            yield f"{order_id} was acknowledged; its key now says {kept.state}"


def miscounted(till: Till, sku: str, *, n_orders: int) -> Iterator[str]:
    """What in the books is not as it must be after so many orders of one unit of this sku, and nothing else."""
    balance = till.stock.left(sku)
    assert balance is not None
    assert till.connected is not None
    with till.connected.database.engine.connect() as connection:
        orders = connection.execute(select(func.count()).select_from(schema.orders)).scalar_one()
        told = select(func.count()).select_from(schema.outbox).where(schema.outbox.c.kind == "order_committed")
        messages = connection.execute(told).scalar_one()
    if not orders == messages == balance.used == n_orders:
        yield f"{n_orders} orders; the books have {orders}, {messages} messages, {balance.used} units used"
    if balance.held:
        yield f"{balance.held} units are held for nobody"
    yield from till.audit()


def _unknown_seconds(till: Till, seed: int) -> float:
    """How long the slowest key took until it was known whether it was written."""
    slowest = 0.0
    for worker in range(N_WORKERS):
        for n in range(N_ORDERS):
            began = time.monotonic()
            while till.carts.by_key(f"c {order_of(seed, worker, n)}").state == "in_progress":
                time.sleep(0.01)
            slowest = max(slowest, time.monotonic() - began)
    return slowest
