"""Transactions that look, decide and write, in SQLite: one at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.sale_transaction import Look, MisfitError, Query, Row, Transaction
from dealwright.adapters.ledger.sqlite import writer_lock
from dealwright.adapters.ledger.statements import Kind
from dealwright.adapters.ledger.steps import BusyError, LostError, Step
from dealwright.app.till.ledger_ports import Clock


class SqliteTransactions:
    """Transactions that hold the file's one lock for writing.

    Threads of this process queue in front of it, together with those who write carts.
    """

    kind: Kind = "sqlite"

    def __init__(self, engine: Engine, *, clock: Clock | None) -> None:
        self._engine = engine
        self._clock = clock
        self._dialect = SQLiteDialect_pysqlite(paramstyle="named")
        self._texts: dict[Any, str] = {}
        self._turn = writer_lock(engine)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """See `Transactions.begin`."""
        pooled = self._engine.raw_connection()
        try:
            driver = cast(sqlite3.Connection, pooled.driver_connection)
            with self._turn:
                try:
                    driver.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    raise BusyError(str(error)) from None
                try:
                    yield _SqliteTransaction(driver, self._clock, self._text)
                except sqlite3.OperationalError as error:  # the disk is full, or gone
                    raise LostError(error) from None
                finally:
                    if driver.in_transaction:
                        driver.execute("ROLLBACK")
        finally:
            pooled.close()

    def read(self, query: Query) -> list[Row]:
        """See `Transactions.read`."""
        pooled = self._engine.raw_connection()
        try:
            driver = cast(sqlite3.Connection, pooled.driver_connection)
            return driver.execute(self._text(query.statement), dict(query.values)).fetchall()
        finally:
            pooled.close()

    def now(self) -> datetime:
        """See `Transactions.now`."""
        return self._clock.now() if self._clock else datetime.now(UTC)

    def _text(self, statement: Any) -> str:
        known = self._texts.get(statement)
        if known is None:
            plain = statement if isinstance(statement, str) else str(statement.compile(dialect=self._dialect))
            known = self._texts[statement] = plain
        return known


class _SqliteTransaction:
    def __init__(self, driver: sqlite3.Connection, clock: Clock | None, text: Any) -> None:
        self._driver = driver
        self._clock = clock
        self._text = text

    def look(self, *queries: Query) -> Look:
        rows = [self._driver.execute(self._text(one.statement), dict(one.values)).fetchall() for one in queries]
        return Look(self._clock.now() if self._clock else datetime.now(UTC), rows)

    def commit(self, steps: Sequence[Step]) -> None:
        faults.hit("before_write")
        for step in steps:
            try:
                touched = self._driver.execute(self._text(step.statement), dict(step.values)).rowcount
            except sqlite3.IntegrityError as error:
                raise MisfitError(step.what) from error
            if step.rows is not None and touched != step.rows:
                raise MisfitError(step.what)
        faults.hit("before_commit")
        self._driver.execute("COMMIT")
        faults.hit("after_commit_before_reply")
