"""Opens the database of a till: which kind it is, its tables, its connections, its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, literal_column, make_url, select
from sqlalchemy.exc import ArgumentError

from dealwright.adapters.ledger.clocks import DatabaseClock, SystemClock
from dealwright.adapters.ledger.instants import instant
from dealwright.adapters.ledger.migrate import migrate
from dealwright.adapters.ledger.postgres import PostgresDatabase, psycopg_url
from dealwright.adapters.ledger.sqlite import SqliteDatabase
from dealwright.adapters.ledger.statements import Kind
from dealwright.app.ledger_ports import Clock
from dealwright.core.errors import InputError

_NOW = select(literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger))


@dataclass(frozen=True, slots=True)
class Connected:
    """An open database, its kind, and the clock that decides in it."""

    database: PostgresDatabase | SqliteDatabase
    kind: Kind
    clock: Clock


def connect(url: str, *, most_connections: int = 16) -> Connected:
    """Open `sqlite:///path` or `postgresql://user:password@host/database`; InputError for other addresses."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unusable(url) from None
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise InputError(
                    'a till in memory is opened with "memory:"; SQLite needs a file: sqlite:///till.db'
                )
            migrate(parsed.set(drivername="sqlite"))
            return Connected(SqliteDatabase(url, most_connections=most_connections), "sqlite", SystemClock())
        case "postgresql":
            migrate(psycopg_url(url))
            database = PostgresDatabase(url, most_connections=most_connections)
            return Connected(database, "postgresql", DatabaseClock(lambda: _now(database)))
        case _:
            raise _unusable(url)


def _now(database: PostgresDatabase) -> datetime:
    return instant(database.rows(_NOW, {})[0][0])


def _unusable(url: str) -> InputError:
    scheme = url.split(":")[0]
    return InputError(
        f"{scheme!r} is not a place for a till; give memory:, sqlite:///till.db or "
        "postgresql://user:password@host/database"
    )
