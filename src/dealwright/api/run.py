"""Runs the server: one or several processes on one socket, until they are told to stop."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealwright.api.access import FirstKeyGuard, Guard, KeyGuard, OpenHouse, OwnMachine
from dealwright.api.background import Companion
from dealwright.api.door import Watch
from dealwright.api.logs import log_answer, log_as_json
from dealwright.api.processes import configured, end_with_parent, ending_in_good_order, run_one, run_several
from dealwright.api.server import make_app
from dealwright.api.service import open_live
from dealwright.api.traces import check_traces, open_traces
from dealwright.core.errors import InputError
from dealwright.live.event_worker import EventWorker
from dealwright.live.job_worker import JobWorker
from dealwright.live.keys import Keys, open_keys
from dealwright.live.ticks import Ticks
from dealwright.till import open_till

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dealwright.api.operations import Operation
    from dealwright.app.service.access_ports import Caller
    from dealwright.till import Till

MOST_WORKERS: Final = 64
_BACKLOG = 4096


@dataclass(frozen=True, slots=True)
class Setup:
    """What is served and to whom.

    `url` is the till's database; `folder` the workspace whose jobs are worked on, if there is one. Keys are asked
    for unless `without_keys`, or while only this machine reaches the `host` and no key was made yet.
    `makes_first_key`: where keys must be asked for and there is none yet, one is made. `logs_json`: see `api.logs`.
    `pseudonym_key` is the secret that customers in events are kept under pseudonyms with, `quote_keys` are those of
    signed quotes: see `dealwright.till.open_till`.
    """

    url: str
    host: str = "127.0.0.1"
    workers: int = 1
    folder: Path | None = None
    without_keys: bool = False
    makes_first_key: bool = False
    logs_json: bool = False
    asks_for_keys: bool = False
    pseudonym_key: str = field(default="", repr=False)
    quote_keys: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def is_own_machine(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True, slots=True)
class Opened:
    """How it came out: whether keys are asked for, and the secret of the first one if it was just made."""

    asks_for_keys: bool
    first_secret: str = ""


def listen(host: str, port: int) -> socket.socket:
    """The socket that clients will reach; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise InputError(f"cannot listen on {host} port {port}: {error}; give another host or port") from None


def serve(setup: Setup, listening: socket.socket, *, on_open: Callable[[Opened], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first.

    `on_open` is called when the database is open, just before clients are. InputError for a setup that cannot be,
    or that would let everybody in from elsewhere without having been told to.
    """
    if not 1 <= setup.workers <= MOST_WORKERS:
        raise InputError(f"workers: 1 to {MOST_WORKERS}; given {setup.workers}")
    if setup.workers > 1 and setup.url.startswith("memory:"):
        raise InputError("a till in memory is seen by one process only; use one worker or a database")
    check_traces(os.environ)
    with ending_in_good_order():
        _serve(setup, listening, on_open)


def _serve(setup: Setup, listening: socket.socket, on_open: Callable[[Opened], None]) -> None:
    till = open_till(
        setup.url, quote_keys=setup.quote_keys
    )  # tells a wrong address here, and makes the tables once
    keys = open_keys(till)
    try:
        opened = _lock(setup, keys)
    except InputError:
        till.close()
        raise
    setup = replace(setup, asks_for_keys=opened.asks_for_keys)
    on_open(opened)
    config = partial(configured, workers=setup.workers, logs_json=setup.logs_json)
    if setup.workers == 1:
        run_one(config(partial(_app, setup, till, keys)), listening)
    else:
        till.close()
        run_several(config(partial(_app_of, setup)), listening)


def _lock(setup: Setup, keys: Keys) -> Opened:
    if setup.without_keys:
        return Opened(asks_for_keys=False)
    if keys.all():
        return Opened(asks_for_keys=True)
    if setup.is_own_machine:
        return Opened(asks_for_keys=False)
    if setup.makes_first_key:
        return Opened(True, keys.new("admin", "first key").secret)
    raise InputError(
        f"{setup.host} is reached from elsewhere, and no key was made yet: everybody could do everything. Make one "
        "with: dealwright key new --role admin --label NAME. Or say --without-keys, if a proxy in front checks who "
        "calls"
    )


def _app_of(setup: Setup) -> FastAPI:
    till = open_till(setup.url, quote_keys=setup.quote_keys)
    return _app(setup, till, open_keys(till))


def _app(setup: Setup, till: Till, keys: Keys) -> FastAPI:
    if setup.logs_json:
        log_as_json()
    traces = open_traces(os.environ)
    live = open_live(till, setup.folder, pseudonym_key=setup.pseudonym_key.encode() or None)
    beside: list[Companion] = [
        Ticks(live.campaigns, live.watch, around=nullcontext if traces is None else traces.tick).work,
        EventWorker(live.events, live.recommender).work,
    ]
    if traces is not None:
        beside.append(traces.work)
    if setup.workers > 1:
        beside.append(end_with_parent)
    if setup.folder is not None:
        name = f"{socket.gethostname()[:60]}-{os.getpid()}"
        beside.append(JobWorker(live.jobs, setup.folder, name=name).work)
    return make_app(
        till,
        guard=_guard(setup, keys),
        live=live,
        watch=_told_of(*([log_answer] if setup.logs_json else []), *([traces.answered] if traces else [])),
        traces=traces,
        beside=beside,
    )


def _told_of(*watches: Watch) -> Watch | None:
    """One that tells all of these of an answer."""
    if len(watches) < 2:
        return watches[0] if watches else None

    def tell(operation: Operation, status: int, seconds: float, caller: Caller) -> None:
        for watch in watches:
            watch(operation, status, seconds, caller)

    return tell


def _guard(setup: Setup, keys: Keys) -> Guard:
    locked = KeyGuard(keys, share=1 / setup.workers)
    if setup.asks_for_keys:
        return locked
    if setup.without_keys:
        return OwnMachine() if setup.is_own_machine else OpenHouse()
    return FirstKeyGuard(locked)
