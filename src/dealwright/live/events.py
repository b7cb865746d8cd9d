"""Events over a till's database: take them in, see what could not be read, ask for the minutes of a campaign."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.adapters.events.order_news_memory import MemoryOrderNews
from dealwright.adapters.ledger.memory import MemoryLedger
from dealwright.app.events.count_campaigns import Counting
from dealwright.app.events.event_ports import (
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
from dealwright.app.events.forget_events import forget_events
from dealwright.app.events.ingest_events import KEPT_FOR, LATENESS, MOST_AT_ONCE, Intake, ingest_events
from dealwright.app.events.placed_events import Sent, read_sent
from dealwright.app.events.replay_events import Replayed, replay_letters
from dealwright.app.events.take_till_orders import MOST_NEWS, OrderNews, UnitCosts, no_costs, take_till_orders
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.core.errors import InputError
from dealwright.data.event_bodies import BODIES
from dealwright.data.events import Contract, ReadEvent, Unread
from dealwright.live.event_queue import EventQueue
from dealwright.monitor.tally import Tally
from dealwright.till import Till, open_till

if TYPE_CHECKING:
    from dealwright.app.till.ledger_ports import Clock

MOST_IN_BATCH = 10_000
MOST_WAITING = 50_000
_LOOK_AGAIN_SECONDS = 1.0
_WAITS_SECONDS = (0.2, 1.0, 5.0)


class Store(EventStore, DeadLetters, EventLog, Protocol):
    """All sides of the inbox."""


class Events:
    """The events of one shop; safe to use from many threads and many processes.

    `campaigns` tells which events belong to which campaign; it is asked again once a second. At most `most_waiting`
    events may wait in this process for being taken. Events are remembered `kept_for` so long behind the newest one.
    `news` tells of orders at our own till, `costs` what their goods cost.
    """

    def __init__(
        self,
        store: Store,
        *,
        campaigns: CountedCampaigns,
        arm_of: ArmOf,
        clock: Clock,
        lateness: timedelta = LATENESS,
        kept_for: timedelta = KEPT_FOR,
        most_waiting: int = MOST_WAITING,
        pseudonym_key: bytes | None = None,
        news: OrderNews | None = None,
        costs: UnitCosts = no_costs,
    ) -> None:
        self.store = store
        self._campaigns = campaigns
        self._arm_of = arm_of
        self._clock = clock
        self._lateness = lateness
        self._kept_for = kept_for
        self._news = news
        self._costs = costs
        self._contract = Contract.of(BODIES, pseudonym_key=pseudonym_key)
        self._queue = EventQueue(most_waiting)
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

    def take_till_orders(self) -> Counts:
        """Take what became of orders at our own till and was not taken yet, the oldest 500; none if all of it was.

        Call it often, from any process: each order counts once.
        """
        due = self._news.due(MOST_NEWS) if self._news is not None else ()
        if not due:
            return Counts()
        return take_till_orders(due, intake=self._looked_up(), store=self.store, now=self._now(), costs=self._costs)

    def forget(self) -> int:
        """Drop some thousand events that are too old to be sent again; how many, 0 when all is done."""
        return forget_events(self.store, kept_for=self._kept_for)

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
            read = read_sent(chunk, self._contract)
            counts += ingest_events(read, intake=self._knowing(read), store=self.store, now=self._now())
            self._queue.taken(len(chunk))
        return counts

    def _knowing(self, read: Sequence[ReadEvent | Unread]) -> Intake:
        """How to count now; a campaign that is not known may have been made this second."""
        intake = self._current()
        if any(isinstance(one, ReadEvent) and intake.counting.is_stranger(one.event) for one in read):
            return self._looked_up()
        return intake

    def _current(self) -> Intake:
        """How to count now; campaigns are looked up once a second."""
        if self._intake is None or time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
            return self._looked_up()
        return self._intake

    def _looked_up(self) -> Intake:
        self._looked_at = time.monotonic()
        counted, unscheduled = tuple(self._campaigns.counted()), frozenset(self._campaigns.unscheduled())
        known = self._intake
        if known is None or (counted, unscheduled) != (known.counting.campaigns, known.counting.unscheduled):
            counting = Counting(counted, self._arm_of, unscheduled)
            known = Intake(self._contract, counting, self._lateness, kept_for=self._kept_for)
            self._intake = known
        return known

    def _now(self) -> datetime:
        return self._clock.now()


def open_events(
    till: Till,
    *,
    campaigns: CountedCampaigns | None = None,
    lateness: timedelta = LATENESS,
    kept_for: timedelta = KEPT_FOR,
    most_waiting: int = MOST_WAITING,
    pseudonym_key: bytes | None = None,
    costs: UnitCosts = no_costs,
) -> Events:
    """The events of a till's database (in memory for a till in memory), counted for the campaigns that are there.

    With a `pseudonym_key` customers are kept under a keyed pseudonym; without one, what is written like an e-mail
    address or a telephone number is refused.
    """
    from dealwright.live.counted import CountedShop, assigned_arm

    if campaigns is None:
        from dealwright.live.campaigns import open_campaigns

        campaigns = CountedShop(open_campaigns(till))
    store, news = _store(till)
    return Events(
        store,
        campaigns=campaigns,
        arm_of=assigned_arm,
        clock=till.ledger.clock,
        lateness=lateness,
        kept_for=kept_for,
        most_waiting=most_waiting,
        pseudonym_key=pseudonym_key,
        news=news,
        costs=costs,
    )


@contextmanager
def opened_events(url: str, *, pseudonym_key: bytes | None = None) -> Iterator[Events]:
    """The events of the till at this address, until the context ends."""
    with open_till(url) as till:
        yield open_events(till, pseudonym_key=pseudonym_key)


def _store(till: Till) -> tuple[Store, OrderNews]:
    if till.connected is None:
        memory, books = MemoryEvents(), till.ledger.books
        assert isinstance(books, MemoryLedger)
        return memory, MemoryOrderNews(books, memory)
    from dealwright.adapters.events.order_news import SqlOrderNews
    from dealwright.adapters.events.sql import SqlEvents

    stored = SqlEvents(till.connected.database)
    return stored, SqlOrderNews(stored)
