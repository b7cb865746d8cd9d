"""Ledgers of every kind for tests: in memory, in SQLite, in PostgreSQL, with a clock that tests set."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postgres_server import fresh_database

KINDS = ("memory", "sqlite", "postgresql")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def skew_seconds(self) -> float:
        return 0.0

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class CountedIds:
    """Names that count up, so that tests can foretell them."""

    counts: dict[str, int] = field(default_factory=dict)

    def new(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}_{self.counts[kind]}"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A database with the till's tables, emptied for every test: faster than making one anew."""
    from dealwright.adapters.ledger.migrate import migrate
    from dealwright.adapters.ledger.postgres import psycopg_url

    with fresh_database(postgres_server) as url:
        migrate(psycopg_url(url))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the till's tables, to be copied."""
    from sqlalchemy import make_url

    from dealwright.adapters.ledger.migrate import migrate

    path = tmp_path_factory.mktemp("till") / "template.db"
    migrate(make_url(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=KINDS)
def till_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty ledger of each kind."""
    with ExitStack() as stack:
        yield stack.enter_context(_place(request.param, request, tmp_path))


@pytest.fixture(params=KINDS[1:])
def stored_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty ledger of each kind that several processes can share."""
    with ExitStack() as stack:
        yield stack.enter_context(_place(request.param, request, tmp_path))


@contextmanager
def _place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if kind == "memory":
        yield "memory:"
    elif kind == "sqlite":
        path = tmp_path / "till.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_template")
        _empty(url)
        yield url


def _empty(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = ", ".join(name for (name,) in found if name != "till_version")
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY".encode())


def at_once(n: int, work: Callable[[int], object]) -> list[object]:
    """What `n` threads got that started at the same moment, in the order of their numbers."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    gate = threading.Barrier(n)

    def one(number: int) -> object:
        gate.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))


def is_thorough() -> bool:
    """Whether this run may take its time: `DEALWRIGHT_THOROUGH=1` multiplies the rounds of races."""
    return os.environ.get("DEALWRIGHT_THOROUGH", "") == "1"
