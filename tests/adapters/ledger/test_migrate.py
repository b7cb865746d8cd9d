"""Tables come to be the same way everywhere, once."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine, inspect, make_url, text

from dealwright.adapters.access import tables as access_tables
from dealwright.adapters.alerts import tables as alert_tables
from dealwright.adapters.campaigns import tables as campaign_tables
from dealwright.adapters.events import tables as event_tables
from dealwright.adapters.jobs import tables as job_tables
from dealwright.adapters.ledger import coupon_tables, migrate, sale_tables
from dealwright.adapters.ledger.connect import connect
from dealwright.adapters.ledger.postgres import psycopg_url
from dealwright.adapters.ledger.schema import METADATA
from dealwright.core.errors import InputError
from ledgers import at_once, postgres_template, sqlite_template, stored_url  # noqa: F401
from postgres_server import postgres_server, postgres_url  # noqa: F401

FOLDER = Path(migrate.__file__).parent / "migrations"


def sqlalchemy_url(url: str) -> str:
    return psycopg_url(url).render_as_string(hide_password=False) if url.startswith("postgres") else url


def test_the_steps_lead_to_the_tables_that_the_code_speaks_of(stored_url: str) -> None:  # noqa: F811
    modules = (sale_tables, coupon_tables, campaign_tables, event_tables, access_tables, job_tables, alert_tables)
    for module in modules:
        tables = [value for value in vars(module).values() if isinstance(value, Table)]
        assert tables
        assert all(table.metadata is METADATA for table in tables), module.__name__
    engine = create_engine(sqlalchemy_url(stored_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrate.VERSION_TABLE})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_the_newest_step_is_the_one_that_is_asked_for() -> None:
    assert ScriptDirectory(str(FOLDER)).get_heads() == [migrate.HEAD]


def test_six_who_open_an_empty_database_at_once_make_its_tables_once(
    postgres_url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    for url in (postgres_url, f"sqlite:///{tmp_path / 'new.db'}"):
        at_once(6, lambda _, url=url: connect(url, most_connections=1).database.close())  # type: ignore[misc]
        engine = create_engine(sqlalchemy_url(url))
        with engine.connect() as connection:
            assert inspect(connection).has_table("till_accounts")
            versions = connection.execute(text("SELECT version_num FROM till_version")).scalars().all()
        engine.dispose()
        assert versions == [migrate.HEAD]


def test_tables_of_a_later_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'till.db'}"
    migrate.migrate(make_url(url))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE till_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="are of version 9999, newer than this dealwright knows"):
        migrate.migrate(make_url(url))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM till_version")).scalar() == "9999"
    engine.dispose()


def test_orders_of_before_the_till_told_them_by_itself_are_not_counted_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(f"sqlite:///{tmp_path / 'till.db'}")
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "HEAD", "0008")
        migrate.migrate(url)
    engine = create_engine(url)
    told = "INSERT INTO till_outbox (kind, subject, body, at) VALUES ('order_committed', :name, '{}', 7)"
    with engine.begin() as connection:
        connection.execute(text(told), {"name": "before"})
    migrate.migrate(url)
    with engine.begin() as connection:
        connection.execute(text(told), {"name": "after"})
        uncounted = connection.execute(text("SELECT subject FROM till_outbox WHERE counted_at IS NULL")).scalars()
        assert uncounted.all() == ["after"]
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://shop", "'mysql' is not a place for a till"),
        ("till.db", "'till.db' is not a place for a till"),
        ("sqlite://", 'a till in memory is opened with "memory:"'),
    ],
)
def test_other_places_are_refused_with_those_there_are(url: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        connect(url)


def test_a_file_that_somebody_writes_to_in_the_old_mode_is_waited_for(tmp_path: Path) -> None:
    place = tmp_path / "till.db"
    migrate.migrate(make_url(f"sqlite:///{place}"))
    other = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    assert other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    database = connect(f"sqlite:///{place}", most_connections=1).database
    with contextlib.closing(database), contextlib.closing(sqlite3.connect(place)) as third:
        assert third.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
