"""The inbox in SQLite and PostgreSQL: one transaction at a time reads the past and writes what a batch changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from dealwright.adapters.events import statements as sql
from dealwright.adapters.events.rows import (
    correction_of,
    event_row,
    follow_up_of,
    follow_up_row,
    letter_of,
    letter_row,
    order_of,
    order_row,
    source_of,
    source_rows,
    tally_of,
)
from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.coupon_sql import PooledDatabase
from dealwright.adapters.ledger.instants import EARLIEST, LATEST, instant, micros
from dealwright.adapters.ledger.postgres_connection import driver_of
from dealwright.adapters.ledger.sqlite import writer_lock
from dealwright.adapters.ledger.steps import BusyError, LostError
from dealwright.app.events.event_ports import (
    Batch,
    Change,
    Correction,
    DeadLetter,
    FollowUp,
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
from dealwright.monitor.tally import Arm, Tally

_LOCK = 0x7155_E7E5  # any number, the same in every process


class SqlEvents:
    """`EventStore`, `DeadLetters` and `EventLog` over a till's database whose tables exist."""

    def __init__(self, database: PooledDatabase) -> None:
        self._database = database
        self._is_sqlite = database.engine.dialect.name == "sqlite"

    def batch(self) -> AbstractContextManager[Batch]:
        """See `EventStore.batch`."""
        return self.transaction()

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        """See `EventStore.tallies`."""
        span = (EARLIEST if since is None else micros(since), LATEST if until is None else micros(until))
        return tuple(tally_of(row) for row in self.rows(sql.READ_TALLIES, (campaign_id, *span)))

    def sources(self) -> tuple[SourceCounts, ...]:
        """See `EventStore.sources`."""
        return tuple(source_of(row) for row in self.rows(sql.READ_SOURCES, ()))

    def letters(self, *, state: State = "waiting", after: int = 0, limit: int = 100) -> tuple[DeadLetter, ...]:
        """See `DeadLetters.letters`."""
        return tuple(letter_of(row) for row in self.rows(sql.READ_LETTERS, (state, after, limit)))

    def letter(self, number: int) -> DeadLetter | None:
        """See `DeadLetters.letter`."""
        found = self.rows(sql.READ_LETTER, (number,))
        return letter_of(found[0]) if found else None

    def drop(self, numbers: Sequence[int]) -> int:
        """See `DeadLetters.drop`."""
        with self.transaction() as batch:
            waiting = batch.known(Wanted(numbers=numbers)).waiting
            batch.many(sql.END_LETTER, [("dropped", number) for number in sorted(waiting)])
        return len(waiting)

    def corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[Correction, ...]:
        """See `DeadLetters.corrections`."""
        return tuple(correction_of(row) for row in self.rows(sql.READ_CORRECTIONS, (after, limit)))

    def newest(self) -> int:
        """See `EventLog.newest`."""
        ((number,),) = self.rows(sql.READ_NEWEST, ())
        return int(number)

    def recorded(
        self, *, kind: str = "", after: int = 0, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Recorded, ...]:
        """See `EventLog.recorded`."""
        values = (after, EARLIEST if since is None else micros(since), limit)
        found = self.rows(sql.READ_RECORDED_KIND, (kind, *values)) if kind else self.rows(sql.READ_RECORDED, values)
        return tuple(Recorded(number, text, instant(at), bool(is_late)) for number, text, at, is_late in found)

    @contextmanager
    def transaction(self) -> Iterator[SqlBatch]:
        """A transaction that no other ingester is in; committed at its end."""
        with self._sqlite_driver() if self._is_sqlite else driver_of(self._database.engine) as driver:
            batch = SqlBatch(driver, is_sqlite=self._is_sqlite)
            batch.begin()
            try:
                yield batch
                faults.hit("before_commit")
                driver.execute("COMMIT")
            except BaseException:
                batch.undo()
                raise
        faults.hit("after_commit_before_reply")

    @contextmanager
    def _sqlite_driver(self) -> Iterator[Any]:
        with writer_lock(self._database.engine):
            connection = self._database.engine.raw_connection()
            try:
                yield connection.driver_connection
            except self._database.engine.dialect.dbapi.OperationalError as error:  # type: ignore[union-attr]
                raise LostError(error) from None
            finally:
                connection.close()

    def rows(self, text: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """The rows of a query with `?` for its values, as committed now."""
        if self._is_sqlite:
            connection = self._database.engine.raw_connection()
            try:
                driver: Any = connection.driver_connection
                return list(driver.execute(text, values).fetchall())
            finally:
                connection.close()
        with driver_of(self._database.engine) as found:
            return found.execute(sql.for_postgres(text), values).fetchall()


class SqlBatch:
    """See `Batch`: one transaction over a driver's connection."""

    def __init__(self, driver: Any, *, is_sqlite: bool) -> None:
        self._driver = driver
        self._is_sqlite = is_sqlite

    def begin(self) -> None:
        """Start, alone: BusyError if another is at work for too long."""
        if not self._is_sqlite:
            self._driver.execute("BEGIN")
            # Hash joins and the like are for the till's small looks; here thousands of rows are looked up at once.
            self._driver.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            return
        try:
            self._driver.execute("BEGIN IMMEDIATE")
        except Exception as error:
            if "locked" in str(error):
                raise BusyError(str(error)) from None
            raise

    def undo(self) -> None:
        """Nothing was written."""
        if self._is_sqlite:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
        elif not self._driver.closed:
            self._driver.execute("ROLLBACK")

    def known(self, wanted: Wanted) -> Known:
        """See `Batch.known`."""
        digests = {
            (source, event_id): digest
            for source, ids in _grouped(wanted.ids)
            for event_id, digest in self._among(sql.KNOWN_IDS, ids, source)
        }
        touches = {
            (campaign_id, customer): Touch(seen, ordered)
            for campaign_id, customers in _grouped(wanted.touches)
            for customer, seen, ordered in self._among(sql.KNOWN_TOUCHES, customers, campaign_id)
        }
        orders: dict[str, list[OrderFacts]] = defaultdict(list)
        follow_ups: dict[str, list[FollowUp]] = defaultdict(list)
        for row in self._among(sql.KNOWN_ORDERS, wanted.orders):
            orders[row[0]].append(order_of(row))
        for row in self._among(sql.KNOWN_FOLLOW_UPS, wanted.orders):
            follow_ups[row[0]].append(follow_up_of(row))
        letters = frozenset(digest for (digest,) in self._among(sql.KNOWN_LETTERS, wanted.letters))
        waiting = frozenset(number for (number,) in self._among(sql.KNOWN_WAITING, wanted.numbers))
        messages = frozenset(number for (number,) in self._among(sql.KNOWN_UNCOUNTED, wanted.messages))
        ((newest,),) = self._driver.execute(sql.NEWEST).fetchall()
        return Known(digests, orders, follow_ups, touches, letters, waiting, messages, newest)

    def sums(self, minutes: Collection[Minute]) -> Mapping[Minute, Change]:
        """See `Batch.sums`."""
        starts: dict[tuple[str, Arm], list[int]] = defaultdict(list)
        for minute in minutes:
            starts[minute.campaign_id, minute.arm].append(minute.start)
        return {
            Minute(campaign_id, arm, start): change
            for (campaign_id, arm), wanted in starts.items()
            for start, *change in self._among(sql.KNOWN_SUMS, wanted, campaign_id, arm)
        }

    def write(self, taken: Taken) -> None:
        """See `Batch.write`."""
        at = taken.received_at
        self.many(sql.ADD_EVENT, (event_row(row, at) for row in taken.rows))
        self.many(sql.ADD_ORDER, map(order_row, taken.orders))
        self.many(sql.ADD_FOLLOW_UP, map(follow_up_row, taken.follow_ups))
        self.many(
            sql.PUT_TOUCH, ((*pair, one.first_seen_at, one.first_order_at) for pair, one in taken.touches.items())
        )
        self.many(sql.ADD_TALLY, ((*minute, *change) for minute, change in taken.changes.items()))
        taken_back = (minute for minute, change in taken.changes.items() if min(change) < 0)
        self.many(sql.DROP_EMPTY_TALLY, taken_back)
        self.many(
            sql.ADD_CORRECTION,
            ((*minute, at, json.dumps(change)) for minute, change in taken.corrections.items()),
        )
        self.many(sql.ADD_LETTER, (letter_row(digest, one, at) for digest, one in taken.letters.items()))
        self.many(sql.END_LETTER, (("replayed", number) for number in taken.replayed))
        self.many(sql.MARK_COUNTED, ((at, number) for number in taken.messages))
        self.many(sql.ADD_SOURCE, source_rows(taken))

    def forget(self, until: int, *, most: int) -> int:
        """See `Batch.forget`."""
        texts = sql.FORGET if self._is_sqlite else tuple(map(sql.for_postgres, sql.FORGET))
        return sum(self._driver.execute(text, (most, until)).rowcount for text in texts)

    def many(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each of the rows."""
        if self._is_sqlite:
            self._driver.executemany(text, rows)
            return
        given = list(rows)
        if given:
            with self._driver.cursor() as cursor:
                cursor.executemany(sql.for_postgres(text), given)

    def _among(self, text: str, names: Sequence[str] | Sequence[int], *before: str) -> list[tuple[Any, ...]]:
        if not names:
            return []
        if self._is_sqlite:
            found = self._driver.execute(text.format(among=sql.AMONG_SQLITE), (*before, json.dumps(list(names))))
        else:
            found = self._driver.execute(
                sql.for_postgres(text.format(among=sql.AMONG_POSTGRES)), (*before, list(names))
            )
        return list(found.fetchall())


def _grouped(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        groups[first].append(second)
    return groups.items()
