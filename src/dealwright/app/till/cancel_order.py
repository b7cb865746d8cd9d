"""Cancels an order: what is left of it is refunded, and uses come back if their promotions say so."""

from __future__ import annotations

from dealwright.app.till.answer_once import BUSY, refuse_once, write_once
from dealwright.app.till.ledger_ports import Conflict, Ledger, OrderRecord, Request
from dealwright.app.till.return_order import change_of, refunded_of, refusal_of_return, step_of
from dealwright.engine.coming_back import cancelled_demands
from dealwright.engine.ledger import Demand
from dealwright.engine.outcomes import Answer

_MOST_TRIES = 5


def cancel_order(order_id: str, *, request: Request, ledger: Ledger) -> Answer:
    """Refunded with all that is left of the order, delivery included; an order is cancelled once."""
    for _ in range(_MOST_TRIES):
        record = ledger.orders.order(order_id)
        refused = refusal_of_return(order_id, {}, record)
        if record is None or refused is not None:
            assert refused is not None
            return refuse_once(ledger, request, refused)
        back = cancelled_demands(record.demands, record.order.evaluation, returned=record.order.returned)
        refunded = refunded_of(
            record,
            _rest(record),
            refund_id=ledger.ids.new("refund"),
            is_cancel=True,
            uses_back=_uses_of(back),
        )
        bought = {line.line: line.quantity for line in record.order.evaluation.lines}
        step = step_of(record, refunded, returned=bought, at=ledger.clock.now())
        answer = write_once(ledger.books, change_of(step, back, kind="order_cancelled", request=request))
        if not isinstance(answer, Conflict):
            return answer
    return BUSY


def _rest(record: OrderRecord) -> dict[str, int]:
    returned = record.order.returned
    left = {line.line: line.quantity - returned.get(line.line, 0) for line in record.order.evaluation.lines}
    return {line: units for line, units in left.items() if units > 0}


def _uses_of(back: tuple[Demand, ...]) -> tuple[str, ...]:
    """The promotions whose use comes back: those whose uses were counted by a limit."""
    return tuple(sorted({demand.promotion_id for demand in back if demand.account.startswith(("uses/", "code/"))}))
