"""Connections in a rush: each brings another, and who is told to come back may come back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import pytest
import uvicorn
import uvloop
from uvicorn.server import ServerState

from dealwright.api.doorstep import TURNED_AWAY, Doorstep
from dealwright.api.gate import Gate
from dealwright.api.meter import Meter
from dealwright.api.protocol import BoundedProtocol
from dealwright.api.table import OPERATIONS

CART = b"POST /v1/carts/evaluate HTTP/1.1\r\nHost: till\r\nContent-Length: 7\r\n\r\n" + b'{"a":1}'
KEEP_ALIVE_SECONDS = 5


class FullHouse:
    """An application that turns every cart away on its doorstep."""

    def __init__(self) -> None:
        self.gate = Gate(most_inside=0)
        self.doorstep = Doorstep(self.gate, Meter(), OPERATIONS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        raise AssertionError("nobody comes in")


class Hours:
    """A loop whose clock is moved by hand."""

    def __init__(self) -> None:
        self._now = 0.0
        self._due: list[tuple[float, asyncio.Handle]] = []

    def time(self) -> float:
        return self._now

    def call_later(self, seconds: float, call: Callable[..., object]) -> asyncio.Handle:
        handle = asyncio.Handle(call, (), cast(asyncio.AbstractEventLoop, self))
        self._due.append((self._now + seconds, handle))
        return handle

    def get_debug(self) -> bool:
        return False

    def pass_seconds(self, seconds: float) -> None:
        self._now += seconds
        due = [handle for at, handle in self._due if at <= self._now]
        self._due = [(at, handle) for at, handle in self._due if at > self._now]
        for handle in due:
            if not handle.cancelled():
                handle._run()


class Wire(asyncio.Transport):
    """What a client at the other end got, and whether it was hung up on."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes] = []
        self.is_shut = False

    def write(self, data: Any) -> None:
        self.told.append(bytes(data))

    def close(self) -> None:
        self.is_shut = True

    def is_closing(self) -> bool:
        return self.is_shut


@pytest.fixture
def config() -> uvicorn.Config:
    config = uvicorn.Config(
        FullHouse(), proxy_headers=False, timeout_keep_alive=KEEP_ALIVE_SECONDS, log_config=None
    )
    config.load()
    return config


def test_who_is_turned_away_again_and_again_is_hung_up_on_only_when_silent(config: uvicorn.Config) -> None:
    hours, wire = Hours(), Wire()
    connection = BoundedProtocol(config, ServerState(), {}, cast(asyncio.AbstractEventLoop, hours))
    connection.connection_made(wire)
    for _ in range(4):
        connection.data_received(CART)
        hours.pass_seconds(KEEP_ALIVE_SECONDS - 1)
    assert wire.told == [TURNED_AWAY] * 4
    assert not wire.is_shut
    hours.pass_seconds(1)
    assert wire.is_shut


@pytest.mark.parametrize(("late_seconds", "n_taken"), [(0.3, range(6, 100)), (0.0, range(1, 6))])
def test_of_many_who_connect_at_once_a_late_loop_takes_in_more_than_one_a_turn_and_not_all(
    config: uvicorn.Config, late_seconds: float, n_taken: range
) -> None:
    for _ in range(3):
        config.loaded_app.gate.note_lateness(late_seconds)

    async def taken_in(n: int, *, n_turns: int) -> int:
        state = ServerState()
        with socket.create_server(("127.0.0.1", 0), backlog=n) as listening:
            crowd = [socket.create_connection(listening.getsockname()) for _ in range(n)]
            protocol = partial(BoundedProtocol, config, state, {}, listening=listening)
            server = await asyncio.get_running_loop().create_server(protocol, sock=listening)
            for _ in range(n_turns):
                await asyncio.sleep(0)
            n_found = len(state.connections)
            for connection in list(state.connections):
                connection.shutdown()
            server.close()
            await server.wait_closed()
        for client in crowd:
            client.close()
        return n_found

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the loop that the service runs on
        assert runner.run(taken_in(100, n_turns=5)) in n_taken
