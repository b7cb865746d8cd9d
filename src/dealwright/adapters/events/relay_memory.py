"""The till's outbox as seen by who empties it: in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dealwright.app.till.deliver_messages import DeadMessage, Due, Failed
from dealwright.app.till.ledger_ports import Outbox


class MemoryRelay:
    """See `Relay`, over an outbox in memory."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._failed: dict[int, Failed] = {}

    def due(self, *, at: datetime, limit: int) -> tuple[Due, ...]:
        """See `Relay.due`."""
        pending = self._outbox.pending(limit + len(self._failed))
        return tuple(Due(one, self._attempts(one.number)) for one in pending if self._is_due(one.number, at))[
            :limit
        ]

    def note(self, sent: Sequence[int], failed: Sequence[Failed], *, at: datetime) -> None:
        """See `Relay.note`."""
        self._outbox.done(sent, at=at)
        for number in sent:
            self._failed.pop(number, None)
        self._failed.update({one.number: one for one in failed})

    def dead(self, *, limit: int = 100) -> tuple[DeadMessage, ...]:
        """See `Relay.dead`."""
        pending = self._outbox.pending(limit + len(self._failed))
        found = ((one, self._failed.get(one.number)) for one in pending)
        return tuple(
            DeadMessage(one, failed.attempts, failed.error)
            for one, failed in found
            if failed is not None and failed.next_at is None
        )[:limit]

    def revive(self, numbers: Sequence[int], *, at: datetime) -> int:
        """See `Relay.revive`."""
        del at
        dead = {number for number in numbers if number in self._failed and self._failed[number].next_at is None}
        for number in dead:
            del self._failed[number]
        return len(dead)

    def _attempts(self, number: int) -> int:
        return self._failed[number].attempts if number in self._failed else 0

    def _is_due(self, number: int, at: datetime) -> bool:
        failed = self._failed.get(number)
        return failed is None or (failed.next_at is not None and failed.next_at <= at)
