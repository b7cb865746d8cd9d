"""Events over a till's database: take them in, see what could not be read, ask for the minutes of a campaign."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.app.count_campaigns import Counting
from dealwright.app.event_ports import (
    ArmOf,
    Backlog,
    Correction,
    CountedCampaigns,
    Counts,
    DeadLetter,
    DeadLetters,
    EventLog,
    EventStore,
    Feed,
    Recorded,
    SourceCounts,
    State,
)
from dealwright.app.ingest_events import LATENESS, MOST_AT_ONCE, Intake, Sent, ingest_events
from dealwright.app.ledger_ports import LedgerUnavailableError
from dealwright.app.replay_events import Replayed, replay_letters
from dealwright.core.errors import InputError
from dealwright.data.event_bodies import BODIES
from dealwright.data.events import Contract
from dealwright.monitor.tally import Tally
from dealwright.till import Till, open_till

if TYPE_CHECKING:
    from dealwright.app.ledger_ports import Clock

MOST_IN_BATCH = 10_000
MOST_WAITING = 50_000
_LOOK_AGAIN_SECONDS = 1.0
_WAITS_SECONDS = (0.2, 1.0, 5.0)


class Store(EventStore, DeadLetters, EventLog, Protocol):
    """All sides of the inbox."""


class Events:
    """The events of one shop; safe to use from many threads and many processes.

    `campaigns` tells which events belong to which campaign; it is asked again once a second. At most `most_waiting`
    events may wait in this process for being taken.
    """

    def __init__(
        self,
        store: Store,
        *,
        campaigns: CountedCampaigns,
        arm_of: ArmOf,
        clock: Clock,
        lateness: timedelta = LATENESS,
        most_waiting: int = MOST_WAITING,
        pseudonym_key: bytes | None = None,
    ) -> None:
        self.store = store
        self._campaigns = campaigns
        self._arm_of = arm_of
        self._clock = clock
        self._lateness = lateness
        self._contract = Contract.of(BODIES, pseudonym_key=pseudonym_key)
        self._queue = _Queue(most_waiting)
        self._looked_at = -math.inf
        self._intake: Intake | None = None

    def take(self, batch: Iterable[Sent]) -> Counts | Backlog:
        """Take a batch of at most 10,000 events, given as JSON texts or as plain values; durable when it returns.

        Sending a batch again is always safe. A `Backlog` (falsy) says that nothing was taken and when to try again.
        InputError for a larger batch.
        """
        given = list(islice(batch, MOST_IN_BATCH + 1))
        if len(given) > MOST_IN_BATCH:
            raise InputError(f"a batch has at most {MOST_IN_BATCH:,} events; split it")
        with self._queue.place(len(given)) as backlog:
            return self._take(given) if backlog is None else backlog

    def take_all(self, sent: Iterable[Sent]) -> Counts:
        """Take any number of events, some thousand at a time; waits a little where the database is busy."""
        counts = Counts()
        events = iter(sent)
        while chunk := list(islice(events, MOST_AT_ONCE)):
            counts += self._take_patiently(chunk)
        return counts

    def follow(self, feed: Feed, *, wait_seconds: float = 1.0, most: int = MOST_AT_ONCE) -> Iterator[Counts]:
        """Take what a broker delivers, parcel by parcel, until none comes within the time.

        A parcel is said to be done after it is durable here; a crash in between has it delivered again, which the
        inbox notices.
        """
        while (parcel := feed.pull(most, wait_seconds=wait_seconds)) is not None:
            counts = self._take_patiently(parcel.texts)
            feed.done(parcel)
            yield counts

    def dead_letters(self, *, state: State = "waiting", after: int = 0, limit: int = 100) -> tuple[DeadLetter, ...]:
        """What could not be taken, and why, in the order it came."""
        return self.store.letters(state=state, after=after, limit=limit)

    def replay(self, *numbers: int, corrected: Sent | None = None) -> Replayed:
        """Try dead letters again: those named, or all that wait; `corrected` is what the one named should say."""
        return replay_letters(
            numbers,
            corrected=corrected,
            intake=self._current(),
            store=self.store,
            letters=self.store,
            now=self._now(),
        )

    def drop(self, *numbers: int) -> int:
        """Never try these dead letters again; how many of them waited."""
        return self.store.drop(numbers)

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        """The minutes of a campaign that start in [since, until), in order; minutes without events are left out."""
        return self.store.tallies(campaign_id, since=since, until=until)

    def recorded(self, *, kind: str = "", after: int = 0, limit: int = 1000) -> tuple[Recorded, ...]:
        """The events themselves (of one kind, or all), in the order they were taken, from behind a number on."""
        return self.store.recorded(kind=kind, after=after, limit=limit)

    def corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[Correction, ...]:
        """Changes of minutes that were closed, in the order they came, from behind a number on."""
        return self.store.corrections(after=after, limit=limit)

    def sources(self) -> tuple[SourceCounts, ...]:
        """What each source sent so far, and what became of it."""
        return self.store.sources()

    def closed_until(self) -> datetime | None:
        """The watermark: minutes that end by then are closed; what comes for them later is a correction."""
        newest = max((one.last_at for one in self.sources() if one.last_at is not None), default=None)
        return None if newest is None else newest - self._lateness

    def _take_patiently(self, events: Sequence[Sent]) -> Counts:
        """Taking again is always safe, even where nobody knows whether it was written."""
        for seconds in _WAITS_SECONDS:
            try:
                return self._take(events)
            except LedgerUnavailableError:
                time.sleep(seconds)
        return self._take(events)

    def _take(self, events: Sequence[Sent]) -> Counts:
        counts = Counts()
        for start in range(0, len(events), MOST_AT_ONCE):
            chunk = events[start : start + MOST_AT_ONCE]
            counts += ingest_events(chunk, intake=self._current(), store=self.store, now=self._now())
            self._queue.taken(len(chunk))
        return counts

    def _current(self) -> Intake:
        """How to count now; campaigns are looked up once a second."""
        if self._intake is None or time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
            self._looked_at = time.monotonic()
            counted = tuple(self._campaigns.counted())
            if self._intake is None or counted != self._intake.counting.campaigns:
                self._intake = Intake(self._contract, Counting(counted, self._arm_of), self._lateness)
        return self._intake

    def _now(self) -> datetime:
        return self._clock.now()


def open_events(
    till: Till,
    *,
    campaigns: CountedCampaigns | None = None,
    lateness: timedelta = LATENESS,
    most_waiting: int = MOST_WAITING,
    pseudonym_key: bytes | None = None,
) -> Events:
    """The events of a till's database (in memory for a till in memory), counted for the campaigns that are there.

    With a `pseudonym_key` customers are kept under a keyed pseudonym; without one, what is written like an e-mail
    address or a telephone number is refused.
    """
    from dealwright.live.counted import CountedShop, assigned_arm

    if campaigns is None:
        from dealwright.live.campaigns import open_campaigns

        campaigns = CountedShop(open_campaigns(till))
    return Events(
        _store(till),
        campaigns=campaigns,
        arm_of=assigned_arm,
        clock=till.ledger.clock,
        lateness=lateness,
        most_waiting=most_waiting,
        pseudonym_key=pseudonym_key,
    )


@contextmanager
def opened_events(url: str, *, pseudonym_key: bytes | None = None) -> Iterator[Events]:
    """The events of the till at this address, until the context ends."""
    with open_till(url) as till:
        yield open_events(till, pseudonym_key=pseudonym_key)


def _store(till: Till) -> Store:
    if till.connected is None:
        return MemoryEvents()
    from dealwright.adapters.events.sql import SqlEvents

    return SqlEvents(till.connected.database)


class _Queue:
    """How many events wait in this process, and how fast they are taken."""

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
            yield Backlog(waiting, self._most, max(1, math.ceil(waiting / self._per_second)))
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
