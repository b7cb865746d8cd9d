"""How many events wait in one process for being taken, and when somebody who is turned away may come again."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from dealwright.app.events.event_ports import Backlog


class EventQueue:
    """Room for so many events; it learns how fast they are taken."""

    def __init__(self, most_waiting: int) -> None:
        self._most = most_waiting
        self._waiting = 0
        self._per_second = 10_000.0
        self._taken_at = time.monotonic()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, n: int) -> Iterator[Backlog | None]:
        """Room for so many events until the context ends; a `Backlog` if there is none."""
        with self._lock:
            is_full = self._waiting > 0 and self._waiting + n > self._most
            waiting = self._waiting
            if not is_full:
                self._waiting += n
        if is_full:
            yield Backlog(waiting, self._most, _seconds(waiting / self._per_second))
            return
        try:
            yield None
        finally:
            with self._lock:
                self._waiting -= n

    def taken(self, n: int) -> None:
        """So many events were taken since the last time somebody said so."""
        with self._lock:
            now = time.monotonic()
            rate = n / max(now - self._taken_at, 1e-3)
            self._per_second += 0.2 * (rate - self._per_second)
            self._taken_at = now


def _seconds(expected: float) -> int:
    """When to come again: a queue that was idle tells nothing of how fast it is, so at most a minute."""
    return min(max(1, math.ceil(expected)), 60)
