"""Gives back what expired holds had set aside, once, in batches that can stop anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from dealwright.app.till.ledger_ports import Change, HoldEnd, HoldRecord, Ledger, Message
from dealwright.engine.ledger import moves

BATCH = 100


def sweep_holds(ledger: Ledger, *, after_batch: Callable[[], None] = lambda: None, batch: int = BATCH) -> int:
    """How many holds this call expired; other sweepers and payers at the same moment take their own.

    Every batch is one transaction: a sweeper that dies leaves whole batches done, and the next one goes on.
    """
    now = ledger.clock.now()
    n_expired = 0
    while due := ledger.holds.due(now, limit=batch):
        n_batch = _expire(due, ledger, now)
        n_expired += n_batch
        after_batch()
        if n_batch == 0:
            break
    return n_expired


def _expire(due: Sequence[HoldRecord], ledger: Ledger, now: datetime) -> int:
    if ledger.books.write(_expiry(due, now)) is None:
        return len(due)
    # Somebody paid, released or expired one of them meanwhile: one by one, the others still go.
    return sum(ledger.books.write(_expiry((hold,), now)) is None for hold in due)


def _expiry(due: Sequence[HoldRecord], now: datetime) -> Change:
    return Change(
        now,
        ends=tuple(HoldEnd(hold.hold_id, "expired", dead_at=now) for hold in due),
        messages=tuple(
            Message("hold_expired", hold.order_id, now, {"hold_id": hold.hold_id, "order_id": hold.order_id})
            for hold in due
        ),
        moves=tuple(
            move
            for hold in due
            for move in moves(hold.demands, source="held", target="available", cause=hold.hold_id)
        ),
    )
