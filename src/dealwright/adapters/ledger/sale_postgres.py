"""Transactions that look, decide and write, in PostgreSQL: two round trips each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus
from sqlalchemy import Engine

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.clocks import DatabaseClock
from dealwright.adapters.ledger.instants import instant
from dealwright.adapters.ledger.postgres_connection import Driver, driver_of, pipeline
from dealwright.adapters.ledger.sale_transaction import Look, MisfitError, Query, Row, Transaction
from dealwright.adapters.ledger.statements import Kind
from dealwright.adapters.ledger.steps import LostError, Step
from dealwright.app.till.ledger_ports import Clock

_DOES_NOT_FIT = (errors.DivisionByZero, errors.CheckViolation, errors.UniqueViolation)
# Parameters travel in binary: arrays of text would be quoted element by element in Python.
_PARAMETER = re.compile(r"%\((\w+)\)s")
_CLOCK = b"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


class PostgresTransactions:
    """Transactions through pooled psycopg connections; `clock` None is the database's own clock."""

    kind: Kind = "postgresql"

    def __init__(self, engine: Engine, *, clock: Clock | None) -> None:
        self._engine = engine
        self._clock = clock
        self._texts: dict[Any, tuple[bytes, bytes]] = {}

    @property
    def clock_decides(self) -> bool:
        """Whether the database's own clock decides."""
        return self._clock is None

    @cached_property
    def _carried_on(self) -> Clock:
        return DatabaseClock(self.now) if self._clock is None else self._clock

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """See `Transactions.begin`."""
        with driver_of(self._engine) as driver:
            under_way = _PostgresTransaction(driver, self._clock, self._text)
            try:
                yield under_way
            finally:
                under_way.end()

    def read(self, query: Query) -> list[Row]:
        """See `Transactions.read`."""
        text = self._text(query.statement)[0]
        try:
            with driver_of(self._engine) as driver:
                return driver.execute(text, query.values).fetchall()
        except LostError:  # a connection of before a restart: reading twice does no harm
            with driver_of(self._engine) as driver:
                return driver.execute(text, query.values).fetchall()

    def write(self, query: Query) -> list[Row]:
        """The rows of a statement that is a transaction by itself, durable; MisfitError if it was undone."""
        with driver_of(self._engine) as driver:
            try:
                return driver.execute(self._text(query.statement)[0], query.values).fetchall()
            except _DOES_NOT_FIT as error:
                raise MisfitError("statement") from error

    def told(self, database_now: datetime) -> datetime:
        """The time that decides, if the database says it is `database_now`."""
        return self._clock.now() if self._clock else database_now

    def about_now(self) -> datetime:
        """The time, without asking the database each time; what it decides about, the database must check."""
        return self._carried_on.now()

    def now(self) -> datetime:
        """See `Transactions.now`."""
        return self._clock.now() if self._clock else instant(self.read(Query(_CLOCK.decode(), {}))[0][0])

    def _text(self, statement: Any) -> tuple[bytes, bytes]:
        """The statement, and the same as one that divides by zero unless it touches the rows expected."""
        known = self._texts.get(statement)
        if known is None:
            sent = statement if isinstance(statement, str) else str(statement.compile(dialect=self._engine.dialect))
            plain = _PARAMETER.sub(r"%(\1)b", sent)
            counted = f"WITH done AS ({plain} RETURNING 1) SELECT 1 / (count(*) = %(n_rows)b)::int FROM done"
            known = self._texts[statement] = plain.encode(), counted.encode()
        return known


class _PostgresTransaction:
    def __init__(self, driver: Driver, clock: Clock | None, text: Any) -> None:
        self._driver = driver
        self._clock = clock
        self._text = text
        self._has_begun = False

    def look(self, *queries: Query) -> Look:
        with pipeline(self._driver):
            if not self._has_begun:
                self._driver.execute(b"BEGIN")
                self._has_begun = True
            cursors = [self._driver.execute(self._text(one.statement)[0], one.values) for one in queries]
            time = self._driver.execute(_CLOCK)
        rows = [cursor.fetchall() for cursor in cursors]
        return Look(self._clock.now() if self._clock else instant(time.fetchall()[0][0]), rows)

    def commit(self, steps: Sequence[Step]) -> None:
        faults.hit("before_write")
        cursors = [self._driver.cursor() for _ in steps]
        stops = faults.is_armed("before_commit")
        try:
            with pipeline(self._driver):
                for cursor, step in zip(cursors, steps, strict=True):
                    plain, counted = self._text(step.statement)
                    if step.rows is None:
                        cursor.execute(plain, step.values)
                    else:
                        cursor.execute(counted, {**step.values, "n_rows": step.rows})
                if not stops:
                    self._driver.execute(b"COMMIT")
            if stops:
                faults.hit("before_commit")
                self._driver.execute(b"COMMIT")
        except _DOES_NOT_FIT as error:
            failed = (step.what for step, cursor in zip(steps, cursors, strict=True) if not _is_done(cursor))
            raise MisfitError(next(failed, "commit")) from error
        self._has_begun = False
        faults.hit("after_commit_before_reply")

    def end(self) -> None:
        """Undo what is not committed."""
        if self._has_begun and not self._driver.closed:
            self._driver.execute(b"ROLLBACK")


def _is_done(cursor: psycopg.Cursor[Row]) -> bool:
    result = cursor.pgresult
    return result is not None and result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
