"""The processes that serve on one socket: how several are started, and how all end when told to."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import wait
from types import FrameType
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from dealwright.api.garbage import settle
from dealwright.api.protocol import BoundedProtocol

if TYPE_CHECKING:
    from fastapi import FastAPI

_ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
_FINISH_SECONDS = 20  # for requests that are being answered when the server is told to stop
_BACKLOG: Final = 4096  # connections that wait to be taken: one too many is tried again after seconds
_LOOK_SECONDS: Final = 1.0
_LOG = logging.getLogger("dealwright.api")


def configured(app: Callable[[], FastAPI], *, workers: int = 1, logs_json: bool = False) -> uvicorn.Config:
    """How uvicorn is to serve what `app` makes; with `logs_json` it logs through whatever is set up."""
    config = uvicorn.Config(
        partial(_settled, app),
        factory=True,
        workers=workers,
        backlog=_BACKLOG,
        http=BoundedProtocol,
        loop="auto",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    if logs_json:
        config.log_config = None
    return config


def _settled(app: Callable[[], FastAPI]) -> FastAPI:
    """What `app` makes, set apart from what is looked through for garbage: it stays, with all that it imported."""
    made = app()
    settle()
    return made


def run_one(config: uvicorn.Config, listening: socket.socket) -> None:
    """Serve in this process until told to end."""
    _let_bring_others_from(listening, config)
    uvicorn.Server(config).run(sockets=[listening])


def run_several(config: uvicorn.Config, listening: socket.socket) -> None:
    """Serve in as many processes as the setup says until told to end; one that dies is replaced."""
    listening.set_inheritable(True)
    _let_bring_others_from(listening, config)
    workers = _Workers(config, sockets=[listening])
    workers.run()
    if workers.has_failed:
        sys.exit(STARTUP_FAILURE)


def _let_bring_others_from(listening: socket.socket, config: uvicorn.Config) -> None:
    listening.setblocking(False)
    config.http = partial(BoundedProtocol, listening=listening)  # type: ignore[assignment]  # it is called, no more


@contextlib.contextmanager
def ending_in_good_order() -> Iterator[None]:
    """While this lasts SIGTERM and SIGINT are an end as any other: status 0 and no traceback.

    uvicorn answers what is under way and then raises the signal again, which would look like a crash.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one may listen to signals
        yield
        return
    before = {each: signal.signal(each, _end) for each in _ENDINGS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    sys.exit(0)


def end_with_parent(stop: threading.Event) -> None:
    """End this process when the one that started it dies: without that one nobody could ever stop it.

    Whoever starts the service anew finds its port free.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "workers are started by another process"
    while not stop.is_set():
        if wait([parent.sentinel], timeout=_LOOK_SECONDS):
            _LOG.error("the process that started this one is gone; this one ends, too")
            os.kill(os.getpid(), signal.SIGTERM)
            return


class _Workers(Multiprocess):
    """Workers that are ended by the process that started them, not by a Ctrl-C, which reaches all of them."""

    has_failed = False

    def init_processes(self) -> None:
        """Start them."""
        with _deaf_to_interrupts():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        """Replace those that died. Nobody is waited for: one that starts slowly must not hide that another died."""
        if self.should_exit.is_set():
            return
        for place, process in enumerate(self.processes):
            if process.exitcode is None:
                continue
            if process.exitcode == STARTUP_FAILURE:
                _LOG.error("a worker could not start; the service ends")
                self.has_failed = True
                self.should_exit.set()
                return
            _LOG.error("worker %d died (exit status %d); another takes its place", process.pid, process.exitcode)
            self.processes[place] = Process(self.config, self.sockets)
            with _deaf_to_interrupts():
                self.processes[place].start()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes that are started meanwhile stay so; this one hears afterwards what came meanwhile."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
