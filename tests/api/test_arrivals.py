"""All who wait at the door are taken in, and nobody at a door that was shut."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dealwright.api.arrivals import arrivals


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        listening.setblocking(False)
        yield listening


def test_all_who_wait_come_in_and_then_nobody(listening: socket.socket) -> None:
    crowd = [socket.create_connection(listening.getsockname()) for _ in range(3)]
    found = list(arrivals(listening))
    assert [one.getpeername() for one in found] == [client.getsockname() for client in crowd]
    assert not any(one.getblocking() for one in found)
    assert list(arrivals(listening)) == []
    for one in (*found, *crowd):
        one.close()


def test_nobody_comes_in_by_a_door_that_was_shut(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()):
        listening.close()
        assert list(arrivals(listening)) == []
