"""A lean generator of HTTP load that waits for no answer: requests are sent when they are due.

An open loop, in a process of its own: requests go over as many connections as it takes, however long answers need;
their latency counts from when they were due. What the generator itself did stands beside: one that was too busy to
send in time says nothing about the server. Requests are templates as in `http_load`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from http_load import Answers, elsewhere

_MOST_CONNECTIONS, _PACE_SECONDS, _PATIENCE_SECONDS = 4_000, 0.002, 5.0


@dataclass(frozen=True, slots=True)
class Due:
    """One request of an open loop: its template, when it was due (seconds from the start), what became of it.

    `seconds` until its answer and its `status`; infinity and 0 if there was none.
    """

    template: int
    at: float
    seconds: float
    status: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What the generator did in one phase of an open loop: its own CPU, and how late it sent the latest request.

    `n_unsent` found no connection: as many as it opens at most waited for their answers.
    """

    seconds: float
    cpu_seconds: float
    latest_seconds: float
    n_unsent: int

    def __str__(self) -> str:
        busy = self.cpu_seconds / self.seconds
        unsent = f", {self.n_unsent:,} unsent for want of a connection" if self.n_unsent else ""
        return f"generator busy {busy:.0%}, at most {1e3 * self.latest_seconds:.0f} ms late{unsent}"


@dataclass(frozen=True, slots=True)
class OpenRun:
    """An open loop: every request that was due, and the pace of each phase."""

    due: list[Due]
    paces: list[Pace]


def run_open_load(
    port: int, templates: Sequence[bytes], phases: Sequence[tuple[float, float]], *, first_number: int = 0
) -> OpenRun:
    """Send so many requests per second for so many seconds, phase by phase, from another process."""
    return elsewhere(_open_load, port, list(templates), list(phases), first_number)


class _OpenPlan:
    """What the connections of an open loop share: which of them are free, and what became of each request."""

    def __init__(self, port: int, templates: list[bytes], first: int) -> None:
        self._port = port
        self._templates = templates
        self._number = first
        self._opening: dict[asyncio.Task[None], tuple[int, float]] = {}
        self.connections: set[_OpenConnection] = set()
        self.free: list[_OpenConnection] = []
        self.n_connections = 0
        self.n_waiting = 0
        self.n_unsent = 0
        self.latest = 0.0
        self.told: list[Due] = []
        self.start = time.perf_counter()

    def send(self, at: float) -> None:
        """Send the next request, due `at`; over a new connection if none is free."""
        number = self._number
        self._number += 1
        place = number % len(self._templates)
        payload = self._templates[place].replace(b"%09d", b"%09d" % number)
        self.n_waiting += 1
        self.latest = max(self.latest, time.perf_counter() - self.start - at)
        if self.free:
            self.free.pop().send(payload, place, at)
        elif self.n_connections < _MOST_CONNECTIONS:
            self.n_connections += 1
            opening = asyncio.get_running_loop().create_task(self._open(payload, place, at))
            self._opening[opening] = place, at
            opening.add_done_callback(self._opening.pop)
        else:
            self.n_unsent += 1
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

    def pace_since(self, began: float, cpu_began: float, n_unsent: int) -> Pace:
        """What was done since then."""
        pace = Pace(
            time.perf_counter() - began, time.process_time() - cpu_began, self.latest, self.n_unsent - n_unsent
        )
        self.latest = 0.0
        return pace

    def missing(self) -> list[Due]:
        """The requests that have no answer yet."""
        sent = [one.sent for one in self.connections if one.sent is not None]
        return [Due(place, at, float("inf"), 0) for place, at in (*sent, *self._opening.values())]

    def tell(self, place: int, at: float, status: int) -> None:
        """A request has its answer, or (0) will get none."""
        self.n_waiting -= 1
        took = time.perf_counter() - self.start - at if status else float("inf")
        self.told.append(Due(place, at, took, status))


class _OpenConnection(Answers):
    def __init__(self, plan: _OpenPlan) -> None:
        self._plan = plan
        self.sent: tuple[int, float] | None = None  # the request that waits for its answer
        plan.connections.add(self)

    def send(self, payload: bytes, place: int, at: float) -> None:
        self.sent = place, at
        self._transport.write(payload)

    def answered(self, status: bytes) -> None:
        assert self.sent is not None, "nobody answers before being asked"
        sent, self.sent = self.sent, None
        self._plan.tell(*sent, int(status))
        self._plan.free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._plan.n_connections -= 1
        self._plan.connections.discard(self)
        if self.sent is not None:
            self._plan.tell(*self.sent, 0)
        elif self in self._plan.free:
            self._plan.free.remove(self)


async def _open_load(port: int, templates: list[bytes], phases: list[tuple[float, float]], first: int) -> OpenRun:
    plan, paces = _OpenPlan(port, templates, first), []
    begins = 0.0
    for per_second, seconds in phases:
        since = time.perf_counter(), time.process_time(), plan.n_unsent
        n_sent, n = 0, round(per_second * seconds)
        while n_sent < n:
            n_due = min(n, int((time.perf_counter() - plan.start - begins) * per_second) + 1)
            for k in range(n_sent, n_due):
                plan.send(begins + k / per_second)
            n_sent = n_due
            await asyncio.sleep(_PACE_SECONDS)
        paces.append(plan.pace_since(*since))
        begins += seconds
    end = time.perf_counter() + _PATIENCE_SECONDS
    while plan.n_waiting and time.perf_counter() < end:
        await asyncio.sleep(_PACE_SECONDS)
    return OpenRun(plan.told + plan.missing(), paces)
