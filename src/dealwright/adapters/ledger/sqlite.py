"""Writes to SQLite: one writer at a time, every commit on the disk before it is told.

Threads of one process queue for one lock, whatever they write; processes queue at the file's own.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.steps import BusyError, LostError, Step

_BUSY_TIMEOUT_MS = 5000
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}",
    "PRAGMA cache_size = -65536",
)


_LOCKS: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def writer_lock(engine: Engine) -> threading.Lock:
    """The lock that every thread takes before it writes through this engine: queues here wake at once.

    At the file's own lock they would sleep and try again.
    """
    return _LOCKS.setdefault(engine, threading.Lock())


class SqliteDatabase:
    """One connection that writes, and a pool of those that read."""

    def __init__(self, url: str, *, most_connections: int = 16) -> None:
        self.engine = create_engine(
            make_url(url), pool_size=most_connections, max_overflow=0, pool_reset_on_return=None
        )
        event.listen(self.engine, "connect", _prepare)
        self._dialect = SQLiteDialect_pysqlite(paramstyle="named")
        self._texts: dict[Any, tuple[str, Mapping[str, Any]]] = {}
        self._writer_lock = writer_lock(self.engine)
        self._writer = self.engine.raw_connection()

    def write(self, steps: Sequence[Step]) -> str | None:
        """See `Database.write`."""
        with self._writer_lock:
            driver = cast(sqlite3.Connection, self._writer.driver_connection)
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise BusyError(str(error)) from None
            try:
                misfit = self._misfit(driver, steps)
                if misfit is None:
                    faults.hit("before_commit")
                    driver.execute("COMMIT")
            except sqlite3.OperationalError as error:  # the disk is full, or gone
                _undo(driver)
                raise LostError(error) from None
            except BaseException:
                _undo(driver)
                raise
            if misfit is not None:
                driver.execute("ROLLBACK")
            return misfit

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See `Database.rows`."""
        connection = self.engine.raw_connection()
        try:
            driver = cast(sqlite3.Connection, connection.driver_connection)
            return driver.execute(*self._sent(statement, values)).fetchall()
        finally:
            connection.close()

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        """See `Database.waiting_rows`: with the writer's lock in hand nobody else writes, whatever the probe."""
        del probe
        with self._writer_lock:
            driver = cast(sqlite3.Connection, self._writer.driver_connection)
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise BusyError(str(error)) from None
            try:
                return driver.execute(*self._sent(statement, values)).fetchall()
            finally:
                driver.execute("ROLLBACK")

    def close(self) -> None:
        """See `Database.close`."""
        with self._writer_lock:
            self._writer.close()
            self.engine.dispose()

    def _misfit(self, driver: sqlite3.Connection, steps: Sequence[Step]) -> str | None:
        for step in steps:
            try:
                touched = driver.execute(*self._sent(step.statement, step.values)).rowcount
            except sqlite3.IntegrityError:
                return step.what
            if step.rows is not None and touched != step.rows:
                return step.what
        return None

    def _sent(self, statement: Any, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        known = self._texts.get(statement)
        if known is None:
            compiled = statement.compile(dialect=self._dialect)
            constants = {name: value for name, value in compiled.params.items() if value is not None}
            known = self._texts[statement] = str(compiled), constants
        return known[0], {**known[1], **values}


def _undo(driver: sqlite3.Connection) -> None:
    if driver.in_transaction:
        driver.execute("ROLLBACK")


def _prepare(driver: sqlite3.Connection, _record: object) -> None:
    driver.isolation_level = None  # transactions begin where this module says so
    for pragma in _PRAGMAS:
        driver.execute(pragma)
    _write_ahead(driver)


def _write_ahead(driver: sqlite3.Connection) -> None:
    """Keep a log ahead of the file. The first who opens a file changes its mode; SQLite waits for no lock there."""
    until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.01)
