"""A customer's way through a group buy: joins, pays, leaves; every payment counts or goes back, once."""

from __future__ import annotations

from datetime import datetime

from dealwright.app.till.ledger_ports import Message, Request
from dealwright.app.till.sale_ports import GroupAnswer, GroupBooks, GroupChange, GroupView, Member, Payback
from dealwright.core.errors import InputError
from dealwright.engine.group import (
    Group,
    Joined,
    MemberRefund,
    MemberState,
    Paid,
    checked_group,
    leaving,
    may_join,
    paying,
    seats_account,
)
from dealwright.engine.ledger import Move, State
from dealwright.engine.outcomes import Refused


def open_group(group: Group, *, books: GroupBooks) -> Group:
    """The group with its free seats; InputError if one of that name is there with other terms."""
    opened = books.add(checked_group(group))
    if opened != group:
        raise InputError(
            f"group {group.group_id!r} exists with other terms, which are never edited; take another name"
        )
    return opened


def join_group(
    group_id: str, customer_id: str, *, is_paid: bool, request: Request, books: GroupBooks
) -> GroupAnswer | Refused:
    """Take a seat. With `is_paid` the payment named by the request's key was authorised and counts at once."""

    def decide(view: GroupView) -> GroupChange | Refused:
        refused = may_join(view.group, view.standing, _state(view, customer_id))
        if refused is not None:
            return refused
        group, now = view.group, view.standing.now
        completes = is_paid and view.standing.n_paid + 1 == group.seats
        member = Member(customer_id, "paid" if is_paid else "joined", request.key if is_paid else "")
        answer = Joined(group_id, customer_id, group.price_minor, group.currency, group.deadline, is_paid)
        return GroupChange(
            answer,
            moves=(_seat(group_id, "available", "used" if is_paid else "held"),),
            messages=(_told("joined", group_id, now, customer_id), *_success(group_id, now, completes=completes)),
            state="succeeded" if completes else None,
            members=(member,),
        )

    return _answered(books.change(group_id, decide, customer_id=customer_id, request=request))


def pay_seat(group_id: str, customer_id: str, *, request: Request, books: GroupBooks) -> GroupAnswer | Refused:
    """A payment, named by the request's key, arrived: it pays the seat, or it goes back."""

    def decide(view: GroupView) -> GroupChange | Refused:
        then = paying(view.group, view.standing, _state(view, customer_id))
        if isinstance(then, Refused):
            return then
        now, answer = view.standing.now, Paid(group_id, customer_id, request.key, then)
        if then == "refund":
            payback = Payback(request.key, customer_id, view.group.price_minor, "not_needed")
            return GroupChange(answer, paybacks=(payback,), messages=(refund_message(group_id, payback, now),))
        completes = then == "succeeded"
        return GroupChange(
            answer,
            moves=(_seat(group_id, "held", "used"),),
            messages=(_told("paid", group_id, now, customer_id), *_success(group_id, now, completes=completes)),
            state="succeeded" if completes else None,
            members=(Member(customer_id, "paid", request.key),),
        )

    return _answered(books.change(group_id, decide, customer_id=customer_id, request=request))


def leave_group(group_id: str, customer_id: str, *, request: Request, books: GroupBooks) -> GroupAnswer | Refused:
    """A member goes, with money back if paid; a group that has succeeded stays so."""

    def decide(view: GroupView) -> GroupChange | Refused:
        leaves = leaving(view.group, view.standing, _state(view, customer_id))
        if isinstance(leaves, Refused):
            return leaves
        member, now = view.members[customer_id], view.standing.now
        was_paid = member.state == "paid"
        payback = Payback(member.payment, customer_id, view.group.price_minor, "left")
        told = (_told("left", group_id, now, customer_id),)
        answer = MemberRefund(group_id, customer_id, payback.amount_minor if was_paid else 0, view.standing.state)
        return GroupChange(
            answer,
            moves=(_seat(group_id, "used" if was_paid else "held", "available"),) if leaves.frees_seat else (),
            paybacks=(payback,) if was_paid else (),
            messages=(*told, refund_message(group_id, payback, now)) if was_paid else told,
            members=(Member(customer_id, leaves.state, member.payment),),
        )

    return _answered(books.change(group_id, decide, customer_id=customer_id, request=request))


def refund_message(group_id: str, payback: Payback, now: datetime) -> Message:
    """Tells whoever moves money that a payment goes back."""
    body = {
        "payment": payback.payment,
        "customer_id": payback.customer_id,
        "amount_minor": payback.amount_minor,
        "reason": payback.reason,
    }
    return Message("group.refund", group_id, now, body)


def _told(what: str, group_id: str, now: datetime, customer_id: str) -> Message:
    return Message(f"group.{what}", group_id, now, {"customer_id": customer_id})


def _success(group_id: str, now: datetime, *, completes: bool) -> tuple[Message, ...]:
    return (Message("group.succeeded", group_id, now),) if completes else ()


def _seat(group_id: str, source: State, target: State) -> Move:
    return Move(seats_account(group_id), 1, source, target, group_id)


def _state(view: GroupView, customer_id: str) -> MemberState | None:
    member = view.members.get(customer_id)
    return None if member is None else member.state


def _answered(answer: GroupAnswer | Refused | None) -> GroupAnswer | Refused:
    assert answer is not None, "a request is always answered"
    return answer
