"""The inbox in memory: for tests, tills in memory and rehearsals; gone when the process ends."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count, islice

from dealwright.adapters.events.rows import tally
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.app.events.event_ports import (
    FIELDS,
    Change,
    Correction,
    Counts,
    DeadLetter,
    FollowUp,
    InboxRow,
    Known,
    Minute,
    OrderFacts,
    Recorded,
    SourceCounts,
    State,
    Taken,
    Touch,
    Wanted,
)
from dealwright.monitor.tally import Tally


class MemoryEvents:
    """`EventStore`, `DeadLetters` and `EventLog` without a database; a batch is written whole, under one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._inbox: dict[tuple[str, str], InboxRow] = {}
        self._recorded: dict[tuple[str, str], Recorded] = {}
        self._event_numbers, self._letter_numbers, self._correction_numbers = count(1), count(1), count(1)
        self._orders: dict[str, list[OrderFacts]] = defaultdict(list)
        self._follow_ups: dict[str, list[FollowUp]] = defaultdict(list)
        self._touches: dict[tuple[str, str], Touch] = {}
        self._tallies: dict[Minute, Change] = {}
        self._corrections: list[Correction] = []
        self._letters: dict[str, DeadLetter] = {}
        self._sources: dict[str, SourceCounts] = {}
        self._counted_until = -1

    @property
    def counted_until(self) -> int:
        """The number of the last message of the till that was counted; they are counted in their order."""
        return self._counted_until

    @contextmanager
    def batch(self) -> Iterator[MemoryEvents]:
        """See `EventStore.batch`."""
        with self._lock:
            yield self

    def known(self, wanted: Wanted) -> Known:
        """See `Batch.known`."""
        newest = max((micros(one.last_at) for one in self._sources.values() if one.last_at), default=None)
        return Known(
            {name: self._inbox[name].digest for name in wanted.ids if name in self._inbox},
            {name: tuple(self._orders[name]) for name in wanted.orders if name in self._orders},
            {name: tuple(self._follow_ups[name]) for name in wanted.orders if name in self._follow_ups},
            {pair: self._touches[pair] for pair in wanted.touches if pair in self._touches},
            frozenset(
                digest
                for digest in wanted.letters
                if digest in self._letters and self._letters[digest].state != "dropped"
            ),
            frozenset(
                one.number
                for one in self._letters.values()
                if one.number in wanted.numbers and one.state == "waiting"
            ),
            frozenset(number for number in wanted.messages if number > self._counted_until),
            newest,
        )

    def sums(self, minutes: Collection[Minute]) -> Mapping[Minute, Change]:
        """See `Batch.sums`."""
        return {minute: self._tallies[minute] for minute in minutes if minute in self._tallies}

    def write(self, taken: Taken) -> None:
        """See `Batch.write`."""
        for row in taken.rows:
            name = (row.event.source, row.event.event_id)
            self._inbox[name] = row
            self._recorded[name] = Recorded(
                next(self._event_numbers), row.text, instant(taken.received_at), row.is_late
            )
        for order in taken.orders:
            self._orders[order.order_id].append(order)
        for one in taken.follow_ups:
            self._follow_ups[one.order_id].append(one)
        self._touches.update(taken.touches)
        for minute, change in taken.changes.items():
            old = self._tallies.pop(minute, [0] * len(FIELDS))
            new = [a + b for a, b in zip(old, change, strict=True)]
            if any(new):
                self._tallies[minute] = new
        received_at = instant(taken.received_at)
        for minute, change in taken.corrections.items():
            told = {name: value for name, value in zip(FIELDS, change, strict=True) if value}
            self._corrections.append(
                Correction(
                    next(self._correction_numbers),
                    minute.campaign_id,
                    minute.arm,
                    instant(minute.start),
                    received_at,
                    told,
                )
            )
        for digest, letter in taken.letters.items():
            before = self._letters.get(digest)
            number = before.number if before else next(self._letter_numbers)
            self._letters[digest] = replace(letter, number=number, received_at=received_at)
        self._end(taken.replayed, "replayed")
        self._counted_until = max(self._counted_until, *taken.messages, -1)
        for source, counts in taken.by_source.items():
            so_far = self._sources.get(source, SourceCounts(source, Counts(), None))
            came = [instant(row.at) for row in taken.rows if row.event.source == source]
            last_at = max([*came, *([so_far.last_at] if so_far.last_at else [])], default=None)
            self._sources[source] = SourceCounts(source, so_far.counts + counts, last_at)

    def forget(self, until: int, *, most: int) -> int:
        """See `Batch.forget`."""
        n_before = len(self._inbox) + len(self._letters) + len(self._corrections)
        for name in [name for name in islice(self._inbox, most) if self._inbox[name].at < until]:
            del self._inbox[name], self._recorded[name]
        ended = [
            digest
            for digest, one in self._letters.items()
            if one.state != "waiting" and one.received_at is not None and micros(one.received_at) < until
        ]
        for digest in ended[:most]:
            del self._letters[digest]
        oldest, later = self._corrections[:most], self._corrections[most:]
        self._corrections = [one for one in oldest if micros(one.received_at) >= until] + later
        return n_before - len(self._inbox) - len(self._letters) - len(self._corrections)

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        """See `EventStore.tallies`."""
        with self._lock:
            found = [tally(minute, change) for minute, change in self._tallies.items()]
        return tuple(
            sorted(
                (
                    one
                    for one in found
                    if one.campaign_id == campaign_id
                    and (since is None or one.start >= since)
                    and (until is None or one.start < until)
                ),
                key=lambda one: (one.start, one.arm),
            )
        )

    def sources(self) -> tuple[SourceCounts, ...]:
        """See `EventStore.sources`."""
        with self._lock:
            return tuple(self._sources[source] for source in sorted(self._sources))

    def letters(self, *, state: State = "waiting", after: int = 0, limit: int = 100) -> tuple[DeadLetter, ...]:
        """See `DeadLetters.letters`."""
        with self._lock:
            found = [one for one in self._letters.values() if one.state == state and one.number > after]
        return tuple(sorted(found, key=lambda one: one.number)[:limit])

    def letter(self, number: int) -> DeadLetter | None:
        """See `DeadLetters.letter`."""
        with self._lock:
            return next((one for one in self._letters.values() if one.number == number), None)

    def drop(self, numbers: Sequence[int]) -> int:
        """See `DeadLetters.drop`."""
        with self._lock:
            waiting = self.known(Wanted(numbers=numbers)).waiting
            self._end(waiting, "dropped")
        return len(waiting)

    def corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[Correction, ...]:
        """See `DeadLetters.corrections`."""
        with self._lock:
            return tuple(one for one in self._corrections if one.number > after)[:limit]

    def newest(self) -> int:
        """See `EventLog.newest`."""
        with self._lock:
            last = next(reversed(self._recorded.values()), None)
        return 0 if last is None else last.number

    def recorded(
        self, *, kind: str = "", after: int = 0, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Recorded, ...]:
        """See `EventLog.recorded`."""
        with self._lock:
            found = [
                one
                for name, one in self._recorded.items()
                if one.number > after
                and kind in ("", self._inbox[name].event.kind)
                and (since is None or self._inbox[name].event.at >= since)
            ]
        return tuple(found[:limit])

    def _end(self, numbers: Collection[int], state: State) -> None:
        for digest, one in self._letters.items():
            if one.number in numbers:
                self._letters[digest] = replace(one, state=state)
