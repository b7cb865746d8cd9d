"""Makes the till's tables, or brings older ones up to date, once, however many processes open them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from dealwright.core.errors import InputError

HEAD = "0011"  # the newest step; a test holds it against the files
VERSION_TABLE = "till_version"
_LOCK = 0x7155_1177  # any number, the same in every process


def migrate(url: URL) -> None:
    """Bring the tables of this database to the newest version; nothing is done if they are."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        if _version(engine) == HEAD:
            return
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _upgrade(connection)
    finally:
        engine.dispose()


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _version_of(connection)


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    version = _version_of(connection)
    if version == HEAD:  # another process was faster
        return
    if version is not None and version > HEAD:
        raise InputError(
            f"the till's tables are of version {version}, newer than this dealwright knows ({HEAD}); "
            "update dealwright"
        )
    steps = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    # The transaction is ours: it is the lock that keeps other processes out.
    with EnvironmentContext(Config(), steps, fn=lambda now, _: steps._upgrade_revs(HEAD, now)) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, transactional_ddl=False)
        environment.run_migrations()


def _leave_transactions_to_us(driver: Any, _record: object) -> None:
    driver.isolation_level = None
    driver.execute("PRAGMA busy_timeout = 30000")
