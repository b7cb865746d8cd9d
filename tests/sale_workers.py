"""What separate processes do to one till at the same moment; each opens its own."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from dealwright.adapters.ledger import faults
from dealwright.engine.flash import Reserved
from dealwright.engine.outcomes import Refused
from ledgers import SetClock
from sale_tills import opened

_PATIENCE_SECONDS = 90
# Processes are forked by a server that has nothing but these modules and one thread: quick, and no fork of a test
# run whose threads (PostgreSQL's, JAX's) may hold locks.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["pytest", "dealwright.till", "dealwright.adapters.ledger.connect", "dealwright.adapters.ledger.sql_shelf"]
)


def in_processes(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What one process per tuple of arguments got; all are ready before the first starts."""
    gate, answers = _PROCESSES.Barrier(len(arguments)), _PROCESSES.Queue()
    workers = [
        _PROCESSES.Process(target=_work, args=(work, number, gate, answers, one))
        for number, one in enumerate(arguments)
    ]
    for worker in workers:
        worker.start()
    found = dict(answers.get(timeout=_PATIENCE_SECONDS) for _ in workers)
    for worker in workers:
        worker.join(_PATIENCE_SECONDS)
    return [found[number] for number in range(len(arguments))]


def exit_code_of(work: Callable[..., None], *arguments: object) -> int | None:
    """How a process that did the work ended; -9 if it was killed."""
    worker = _PROCESSES.Process(target=work, args=arguments)
    worker.start()
    worker.join(_PATIENCE_SECONDS)
    return worker.exitcode


def buy(url: str, process: int, n_buyers: int) -> Any:
    """Buyers who ask all at once, each twice with the same key; the names of their reservations."""
    with opened(url) as till:
        yield
        waiting = [
            till.flash.submit("F1", customer_id=name, quantity=1, key=name, order_id=name)
            for number in range(n_buyers)
            for name in [f"{process} {number}"] * 2
        ]
        answers = [one.result(timeout=_PATIENCE_SECONDS) for one in waiting]
        yield [one.reservation_id for one in answers if isinstance(one, Reserved)]


def ask_with_wrong_clock(url: str, seconds: float) -> Any:
    """What a process gets whose own clock is that much ahead: from the sale "soon" and from the sale "over"."""
    set_machine_clock(seconds)
    with opened(url) as till:
        yield
        answers = [
            till.flash.reserve(sale, customer_id="ann", quantity=1, key=f"{sale} {seconds}", order_id="o")
            for sale in ("soon", "over")
        ]
        yield [one.code if isinstance(one, Refused) else "yes" for one in answers]


def set_machine_clock(seconds: float) -> None:
    """From now on this process believes a machine's clock that is so many seconds ahead."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=seconds)

    for name, module in list(sys.modules.items()):
        if name.startswith("dealwright") and getattr(module, "datetime", None) is datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]


def join_many(url: str, process: int, n_customers: int) -> Any:
    """Customers who join the group "G" one after another, paid; what they were told."""
    with opened(url, clock=SetClock()) as till:
        yield
        names = [f"{process} {number}" for number in range(n_customers)]
        answers = [till.groups.join("G", customer_id=name, key=name, is_paid=True) for name in names]
        yield [one.code if isinstance(one, Refused) else "yes" for one in answers]


def die_reserving(url: str, point: str) -> None:
    """Killed at the point while reserving a unit for "ann"."""
    with opened(url) as till:
        faults.arm(point, "kill")
        till.flash.reserve("F1", customer_id="ann", quantity=1, key="key ann", order_id="order key ann")


def die_settling(url: str, now: datetime, point: str) -> None:
    """Killed at the point while groups are settled."""
    with opened(url, clock=SetClock(now)) as till:
        faults.arm(point, "kill")
        till.groups.settle()


def _work(work: Callable[..., Any], number: int, gate: Any, answers: Any, arguments: tuple[Any, ...]) -> None:
    steps = work(*arguments)
    next(steps)  # everything is open
    gate.wait(_PATIENCE_SECONDS)
    answers.put((number, next(steps)))
    steps.close()
