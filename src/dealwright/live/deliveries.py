"""The till's messages on their way to another system: send what is due, look at what is dead, try it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealwright.adapters.events.relay_memory import MemoryRelay
from dealwright.app.till.deliver_messages import (
    PATIENCE,
    DeadMessage,
    Delivered,
    Patience,
    Relay,
    Sink,
    deliver_messages,
)
from dealwright.till import Till

if TYPE_CHECKING:
    from dealwright.app.till.ledger_ports import Clock


class Deliveries:
    """Messages of a till to one sink; call `deliver` often, from one process."""

    def __init__(self, relay: Relay, sink: Sink, *, clock: Clock, patience: Patience = PATIENCE) -> None:
        self._relay = relay
        self._sink = sink
        self._clock = clock
        self._patience = patience

    def deliver(self, *, limit: int = 100) -> Delivered:
        """Send what is due now, the oldest first, at most so many."""
        return deliver_messages(
            self._relay, self._sink, now=self._clock.now(), patience=self._patience, limit=limit
        )

    def dead(self, *, limit: int = 100) -> tuple[DeadMessage, ...]:
        """Messages that are not tried any more, and why."""
        return self._relay.dead(limit=limit)

    def again(self, *numbers: int) -> int:
        """Try dead messages again from the start; how many of them were dead."""
        return self._relay.revive(numbers, at=self._clock.now())


def open_deliveries(till: Till, sink: Sink, *, patience: Patience = PATIENCE) -> Deliveries:
    """The messages in a till's outbox, to be sent to `sink` (such as a `Webhook`)."""
    return Deliveries(_relay(till), sink, clock=till.ledger.clock, patience=patience)


def _relay(till: Till) -> Relay:
    if till.connected is None:
        return MemoryRelay(till.ledger.outbox)
    from dealwright.adapters.events.relay import SqlRelay
    from dealwright.adapters.events.sql import SqlEvents

    return SqlRelay(SqlEvents(till.connected.database))
