"""What the till's outbox tells of orders and campaigns have not counted: in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dealwright.adapters.events import statements as sql
from dealwright.adapters.events.sql import SqlEvents
from dealwright.adapters.ledger import frozen
from dealwright.adapters.ledger.instants import instant
from dealwright.app.events.take_till_orders import News
from dealwright.engine.outcomes import Refunded

_READ_DUE = (
    "SELECT m.number, m.kind, m.subject, m.body, m.at, h.customer_id, h.evaluation FROM "
    f"(SELECT number, kind, subject, body, at FROM till_outbox WHERE {sql.UNCOUNTED} ORDER BY number LIMIT ?) AS m "
    "JOIN till_orders AS o ON o.order_id = m.subject JOIN till_holds AS h ON h.hold_id = o.hold_id "
    "ORDER BY m.number"
)
_READ_REFUND = "SELECT refund FROM till_refunds WHERE refund_id = ?"


class SqlOrderNews:
    """See `OrderNews`, over the database of the inbox."""

    def __init__(self, events: SqlEvents) -> None:
        self._events = events

    def due(self, limit: int) -> Sequence[News]:
        """See `OrderNews.due`."""
        return [self._news(row) for row in self._events.rows(_READ_DUE, (limit,))]

    def _news(self, row: tuple[Any, ...]) -> News:
        number, kind, order_id, body, at, customer_id, evaluation = row
        refund = self._refund(json.loads(body)["refund_id"]) if kind == "order_returned" else None
        priced = frozen.evaluation_from(bytes(evaluation))
        return News(number, kind, order_id, customer_id, instant(at), priced, refund)

    def _refund(self, refund_id: str) -> Refunded:
        ((refund,),) = self._events.rows(_READ_REFUND, (refund_id,))
        return frozen.refund_from(bytes(refund))
