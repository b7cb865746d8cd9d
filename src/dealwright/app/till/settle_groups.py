"""Ends groups that are over or called off; everybody's money goes back, once."""

from __future__ import annotations

from collections.abc import Callable

from dealwright.app.till.join_group import refund_message
from dealwright.app.till.ledger_ports import Message
from dealwright.app.till.sale_ports import GroupBooks, GroupChange, GroupView, Member, Payback
from dealwright.engine.group import Settlement, cancellation, seats_account, settlement
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused

BATCH = 100


def settle_groups(*, books: GroupBooks, after_group: Callable[[], None] = lambda: None, batch: int = BATCH) -> int:
    """How many groups this call ended. A group ends in one transaction: a worker that dies has ended it or not."""
    n_settled = 0
    while due := books.due(limit=batch):
        n_batch = 0
        for group_id in due:
            ended = books.change(group_id, _settle, customer_id=None, request=None)
            n_batch += ended is None
            after_group()
        n_settled += n_batch
        if n_batch == 0:
            break
    return n_settled


def cancel_group(group_id: str, *, books: GroupBooks) -> Refused | None:
    """The shop calls a group off and everybody gets the money back; None if that is done."""
    ended = books.change(group_id, _cancel, customer_id=None, request=None)
    assert ended is None or isinstance(ended, Refused)
    return ended


def _settle(view: GroupView) -> GroupChange | Refused:
    return _ended(view, settlement(view.group, view.standing))


def _cancel(view: GroupView) -> GroupChange | Refused:
    return _ended(view, cancellation(view.standing))


def _ended(view: GroupView, ends: Settlement | None) -> GroupChange | Refused:
    """Everybody in the group is out, and every payment that counted goes back."""
    group_id, now = view.group.group_id, view.standing.now
    if ends is None:
        return Refused("group_closed", f"the group {group_id!r} is {view.standing.state}")
    paid = [one for one in view.members.values() if one.state == "paid"]
    joined = [one for one in view.members.values() if one.state == "joined"]
    paybacks = tuple(Payback(one.payment, one.customer_id, view.group.price_minor, ends.state) for one in paid)
    account = seats_account(group_id)
    moves = (
        Move(account, len(joined), "held", "available", group_id),
        Move(account, len(paid), "used", "available", group_id),
    )
    return GroupChange(
        None,
        moves=tuple(move for move in moves if move.amount),
        paybacks=paybacks,
        messages=(
            Message(f"group.{ends.state}", group_id, now),
            *(refund_message(group_id, payback, now) for payback in paybacks),
        ),
        state=ends.state,
        members=(
            *(Member(one.customer_id, ends.paid_become, one.payment) for one in paid),
            *(Member(one.customer_id, ends.unpaid_become, one.payment) for one in joined),
        ),
    )
