"""The till's outbox as seen by who empties it: in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dealwright.adapters.events.sql import SqlEvents
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.app.till.deliver_messages import DeadMessage, Due, Failed
from dealwright.app.till.ledger_ports import Message, PendingMessage

_MESSAGE = "SELECT o.number, o.kind, o.subject, o.at, o.body, {of} FROM till_outbox AS o"
_READ_DUE = (
    _MESSAGE.format(of="coalesce(d.attempts, 0)") + " LEFT JOIN live_deliveries AS d ON d.number = o.number "
    "WHERE o.sent_at IS NULL AND (d.number IS NULL OR (d.state = 'waiting' AND d.next_at <= ?)) "
    "ORDER BY o.number LIMIT ?"
)
_READ_DEAD = (
    _MESSAGE.format(of="d.attempts, d.error") + " JOIN live_deliveries AS d ON d.number = o.number "
    "WHERE d.state = 'dead' ORDER BY o.number LIMIT ?"
)
_MARK_SENT = "UPDATE till_outbox SET sent_at = ? WHERE number = ?"
_FORGET = "DELETE FROM live_deliveries WHERE number = ?"
_NOTE_FAILED = (
    "INSERT INTO live_deliveries (number, attempts, next_at, state, error) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (number) DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at, "
    "state = excluded.state, error = excluded.error"
)
_REVIVE = "UPDATE live_deliveries SET state = 'waiting', attempts = 0, next_at = ? WHERE number = ?"
_MOST_DEAD = 10_000


class SqlRelay:
    """See `Relay`, over the database of the inbox."""

    def __init__(self, events: SqlEvents) -> None:
        self._events = events

    def due(self, *, at: datetime, limit: int) -> tuple[Due, ...]:
        """See `Relay.due`."""
        return tuple(Due(_pending(row), row[5]) for row in self._events.rows(_READ_DUE, (micros(at), limit)))

    def note(self, sent: Sequence[int], failed: Sequence[Failed], *, at: datetime) -> None:
        """See `Relay.note`."""
        with self._events.transaction() as batch:
            batch.many(_MARK_SENT, [(micros(at), number) for number in sent])
            batch.many(_FORGET, [(number,) for number in sent])
            batch.many(_NOTE_FAILED, [_failed_row(one, at) for one in failed])

    def dead(self, *, limit: int = 100) -> tuple[DeadMessage, ...]:
        """See `Relay.dead`."""
        return tuple(DeadMessage(_pending(row), row[5], row[6]) for row in self._events.rows(_READ_DEAD, (limit,)))

    def revive(self, numbers: Sequence[int], *, at: datetime) -> int:
        """See `Relay.revive`."""
        wanted = set(numbers)
        dead = [one.pending.number for one in self.dead(limit=_MOST_DEAD) if one.pending.number in wanted]
        with self._events.transaction() as batch:
            batch.many(_REVIVE, [(micros(at), number) for number in dead])
        return len(dead)


def _pending(row: tuple[Any, ...]) -> PendingMessage:
    number, kind, subject, at, body, *_ = row
    return PendingMessage(number, Message(kind, subject, instant(at), json.loads(body)))


def _failed_row(one: Failed, at: datetime) -> tuple[Any, ...]:
    state = "dead" if one.next_at is None else "waiting"
    return (one.number, one.attempts, micros(one.next_at or at), state, one.error)
