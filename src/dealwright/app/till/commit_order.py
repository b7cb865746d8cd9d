"""Turns a hold into an order at the price it promised, or gives back what it set aside."""

from __future__ import annotations

from dealwright.app.till.answer_once import BUSY, refuse_once, write_once
from dealwright.app.till.ledger_ports import (
    Change,
    Conflict,
    HoldEnd,
    HoldRecord,
    Ledger,
    Message,
    OrderRecord,
    Request,
)
from dealwright.engine.ledger import moves
from dealwright.engine.outcomes import Answer, Order, Refused, Released

_MOST_TRIES = 3


def commit_order(hold_id: str, *, request: Request, ledger: Ledger) -> Answer:
    """The order, or why the hold cannot become one any more."""
    for _ in range(_MOST_TRIES):
        hold = ledger.holds.hold(hold_id)
        refused = _refusal(hold_id, hold, ledger)
        if hold is None or refused is not None:
            assert refused is not None
            return refuse_once(ledger, request, refused)
        answer = write_once(ledger.books, _commit(hold, request, ledger))
        if not isinstance(answer, Conflict):
            return answer
        if answer.kind == "order":
            refused = Refused("order_exists", f"order {hold.order_id!r} is placed already")
            return refuse_once(ledger, request, refused)
    return BUSY


def release_hold(hold_id: str, *, request: Request, ledger: Ledger) -> Answer:
    """Released, or why there is nothing to release."""
    for _ in range(_MOST_TRIES):
        hold = ledger.holds.hold(hold_id)
        refused = _refusal(hold_id, hold, ledger)
        if hold is None or refused is not None:
            assert refused is not None
            return refuse_once(ledger, request, refused)
        now = ledger.clock.now()
        change = Change(
            now,
            request,
            answer=Released(hold_id, hold.order_id),
            ends=(HoldEnd(hold_id, "released", alive_at=now),),
            moves=moves(hold.demands, source="held", target="available", cause=hold.hold_id),
        )
        answer = write_once(ledger.books, change)
        if not isinstance(answer, Conflict):
            return answer
    return BUSY


def _refusal(hold_id: str, hold: HoldRecord | None, ledger: Ledger) -> Refused | None:
    if hold is None:
        return Refused("hold_unknown", f"no hold is called {hold_id!r}; hold the cart first")
    if hold.state == "committed":
        return Refused("already_committed", f"the hold became order {hold.order_id!r} already")
    if hold.state == "released":
        return Refused("hold_released", "the hold was released or replaced; hold the cart again")
    if hold.state == "expired" or hold.expires_at <= ledger.clock.now():
        ended = hold.expires_at.isoformat(timespec="seconds")
        return Refused("hold_expired", f"the hold ended at {ended}; hold the cart again at the price of now")
    return None


def _commit(hold: HoldRecord, request: Request, ledger: Ledger) -> Change:
    now = ledger.clock.now()
    order = Order(hold.order_id, hold.hold_id, hold.customer_id, now, hold.evaluation)
    body = {
        "order_id": hold.order_id,
        "hold_id": hold.hold_id,
        "customer_id": hold.customer_id,
        "currency": hold.evaluation.currency,
        "total_minor": hold.evaluation.total_minor,
        "promotions": {one.promotion_id: one.discount_minor for one in hold.evaluation.applied},
    }
    return Change(
        now,
        request,
        answer=order,
        ends=(HoldEnd(hold.hold_id, "committed", alive_at=now),),
        order=OrderRecord(order, hold.demands),
        messages=(Message("order_committed", hold.order_id, now, body),),
        moves=moves(hold.demands, source="held", target="used", cause=hold.order_id),
    )
