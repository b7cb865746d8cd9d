"""The REST API over a till: spoken to in this process, or as `dealwright serve` in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.testclient import TestClient

from dealwright.api.server import make_app
from dealwright.till import Till, open_till

COMMAND = (sys.executable, "-c", "from dealwright.cli import main; main()", "serve", "--port", "0")


@contextmanager
def a_client(url: str = "memory:") -> Iterator[TestClient]:
    with a_client_of(open_till(url)) as client:
        yield client


@contextmanager
def a_client_of(till: Till) -> Iterator[TestClient]:
    with TestClient(make_app(till)) as client:
        yield client


@dataclass(frozen=True)
class Server:
    """A server that runs: what it said when it started, where it listens, its process."""

    said: str
    port: int
    process: subprocess.Popen[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def a_server(url: str = "memory:", *, workers: int = 1) -> Iterator[Server]:
    command = [*COMMAND, "--database", url, "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert found, said + process.stderr.read()
        try:
            yield Server(said, int(found[1]), process)
        finally:
            process.terminate()
            process.wait(30)
