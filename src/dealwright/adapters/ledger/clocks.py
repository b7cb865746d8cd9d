"""Clocks: the machine's own, and the database's as seen from here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_REMEASURE_SECONDS = 5.0


class SystemClock:
    """This machine's clock; for ledgers that live on this machine."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def skew_seconds(self) -> float:
        """See `Clock.skew_seconds`: it decides itself."""
        return 0.0


class DatabaseClock:
    """The database's clock, asked every few seconds and carried on by a counter that nobody can set.

    A machine whose own clock is wrong, or is set while it runs, tells the same time as all others. The time told is
    late by at most the way of the question's answer (far below a second).
    """

    def __init__(
        self,
        ask: Callable[[], datetime],
        *,
        counter: Callable[[], float] = time.monotonic,
        own: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ask = ask
        self._counter = counter
        self._own = own
        self._lock = threading.Lock()
        self._base, self._skew = self._measured()

    def now(self) -> datetime:
        """See `Clock.now`."""
        asked_at, told = self._base
        passed = self._counter() - asked_at
        if passed > _REMEASURE_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._base, self._skew = self._measured()
            finally:
                self._lock.release()
            asked_at, told = self._base
            passed = self._counter() - asked_at
        return told + timedelta(seconds=passed)

    def skew_seconds(self) -> float:
        """See `Clock.skew_seconds`."""
        self.now()
        return self._skew

    def _measured(self) -> tuple[tuple[float, datetime], float]:
        told = self._ask()
        own = self._own()
        return (self._counter(), told), (own - told).total_seconds()
