"""Opens the database of a till: which kind it is, its tables, its connections, its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import URL, BigInteger, literal_column, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from dealwright.adapters.ledger.clocks import DatabaseClock, SystemClock
from dealwright.adapters.ledger.instants import instant
from dealwright.adapters.ledger.migrate import migrate
from dealwright.adapters.ledger.postgres import PostgresDatabase, psycopg_url
from dealwright.adapters.ledger.sqlite import SqliteDatabase
from dealwright.adapters.ledger.statements import Kind
from dealwright.app.till.ledger_ports import Clock, LedgerUnavailableError
from dealwright.core.errors import InputError

_NOW = select(literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger))


@dataclass(frozen=True, slots=True)
class Connected:
    """An open database, its kind, and the clock that decides in it."""

    database: PostgresDatabase | SqliteDatabase
    kind: Kind
    clock: Clock


def connect(url: str, *, most_connections: int = 16) -> Connected:
    """Open `sqlite:///path` or `postgresql://user:password@host/database`.

    InputError for other addresses and for files that are no till; LedgerUnavailableError if no server answers.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unusable(url) from None
    except ValueError:
        raise InputError(
            "the port in the till's address is not a number; give it like "
            "postgresql://user:password@host:5432/database"
        ) from None
    try:
        return _opened(url, parsed, most_connections=most_connections)
    except DBAPIError as error:
        raise _not_opened(parsed, error) from None


def _opened(url: str, parsed: URL, *, most_connections: int) -> Connected:
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


def _not_opened(url: URL, error: DBAPIError) -> InputError | LedgerUnavailableError:
    """In one line, what the database said and what to do; the password is not told."""
    said = " ".join(str(error.orig).split())
    if url.get_backend_name() == "sqlite":
        return InputError(
            f"{url.database!r} cannot be opened as a till ({said}); name a file in a folder that exists and can be "
            "written, new or made by a till before"
        )
    address = url.render_as_string(hide_password=True)
    if isinstance(error, OperationalError):
        return LedgerUnavailableError(
            f"no till can be reached at {address} ({said}); check that the server runs there, and the user, "
            "password and database in the address"
        )
    return InputError(f"{address} cannot be opened as a till ({said}); check the address and the user's rights")


def _unusable(url: str) -> InputError:
    scheme = url.split(":")[0]
    return InputError(
        f"{scheme!r} is not a place for a till; give memory:, sqlite:///till.db or "
        "postgresql://user:password@host/database"
    )
