"""Takes units of an order back, and says what is refunded by the terms they were bought on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dealwright.app.till.answer_once import BUSY, refuse_once, write_once
from dealwright.app.till.ledger_ports import Change, Conflict, Ledger, Message, OrderRecord, OrderStep, Request
from dealwright.engine.coming_back import returned_demands
from dealwright.engine.ledger import Demand, moves
from dealwright.engine.outcomes import Answer, Refunded, RefundedLine, Refused
from dealwright.engine.refund import refund

_MOST_TRIES = 5


def return_order(order_id: str, lines: Mapping[str, int], *, request: Request, ledger: Ledger) -> Answer:
    """Refunded by the frozen evaluation, or why these units cannot come back."""
    for _ in range(_MOST_TRIES):
        record = ledger.orders.order(order_id)
        refused = refusal_of_return(order_id, lines, record)
        if record is None or refused is not None:
            assert refused is not None
            return refuse_once(ledger, request, refused)
        refunded = refunded_of(record, lines, refund_id=ledger.ids.new("refund"))
        returned = _added(record.order.returned, lines)
        back = returned_demands(
            record.demands, record.order.evaluation, before=record.order.returned, after=returned
        )
        step = step_of(record, refunded, returned=returned, at=ledger.clock.now())
        answer = write_once(ledger.books, change_of(step, back, kind="order_returned", request=request))
        if not isinstance(answer, Conflict):
            return answer
    return BUSY


def refusal_of_return(order_id: str, lines: Mapping[str, int], record: OrderRecord | None) -> Refused | None:
    """Why these units of this order cannot come back; None if they can."""
    if record is None:
        return Refused("order_unknown", f"no order is called {order_id!r}; commit its hold first")
    if record.order.state == "cancelled":
        return Refused("already_cancelled", f"order {order_id!r} was cancelled; everything came back already")
    bought = {line.line: line.quantity for line in record.order.evaluation.lines}
    for line, units in lines.items():
        if line not in bought:
            known = ", ".join(bought)
            return Refused("line_unknown", f"order {order_id!r} has no line {line!r}; it has: {known}")
        left = bought[line] - record.order.returned.get(line, 0)
        if units > left:
            return Refused(
                "already_returned",
                f"line {line!r}: {left} of {bought[line]} units are left to return; asked for {units}",
                missing_quantity=units - left,
            )
    return None


def refunded_of(
    record: OrderRecord,
    lines: Mapping[str, int],
    *,
    refund_id: str,
    is_cancel: bool = False,
    uses_back: tuple[str, ...] = (),
) -> Refunded:
    """What these units are refunded with, given what came back before."""
    order = record.order
    back = refund(order.evaluation, lines, already=order.returned)
    delivery = (
        order.evaluation.delivery_minor - record.delivery_refunded_minor if is_cancel else back.delivery_minor
    )
    goods = tuple(RefundedLine(line.line, line.quantity, line.amount_minor) for line in back.lines)
    amount = back.amount_minor + delivery
    return Refunded(refund_id, order.order_id, goods, amount, delivery, is_cancel, uses_back)


def step_of(record: OrderRecord, refunded: Refunded, *, returned: Mapping[str, int], at: datetime) -> OrderStep:
    """The order's next revision."""
    order = replace(
        record.order,
        returned=returned,
        refunded_minor=record.order.refunded_minor + refunded.amount_minor,
        state="cancelled" if refunded.is_cancel else "committed",
    )
    assert order.refunded_minor <= order.evaluation.total_minor, f"more refunded than paid: {order}"
    after = OrderRecord(
        order,
        record.demands,
        record.delivery_refunded_minor + refunded.delivery_minor,
        record.revision + 1,
    )
    return OrderStep(record, after, refunded, at)


def change_of(step: OrderStep, back: tuple[Demand, ...], *, kind: str, request: Request) -> Change:
    """Everything a return or a cancellation writes."""
    refunded, order_id = step.refund, step.after.order.order_id
    body = {
        "order_id": order_id,
        "refund_id": refunded.refund_id,
        "amount_minor": refunded.amount_minor,
        "lines": {line.line: line.quantity for line in refunded.lines},
    }
    return Change(
        step.at,
        request,
        answer=refunded,
        step=step,
        messages=(Message(kind, order_id, step.at, body),),
        moves=moves(back, source="used", target="available", cause=order_id),
    )


def _added(before: Mapping[str, int], lines: Mapping[str, int]) -> Mapping[str, int]:
    return {line: before.get(line, 0) + lines.get(line, 0) for line in sorted({*before, *lines})}
