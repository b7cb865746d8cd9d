"""Who waits at the listening socket behind the one that was just taken in.

In a rush many connect at once, and a turn of the loop is long. libuv takes in one connection a turn, so who comes
behind some thousands would wait for minutes: while the loop is late, all that wait are taken in with the first.
Otherwise one a turn is enough, and processes that take from one socket share evenly.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final

_MOST_AT_ONCE: Final = 512  # the rest is left for the next turn, or for another process


def arrivals(listening: socket.socket) -> Iterator[socket.socket]:
    """Those who wait at this socket, which does not block."""
    for _ in range(_MOST_AT_ONCE):
        try:
            found, _ = listening.accept()
        except OSError:  # nobody waits any more, or there is no room for another
            return
        found.setblocking(False)
        yield found
