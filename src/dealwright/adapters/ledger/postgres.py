"""Writes to PostgreSQL: one change is one statement if it can be, else one transaction sent without waiting.

Nothing waits for us between the first row that is locked and the commit. A step that touches another number of
rows than it must raises its own name as an error, which undoes the change inside the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import errors
from sqlalchemy import URL, create_engine, make_url

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.postgres_connection import Driver, driver_of, pipeline
from dealwright.adapters.ledger.postgres_steps import Sent, misfit_of, statements_of
from dealwright.adapters.ledger.steps import LostError, Step

_DOES_NOT_FIT = (errors.InvalidTextRepresentation, errors.CheckViolation, errors.UniqueViolation)

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
            pool_use_lifo=True,  # the server's process that worked last has everything at hand
            pool_reset_on_return=None,  # connections are given back outside of transactions
            connect_args={"options": options, "prepare_threshold": 1},
        )
        self._texts: dict[Any, bytes] = {}

    def write(self, steps: Sequence[Step]) -> str | None:
        """See `Database.write`."""
        sent = statements_of(steps, self._text)
        with driver_of(self.engine) as driver:
            try:
                return _write(driver, steps, sent)
            except errors.InvalidSqlStatementName:
                # A batch that failed earlier left statements unprepared that the driver believes to be prepared.
                # Nothing of this batch was written: say all of them anew.
                driver.execute("DEALLOCATE ALL")
                return _write(driver, steps, sent)

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See `Database.rows`."""
        text = self._text(statement)
        try:
            with driver_of(self.engine) as driver:
                return driver.execute(text, values).fetchall()
        except LostError:  # a connection of before a restart: reading twice does no harm
            with driver_of(self.engine) as driver:
                return driver.execute(text, values).fetchall()

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        """See `Database.waiting_rows`."""
        with driver_of(self.engine) as driver:
            driver.execute(f"BEGIN; SET LOCAL lock_timeout = {_PROBE_TIMEOUT_MS}".encode())
            try:
                driver.execute(self._text(probe.statement), probe.values)
            finally:
                driver.execute("ROLLBACK")
            return driver.execute(self._text(statement), values).fetchall()

    def close(self) -> None:
        """See `Database.close`."""
        self.engine.dispose()

    def _text(self, statement: Any) -> bytes:
        known = self._texts.get(statement)
        if known is None:
            known = self._texts[statement] = str(statement.compile(dialect=self.engine.dialect)).encode()
        return known


def psycopg_url(url: str) -> URL:
    """The address with the driver this adapter speaks through."""
    return make_url(url).set(drivername="postgresql+psycopg")


def _write(driver: Driver, steps: Sequence[Step], sent: Sequence[Sent]) -> str | None:
    stops = faults.is_armed("before_commit")
    try:
        if len(sent) == 1 and not stops:
            driver.execute(sent[0].text, sent[0].values)
            return None
        with pipeline(driver):
            driver.execute("BEGIN")
            for one in sent:
                driver.execute(one.text, one.values)
            if not stops:
                driver.execute("COMMIT")
        if stops:
            faults.hit("before_commit")
            driver.execute("COMMIT")
    except _DOES_NOT_FIT as error:
        driver.execute("ROLLBACK")
        return misfit_of(error, steps)
    except BaseException:
        if not driver.closed:
            driver.execute("ROLLBACK")
        raise
    return None
