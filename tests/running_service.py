"""`dealwright up` in a process of its own, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UP = (sys.executable, "-c", "from dealwright.cli import main; main()", "up", "--port", "0")


@dataclass(frozen=True)
class Service:
    """A service that runs: what it said at the start, where it listens, what it logs."""

    said: str
    port: int
    process: subprocess.Popen[str]
    log: Path

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            sent["Content-Type"], body = "application/json", json.dumps(body)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return json.loads(self.ask(method, path, body, **headers)[2])

    def submit(self, key: str, **job: Any) -> str:
        told = self.json("POST", "/v1/jobs", job, Idempotency_Key=key)
        assert "job_id" in told, told
        return str(told["job_id"])

    def until(self, job_id: str, met: Callable[[Any], bool], *, seconds: float = 120) -> Any:
        end = time.monotonic() + seconds
        while not met(told := self.json("GET", f"/v1/jobs/{job_id}")):
            assert time.monotonic() < end, told
            time.sleep(0.1)
        return told


@contextmanager
def a_service(
    folder: Path, *options: str, env: dict[str, str] | None = None, is_own_group: bool = False
) -> Iterator[Service]:
    """The service while the context lasts; `is_own_group` if a signal is to be sent to all of its processes."""
    log = folder / "service.log"
    with log.open("a+") as file:
        began = file.tell()
        with subprocess.Popen(
            [*UP, "--workspace", str(folder), *options],
            stderr=file,
            text=True,
            env=env,
            start_new_session=is_own_group,
        ) as process:
            said = ""
            while not (found := re.search(r"http://[^:]+:(\d+)", said)):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
                said = log.read_text()[began:]
            try:
                yield Service(said, int(found[1]), process, log)
            finally:
                process.terminate()
                process.wait(60)
