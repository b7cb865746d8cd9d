"""A lean generator of HTTP load, in a process of its own that keeps connections open.

Closed loop: some connections, each sends its next request when it has the answer. Open loop: requests are sent when
they are due, however long answers take, over as many connections as that needs; their latency counts from when they
were due. A request is a template in which `%09d` stands for its number, so that each can carry a key of its own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

T = TypeVar("T")
_MOST_CONNECTIONS, _PACE_SECONDS, _PATIENCE_SECONDS = 4_000, 0.002, 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of `seconds` gave: answers by status, latencies, and what the generator itself used."""

    n: int
    seconds: float
    p50_ms: float
    p99_ms: float
    worst_ms: float
    statuses: dict[int, int]
    generator_cpu_seconds: float

    @property
    def per_second(self) -> float:
        return self.n / self.seconds

    def __str__(self) -> str:
        return f"{self.per_second:8,.0f}/s   p50 {self.p50_ms:7.2f} ms   p99 {self.p99_ms:7.2f} ms"


@dataclass(frozen=True, slots=True)
class Due:
    """One request of an open loop: its template, when it was due (seconds from the start), what became of it.

    `seconds` until its answer and its `status`; infinity and 0 if there was none.
    """

    template: int
    at: float
    seconds: float
    status: int


def request(
    method: str, path: str, body: Any = None, *, key: str = "", headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of one request; `%09d` in path, body and key is the number of the request."""
    payload = b"" if body is None else json.dumps(body).encode()
    length = len(payload.replace(b"%09d", b"0" * 9))
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}"]
    lines += ["Content-Type: application/json"] if payload else []
    lines += [f"Idempotency-Key: {key}"] if key else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


def run_load(
    port: int, templates: Sequence[bytes], *, connections: int, seconds: float, first_number: int = 0
) -> Load:
    """Load the server at this port for so long, from another process."""
    return _elsewhere(_load, port, list(templates), connections, seconds, first_number)


def run_open_load(
    port: int, templates: Sequence[bytes], phases: Sequence[tuple[float, float]], *, first_number: int = 0
) -> list[Due]:
    """Send so many requests per second for so many seconds, phase by phase, from another process."""
    return _elsewhere(_open_load, port, list(templates), list(phases), first_number)


def _elsewhere(work: Callable[..., Coroutine[Any, Any, T]], *given: Any) -> T:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, work, *given))
    process.start()
    theirs.close()
    told: T = ours.recv()
    process.join()
    return told


def _work(told: Connection, work: Callable[..., Coroutine[Any, Any, Any]], *given: Any) -> None:
    try:
        import uvloop

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:
        runner = asyncio.Runner()
    with runner:
        told.send(runner.run(work(*given)))


class _Plan:
    """What all connections share: the next request, the end, and what was measured."""

    def __init__(self, templates: list[bytes], seconds: float, first: int) -> None:
        self.templates = templates
        self.numbered = [b"%09d" in template for template in templates]
        self.number = first
        self.start = time.perf_counter()
        self.end = self.start + seconds
        self.latencies: list[float] = []
        self.statuses: Counter[bytes] = Counter()

    def next(self) -> bytes:
        number = self.number
        self.number += 1
        place = number % len(self.templates)
        template = self.templates[place]
        return template.replace(b"%09d", b"%09d" % number) if self.numbered[place] else template


class _Answers(asyncio.Protocol):
    """A connection that reads one answer after the other."""

    _received = b""
    _needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            head, separator, _ = self._received.partition(b"\r\n\r\n")
            if not separator:
                return
            lower = head.lower()
            at = lower.index(b"content-length:") + 15
            end = lower.find(b"\r\n", at)
            length = lower[at:end] if end >= 0 else lower[at:]
            self._needed = len(head) + 4 + int(length)
        if len(self._received) < self._needed:
            return
        status = self._received[9:12]
        self._received, self._needed = b"", 0
        self.answered(status)

    def answered(self, status: bytes) -> None:
        raise NotImplementedError


class _Connection(_Answers):
    """Sends its next request as soon as it has the answer."""

    def __init__(self, plan: _Plan, done: asyncio.Future[None]) -> None:
        self._plan = plan
        self._done = done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._plan.next())

    def answered(self, status: bytes) -> None:
        now, plan = time.perf_counter(), self._plan
        plan.latencies.append(now - self._sent_at)
        plan.statuses[status] += 1
        if now < plan.end:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self._done.done():
            self._done.set_result(None)


async def _load(port: int, templates: list[bytes], connections: int, seconds: float, first: int) -> Load:
    loop = asyncio.get_running_loop()
    plan = _Plan(templates, seconds, first)
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    await asyncio.gather(
        *(loop.create_connection(partial(_Connection, plan, end), "127.0.0.1", port) for end in ends)
    )
    await asyncio.gather(*ends)
    took = time.perf_counter() - plan.start
    used = resource.getrusage(resource.RUSAGE_SELF)
    latencies = sorted(plan.latencies)
    return Load(
        len(latencies),
        took,
        1e3 * latencies[len(latencies) // 2],
        1e3 * latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)],
        1e3 * latencies[-1],
        {int(status): n for status, n in sorted(plan.statuses.items())},
        used.ru_utime + used.ru_stime,
    )


class _OpenPlan:
    """What the connections of an open loop share: which of them are free, and what became of each request."""

    def __init__(self, port: int, templates: list[bytes], first: int) -> None:
        self._port = port
        self._templates = templates
        self._number = first
        self._opening: set[asyncio.Task[None]] = set()
        self.free: list[_OpenConnection] = []
        self.n_connections = 0
        self.n_waiting = 0
        self.told: list[Due] = []
        self.start = time.perf_counter()

    def send(self, at: float) -> None:
        """Send the next request, due `at`; over a new connection if none is free."""
        number = self._number
        self._number += 1
        place = number % len(self._templates)
        payload = self._templates[place].replace(b"%09d", b"%09d" % number)
        self.n_waiting += 1
        if self.free:
            self.free.pop().send(payload, place, at)
        elif self.n_connections < _MOST_CONNECTIONS:
            self.n_connections += 1
            opening = asyncio.get_running_loop().create_task(self._open(payload, place, at))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)
        else:
            self.tell(place, at, 0)

    async def _open(self, payload: bytes, place: int, at: float) -> None:
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                partial(_OpenConnection, self), "127.0.0.1", self._port
            )
        except OSError:
            self.n_connections -= 1
            self.tell(place, at, 0)
        else:
            connection.send(payload, place, at)

    def tell(self, place: int, at: float, status: int) -> None:
        """A request has its answer, or (0) will get none."""
        self.n_waiting -= 1
        took = time.perf_counter() - self.start - at if status else float("inf")
        self.told.append(Due(place, at, took, status))


class _OpenConnection(_Answers):
    def __init__(self, plan: _OpenPlan) -> None:
        self._plan = plan
        self._sent: tuple[int, float] | None = None

    def send(self, payload: bytes, place: int, at: float) -> None:
        self._sent = place, at
        self._transport.write(payload)

    def answered(self, status: bytes) -> None:
        assert self._sent is not None, "nobody answers before being asked"
        sent, self._sent = self._sent, None
        self._plan.tell(*sent, int(status))
        self._plan.free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._plan.n_connections -= 1
        if self._sent is not None:
            self._plan.tell(*self._sent, 0)
        elif self in self._plan.free:
            self._plan.free.remove(self)


async def _open_load(port: int, templates: list[bytes], phases: list[tuple[float, float]], first: int) -> list[Due]:
    plan = _OpenPlan(port, templates, first)
    begins = 0.0
    for per_second, seconds in phases:
        n_sent, n = 0, round(per_second * seconds)
        while n_sent < n:
            n_due = min(n, int((time.perf_counter() - plan.start - begins) * per_second) + 1)
            for k in range(n_sent, n_due):
                plan.send(begins + k / per_second)
            n_sent = n_due
            await asyncio.sleep(_PACE_SECONDS)
        begins += seconds
    end = time.perf_counter() + _PATIENCE_SECONDS
    while plan.n_waiting and time.perf_counter() < end:
        await asyncio.sleep(_PACE_SECONDS)
    missing = [Due(0, begins, float("inf"), 0)] * plan.n_waiting
    return plan.told + missing
