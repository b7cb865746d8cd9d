"""HTTP/1.1 as uvicorn speaks it, with bounds on what comes before a request's body: its size and its patience."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES: Final = 64 * 1024
MOST_HEAD_SECONDS: Final = 10.0


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose heads must be short and arrive in time; who sends neither is hung up on."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._is_in_head = True
        self._head_bytes = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, not for ever."""
        super().connection_made(transport)
        self._be_patient()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._lose_patience()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece; a head that comes in many pieces is counted and timed."""
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

    def _be_patient(self) -> None:
        self._patience = self.loop.call_later(MOST_HEAD_SECONDS, self.transport.close)

    def _lose_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
