"""HTTP/1.1 as uvicorn speaks it, with bounds: on heads, their size and patience, and on what is read in a rush."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dealwright.api.arrivals import next_arrival
from dealwright.api.doorstep import TURNED_AWAY, Doorstep

MOST_HEAD_BYTES: Final = 64 * 1024
MOST_HEAD_SECONDS: Final = 10.0
_BEING_TAKEN_IN: Final[set[asyncio.Task[Any]]] = set()  # the loop itself holds its tasks weakly


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose heads must be short and arrive in time; who sends neither is hung up on.

    In a rush it brings the next one with it that waits behind it at `listening`.
    """

    def __init__(self, *given: Any, listening: socket.socket | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self._listening = listening
        self._is_in_head = True
        self._head_bytes = 0
        self._patience: asyncio.TimerHandle | None = None
        self._doorstep: Doorstep | None = getattr(self.app, "doorstep", None)
        self._turned_away_at = 0.0  # by the clock of the loop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, not for ever."""
        super().connection_made(transport)
        self._be_patient()
        if self._listening is not None and self._doorstep is not None and self._doorstep.is_rush:
            self._take_in_another(self._listening)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._lose_patience()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece; a head that comes in many pieces is counted and timed."""
        if (
            self._doorstep is not None
            and self._is_new()
            and self._doorstep.turns_away(data, waiting=len(self.tasks))
        ):
            self._turn_away()
            return
        super().data_received(data)
        if not self._is_in_head or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > MOST_HEAD_BYTES:
            self.send_400_response("The head of the request is too large.")
        elif self._patience is None:
            self._be_patient()

    def on_message_begin(self) -> None:
        """A request starts."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._is_in_head = False
        self._lose_patience()
        super().on_headers_complete()

    def _take_in_another(self, listening: socket.socket) -> None:
        found = next_arrival(listening)
        if found is None:
            return
        another = partial(type(self), self.config, self.server_state, self.app_state, self.loop)
        taken = self.loop.create_task(self.loop.connect_accepted_socket(another, found))
        _BEING_TAKEN_IN.add(taken)
        taken.add_done_callback(_BEING_TAKEN_IN.discard)

    def _is_new(self) -> bool:
        """Whether what comes now begins a request; no other is under way here, and the client reads its answers."""
        cycle = self.cycle
        if self.flow.write_paused:
            return False
        if cycle is None:
            return self._head_bytes == 0
        return cycle.response_complete and not cycle.more_body and not self._is_in_head and cycle.keep_alive

    def _turn_away(self) -> None:
        """Answer at once, and wait for the next request as after any other."""
        if self._patience is not None:
            self._lose_patience()
        self.transport.write(TURNED_AWAY)
        self._turned_away_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._hang_up_in(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Hang up on who was silent for so long; who was turned away meanwhile has more time.

        To move the timer at every turn would cost as much as to look at the request.
        """
        left = self._turned_away_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._hang_up_in(left)
        else:
            super().timeout_keep_alive_handler()

    def _hang_up_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _be_patient(self) -> None:
        self._patience = self.loop.call_later(MOST_HEAD_SECONDS, self.transport.close)

    def _lose_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
