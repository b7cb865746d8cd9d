"""Writes to PostgreSQL: one change is one transaction, sent without waiting for a reply in between.

The COMMIT follows the last statement at once, so no row is locked while a reply travels. A statement that touches
another number of rows than it must divides by zero, which undoes the transaction inside the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus
from sqlalchemy import URL, create_engine, exc, make_url

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.steps import BusyError, LostError, Step

_BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, errors.QueryCanceled)
_DOES_NOT_FIT = (errors.DivisionByZero, errors.CheckViolation, errors.UniqueViolation)

# Every statement of the ledger looks up a few rows by their keys; plans made before the tables have statistics must
# not read whole tables. Replies follow durable commits only.
_SETTINGS = {
    "lock_timeout": "2000",
    "statement_timeout": "10000",
    "idle_in_transaction_session_timeout": "10000",
    "default_transaction_isolation": "read\\ committed",
    "synchronous_commit": "on",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
_PROBE_TIMEOUT_MS = 100


class PostgresDatabase:
    """A pool of connections; `most_connections` bounds how many transactions are under way at once."""

    def __init__(self, url: str, *, most_connections: int = 16) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        self.engine = create_engine(
            psycopg_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=most_connections,
            max_overflow=0,
            pool_timeout=10,
            pool_reset_on_return=None,  # connections are given back outside of transactions
            connect_args={"options": options, "prepare_threshold": 1},
        )
        self._texts: dict[Any, tuple[bytes, bytes]] = {}

    def write(self, steps: Sequence[Step]) -> str | None:
        """See `Database.write`."""
        sent = [self._sent(step) for step in steps]
        with self._driver() as driver:
            try:
                return _write(driver, steps, sent)
            except errors.InvalidSqlStatementName:
                # A batch that failed earlier left statements unprepared that the driver believes to be prepared.
                # Nothing of this batch was written: say all of them anew.
                driver.execute("DEALLOCATE ALL")
                return _write(driver, steps, sent)

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See `Database.rows`."""
        text = self._text(statement)[0]
        try:
            with self._driver() as driver:
                return driver.execute(text, values).fetchall()
        except LostError:  # a connection of before a restart: reading twice does no harm
            with self._driver() as driver:
                return driver.execute(text, values).fetchall()

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        """See `Database.waiting_rows`."""
        with self._driver() as driver:
            driver.execute(f"BEGIN; SET LOCAL lock_timeout = {_PROBE_TIMEOUT_MS}".encode())
            try:
                driver.execute(self._text(probe.statement)[0], probe.values)
            finally:
                driver.execute("ROLLBACK")
            return driver.execute(self._text(statement)[0], values).fetchall()

    def close(self) -> None:
        """See `Database.close`."""
        self.engine.dispose()

    @contextmanager
    def _driver(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection of the pool; what the server does to it is told as BusyError or LostError."""
        try:
            connection = self.engine.raw_connection()
        except exc.TimeoutError as error:
            raise BusyError(str(error)) from None
        except (exc.OperationalError, psycopg.OperationalError) as error:
            raise LostError(error) from None
        try:
            yield cast("psycopg.Connection[tuple[Any, ...]]", connection.driver_connection)
        except _BUSY as error:
            raise BusyError(str(error)) from None
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            connection.invalidate()
            self.engine.dispose()  # the other connections are as old as this one
            raise LostError(error) from None
        finally:
            connection.close()

    def _sent(self, step: Step) -> tuple[bytes, Mapping[str, Any]]:
        plain, counted = self._text(step.statement)
        if step.rows is None:
            return plain, step.values
        return counted, {**step.values, "rows_expected": step.rows}

    def _text(self, statement: Any) -> tuple[bytes, bytes]:
        """The statement as text, and as one that fails unless it touches as many rows as expected."""
        known = self._texts.get(statement)
        if known is None:
            plain = str(statement.compile(dialect=self.engine.dialect))
            counted = (
                f"WITH done AS ({plain} RETURNING 1) "
                "SELECT 1 / (count(*) = %(rows_expected)s::bigint)::int FROM done"
            )
            known = self._texts[statement] = plain.encode(), counted.encode()
        return known


def psycopg_url(url: str) -> URL:
    """The address with the driver this adapter speaks through."""
    return make_url(url).set(drivername="postgresql+psycopg")


def _write(
    driver: psycopg.Connection[tuple[Any, ...]],
    steps: Sequence[Step],
    sent: Sequence[tuple[bytes, Mapping[str, Any]]],
) -> str | None:
    cursors = [driver.cursor() for _ in steps]
    stops = faults.is_armed("before_commit")
    try:
        with driver.pipeline():
            driver.execute("BEGIN")
            for cursor, (text, values) in zip(cursors, sent, strict=True):
                cursor.execute(text, values)
            if not stops:
                driver.execute("COMMIT")
        if stops:
            faults.hit("before_commit")
            driver.execute("COMMIT")
    except _DOES_NOT_FIT:
        driver.execute("ROLLBACK")
        return next(step.what for step, cursor in zip(steps, cursors, strict=True) if not _is_done(cursor))
    except BaseException:
        if not driver.closed:
            driver.execute("ROLLBACK")
        raise
    return None


def _is_done(cursor: psycopg.Cursor[tuple[Any, ...]]) -> bool:
    result = cursor.pgresult
    return result is not None and result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
