"""What the till's outbox tells of orders and campaigns have not counted: in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.adapters.ledger.memory import MemoryLedger
from dealwright.app.events.take_till_orders import News, NewsKind
from dealwright.app.till.ledger_ports import PendingMessage


class MemoryOrderNews:
    """See `OrderNews`, over a ledger and an inbox of one process."""

    def __init__(self, ledger: MemoryLedger, events: MemoryEvents) -> None:
        self._ledger = ledger
        self._events = events

    def due(self, limit: int) -> Sequence[News]:
        """See `OrderNews.due`."""
        messages = self._ledger.messages(after=self._events.counted_until, kinds=get_args(NewsKind))
        return [self._news(one) for one in messages[:limit]]

    def _news(self, one: PendingMessage) -> News:
        message = one.message
        record = self._ledger.order(message.subject)
        assert record is not None, f"a message of an order that is not there: {message}"
        order, refund = record.order, None
        if message.kind == "order_returned":
            refund = self._ledger.refund(str(message.body["refund_id"]))
        kind: NewsKind = message.kind  # type: ignore[assignment]
        return News(one.number, kind, order.order_id, order.customer_id, message.at, order.evaluation, refund)
