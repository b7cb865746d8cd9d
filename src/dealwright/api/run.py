"""Runs the server: one or several processes on one socket, until they are told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from dealwright.api.protocol import BoundedProtocol
from dealwright.api.server import make_app
from dealwright.core.errors import InputError
from dealwright.till import open_till

if TYPE_CHECKING:
    from fastapi import FastAPI

MOST_WORKERS: Final = 64
_BACKLOG = 2048
_START_SECONDS = 60  # a worker that is slow to start on a busy machine is not replaced by another slow one
_FINISH_SECONDS = 20  # for requests that are being answered when the server is told to stop


def listen(host: str, port: int) -> socket.socket:
    """The socket that clients will reach; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise InputError(f"cannot listen on {host} port {port}: {error}; give another host or port") from None


def serve(
    url: str, listening: socket.socket, *, workers: int = 1, on_open: Callable[[], None] = lambda: None
) -> None:
    """Serve the till of this database until SIGTERM or SIGINT; requests under way are answered first.

    `on_open` is called when the database is open, just before clients are.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"workers: 1 to {MOST_WORKERS}; given {workers}")
    if workers > 1 and url.startswith("memory:"):
        raise InputError("a till in memory is seen by one process only; use one worker or a database")
    till = open_till(url)  # tells a wrong address here, and makes the tables once
    on_open()
    if workers == 1:
        uvicorn.Server(_configured(partial(make_app, till), 1)).run(sockets=[listening])
    else:
        till.close()
        listening.set_inheritable(True)
        Multiprocess(_configured(partial(_app_of, url), workers), sockets=[listening]).run()


def _app_of(url: str) -> FastAPI:
    return make_app(open_till(url))


def _configured(app: partial[FastAPI], workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=True,
        workers=workers,
        http=BoundedProtocol,
        loop="auto",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
    )
