"""A lean generator of HTTP load, in a process of its own that keeps connections open.

A closed loop: some connections, each sends its next request when it has the answer. (`http_open_load` waits for
none.) A request is a template in which `%09d` stands for its number, so that each can carry a key of its own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import resource
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

T = TypeVar("T")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


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
    return elsewhere(_load, port, list(templates), connections, seconds, first_number)


def elsewhere(work: Callable[..., Coroutine[Any, Any, T]], *given: Any) -> T:
    """What this work on a loop of its own gives, done in a process of its own."""
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


class Answers(asyncio.Protocol, ABC):
    """A connection that reads one answer after the other."""

    _received = b""
    _needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            told = _LENGTH.search(self._received, 0, end)
            assert told is not None, self._received[:end]
            self._needed = end + 4 + int(told[1])
        if len(self._received) < self._needed:
            return
        status = self._received[9:12]
        self._received, self._needed = b"", 0
        self.answered(status)

    @abstractmethod
    def answered(self, status: bytes) -> None:
        """A whole answer came."""


class _Connection(Answers):
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
