"""Who waits at the door is taken in, and nobody at a door that was shut."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dealwright.api.arrivals import next_arrival


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        listening.setblocking(False)
        yield listening


def test_those_who_wait_come_in_by_turns_and_then_nobody(listening: socket.socket) -> None:
    crowd = [socket.create_connection(listening.getsockname()) for _ in range(3)]
    for client in crowd:
        found = next_arrival(listening)
        assert found is not None
        assert found.getpeername() == client.getsockname()
        assert not found.getblocking()
        found.close()
    assert next_arrival(listening) is None
    for client in crowd:
        client.close()


def test_nobody_comes_in_by_a_door_that_was_shut(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()):
        listening.close()
        assert next_arrival(listening) is None
