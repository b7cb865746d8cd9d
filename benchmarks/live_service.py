"""`dealwright up` in processes of its own, for benchmarks: started, spoken to, looked at; and what they claim."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from dealwright.prove.ground import fresh_till
from dealwright.prove.server import bundled_server

DATABASES = ("SQLite", "PostgreSQL")
_DEALWRIGHT = (sys.executable, "-c", "from dealwright.cli import main; main()")
_WORKER = re.compile(r'dealwright_requests_inside\{worker="(\d+)"\}')
_START_SECONDS = 120
_STARTS = "the service starts"


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise, what was measured, what is wanted, and whether it is so."""

    promise: str
    what: str
    measured: str
    wanted: str
    holds: bool

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "FAILS"
        return f"{verdict}  {self.promise:3} {self.what:72} {self.measured:>26}   {self.wanted}"


@dataclass(frozen=True, slots=True)
class Place:
    """An empty workspace and an empty database; gone afterwards."""

    name: str
    url: str
    folder: Path

    @property
    def workers(self) -> int:
        """How many processes serve it: one over a file, two over a server."""
        return 1 if self.url.startswith("sqlite") else 2


@contextmanager
def places(*names: str) -> Iterator[list[Place]]:
    """A place on each of these databases."""
    with ExitStack() as stack:
        yield [stack.enter_context(_place(name)) for name in names]


@contextmanager
def _place(name: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shop = Path(folder, "shop")
        subprocess.run([*_DEALWRIGHT, "init", shop], check=True, capture_output=True)
        url = f"sqlite:///{shop}/till.db"
        if name == "PostgreSQL":
            url = stack.enter_context(fresh_till(stack.enter_context(bundled_server()).url))
        yield Place(name, url, shop)


def judged(measure: Callable[[Place], list[Claim]], *names: str) -> int:
    """A part by itself: its claims on each of these databases, shown; the exit status, 1 if one fails."""
    with places(*names) as found:
        claims = [claim for place in found for claim in measure(place)]
    print(*claims, sep="\n")
    return 0 if all(claim.holds for claim in claims) else 1


@dataclass(slots=True)
class Service:
    """A service, and its processes while it runs; `log` holds what it said."""

    place: Place
    port: int
    process: subprocess.Popen[str]
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and what was answered, over a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            return ask(connection, method, path, body, self.headers | spelled(headers))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What was answered; AssertionError if it is a no."""
        status, answer = self.ask(method, path, body, **headers)
        assert status < 300, answer
        return answer

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        if self.place.workers == 1:
            return [psutil.Process(self.process.pid)]
        return [one for one in _family(self.process.pid) if "spawn_main" in " ".join(_command(one))]

    def jobs(self) -> list[psutil.Process]:
        """The processes of jobs."""
        return [one for one in _family(self.process.pid) if "dealwright.live.job_work" in _command(one)]

    def peak_mib(self) -> float:
        """The most that each of its processes ever held, in all."""
        return sum(_peak_kib(one.pid) for one in (psutil.Process(self.process.pid), *self.workers())) / 1024

    def cpu_seconds(self) -> float:
        """Used by its processes until now."""
        family = {one.pid: one for one in (psutil.Process(self.process.pid), *_family(self.process.pid))}
        return sum(map(_cpu_seconds, family.values()))

    def start_again(self) -> None:
        """Start it at its port, as a service manager would, again and again until it stays up."""
        self.process.wait()
        while True:
            self.process = _started(self.place, self.port)
            if _said_port(self.place, self.process) is not None:
                return
            time.sleep(0.2)


def spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any, headers: Mapping[str, str]
) -> tuple[int, Any]:
    payload = None if body is None else json.dumps(body)
    connection.request(
        method, path, payload, {**headers, **({"Content-Type": "application/json"} if payload else {})}
    )
    answer = connection.getresponse()
    read = answer.read()
    is_json = "json" in answer.headers.get("content-type", "")
    return answer.status, json.loads(read) if is_json else read.decode()


@contextmanager
def up(place: Place, *, headers: Mapping[str, str] | None = None) -> Iterator[Service]:
    """The service over this place; told to end afterwards."""
    process = _started(place, 0)
    port = _said_port(place, process)
    assert port is not None, (place.folder / "service.log").read_text()
    service = Service(place, port, process, dict(headers or {}))
    try:
        _wait_until_all_answer(service)
        yield service
    finally:
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(60)


@contextmanager
def one_connection_each(service: Service) -> Iterator[list[http.client.HTTPConnection]]:
    """A connection to each of the service's workers: a connection stays with the worker that took it."""
    with ExitStack() as stack:
        found: dict[str, http.client.HTTPConnection] = {}
        end = time.monotonic() + _START_SECONDS
        while len(found) < service.place.workers:
            assert time.monotonic() < end, "a worker takes no connections"
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
            stack.enter_context(closing(connection))
            _, told = ask(connection, "GET", "/metrics", None, service.headers)
            seen = _WORKER.search(told)
            assert seen is not None, told[:200]
            found.setdefault(seen[1], connection)
        yield list(found.values())


def _wait_until_all_answer(service: Service) -> None:
    while True:
        assert service.process.poll() is None, (service.place.folder / "service.log").read_text()
        try:
            with one_connection_each(service):
                return
        except OSError:
            time.sleep(0.1)


def _started(place: Place, port: int) -> subprocess.Popen[str]:
    command = [*_DEALWRIGHT, "up", "--workspace", str(place.folder), "--database", place.url, "--port", str(port)]
    with (place.folder / "service.log").open("a") as log:
        print(_STARTS, file=log, flush=True)
        return subprocess.Popen(
            [*command, "--workers", str(place.workers)], stderr=log, text=True, start_new_session=True
        )


def _said_port(place: Place, process: subprocess.Popen[str]) -> int | None:
    """Where it says that it listens; None if it ended instead."""
    while process.poll() is None:
        said = (place.folder / "service.log").read_text().rpartition(_STARTS)[2]
        found = re.search(r"http://[^:]+:(\d+)", said)
        if found:
            return int(found[1])
        time.sleep(0.02)
    return None


def _family(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _command(process: psutil.Process) -> list[str]:
    """How it was started; nothing of one that ended."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one, too
        return []


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)


def _peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0


def in_time(promise: str, what: str, seconds: Sequence[float], most: float) -> Claim:
    """A claim that each of these took at most so long."""
    ordered = sorted(seconds)
    measured = f"median {ordered[len(ordered) // 2]:.2f} s, worst {ordered[-1]:.2f} s"
    return Claim(promise, what, measured, f"<= {most:g} s", ordered[-1] <= most)
