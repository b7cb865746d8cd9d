"""Group buys: open, join, pay, leave, call off, look."""

from __future__ import annotations

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.wire import groups as wire
from dealwright.api.wire.shape import shaped, shaped_unless_refused
from dealwright.api.wire.words import instant
from dealwright.app.service.access_ports import Role
from dealwright.engine.outcomes import Refused


def _open(asked: Asked[wire.NewGroup]) -> Answer:
    body = asked.body
    opened = asked.till.groups.open(
        body.group_id,
        seats=body.seats,
        deadline=instant(body.deadline, "deadline"),
        price_minor=body.price_minor,
        currency=body.currency,
        sku=body.sku,
    )
    return shaped(opened, wire.GroupOut)


def _get(asked: Asked[None]) -> Answer:
    group_id = asked.names["group_id"]
    view = asked.till.groups.view(group_id)
    if view is None:
        raise refuse("group_unknown", f"no group is called {group_id!r}")
    return wire.standing(view)


def _join(asked: Asked[wire.Join]) -> Answer:
    body = asked.body
    done = asked.till.groups.join(
        asked.names["group_id"], customer_id=body.customer_id, key=asked.key, is_paid=body.is_paid
    )
    return shaped_unless_refused(done, wire.JoinedOut)


def _pay(asked: Asked[wire.Member]) -> Answer:
    done = asked.till.groups.pay(asked.names["group_id"], customer_id=asked.body.customer_id, key=asked.key)
    return shaped_unless_refused(done, wire.PaidOut)


def _leave(asked: Asked[wire.Member]) -> Answer:
    done = asked.till.groups.refund_member(
        asked.names["group_id"], customer_id=asked.body.customer_id, key=asked.key
    )
    return shaped_unless_refused(done, wire.MemberRefundOut)


def _cancel(asked: Asked[None]) -> Answer:
    refused = asked.till.groups.cancel(asked.names["group_id"])
    return refused if isinstance(refused, Refused) else _get(asked)


_GROUP = ("group_unknown", "group_closed")

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/groups",
        name="open_group",
        summary="Open a group buy; repeating it with the same terms changes nothing",
        tag="groups",
        takes=wire.NewGroup,
        gives=wire.GroupOut,
        role=Role.OPERATOR,
        status=201,
        work=_open,
        rank=Rank.RESERVE,
    ),
    Operation(
        method="GET",
        path="/v1/groups/{group_id}",
        name="get_group",
        summary="The group, how it stands, and who is in",
        tag="groups",
        gives=wire.GroupStandingOut,
        role=Role.ANALYST,
        work=_get,
        refusals=("group_unknown",),
        rank=Rank.EVALUATE,
    ),
    Operation(
        method="POST",
        path="/v1/groups/{group_id}/members",
        name="join_group",
        summary="Take a seat, paid or not yet paid, before the deadline",
        tag="groups",
        takes=wire.Join,
        gives=wire.JoinedOut,
        role=Role.OPERATOR,
        status=201,
        work=_join,
        is_keyed=True,
        refusals=(*_GROUP, "group_full", "already_member", "ended"),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="POST",
        path="/v1/groups/{group_id}/payments",
        name="pay_group_seat",
        summary="A payment arrived, named by its key: it pays the seat, completes the group, or goes back",
        tag="groups",
        takes=wire.Member,
        gives=wire.PaidOut,
        role=Role.OPERATOR,
        work=_pay,
        is_keyed=True,
        refusals=(*_GROUP, "member_unknown"),
        rank=Rank.SETTLE,
    ),
    Operation(
        method="POST",
        path="/v1/groups/{group_id}/refunds",
        name="leave_group",
        summary="A member leaves, with the money back if paid; a group that has succeeded stays so",
        tag="groups",
        takes=wire.Member,
        gives=wire.MemberRefundOut,
        role=Role.OPERATOR,
        work=_leave,
        is_keyed=True,
        refusals=(*_GROUP, "member_unknown", "already_returned"),
        rank=Rank.SETTLE,
    ),
    Operation(
        method="POST",
        path="/v1/groups/{group_id}/cancel",
        name="cancel_group",
        summary="The shop calls the group off: everybody who paid gets the money back",
        tag="groups",
        gives=wire.GroupStandingOut,
        role=Role.OPERATOR,
        work=_cancel,
        refusals=(*_GROUP, "already_cancelled"),
        rank=Rank.SETTLE,
    ),
)
