"""Holds and orders: set aside, commit, release, return, cancel, and what became of a request."""

from __future__ import annotations

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.routes.quotes import REFUSALS as QUOTES
from dealwright.api.wire import orders as wire
from dealwright.api.wire.carts import to_cart
from dealwright.api.wire.shape import shaped, shaped_unless_refused
from dealwright.app.service.access_ports import Role


def _hold(asked: Asked[wire.Hold]) -> Answer:
    body = asked.body
    done = asked.till.carts.hold(
        to_cart(body.cart),
        key=asked.key,
        order_id=body.order_id,
        seconds=body.seconds,
        quote=wire.to_quote(body.quote),
    )
    return shaped_unless_refused(done, wire.HeldOut)


def _commit(asked: Asked[None]) -> Answer:
    done = asked.till.carts.commit(asked.names["hold_id"], key=asked.key)
    return shaped_unless_refused(done, wire.OrderOut)


def _release(asked: Asked[None]) -> Answer:
    done = asked.till.carts.release(asked.names["hold_id"], key=asked.key)
    return shaped_unless_refused(done, wire.ReleasedOut)


def _order(asked: Asked[None]) -> Answer:
    found = asked.till.carts.order(asked.names["order_id"])
    if found is None:
        raise refuse("order_unknown", f"no order is called {asked.names['order_id']!r}")
    return shaped(found, wire.OrderOut)


def _by_key(asked: Asked[None]) -> Answer:
    return wire.outcome(asked.till.carts.by_key(asked.names["key"]))


def _return_lines(asked: Asked[wire.Returns]) -> Answer:
    done = asked.till.carts.return_lines(asked.names["order_id"], asked.body.lines, key=asked.key)
    return shaped_unless_refused(done, wire.RefundedOut)


def _cancel(asked: Asked[None]) -> Answer:
    done = asked.till.carts.cancel(asked.names["order_id"], key=asked.key)
    return shaped_unless_refused(done, wire.RefundedOut)


_LIMITS = ("limit_reached", "customer_limit_reached", "customer_unknown", "budget_exceeded", "sold_out")
_CODES = ("code_not_found", "code_used_up", "code_expired")
_HOLDS = ("hold_unknown", "hold_expired", "hold_released", "already_committed", "order_exists")
_ORDERS = ("order_unknown", "already_cancelled", "already_returned", "line_unknown")

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/holds",
        name="hold_cart",
        summary="Set aside all a cart needs, at the price of now, until it is paid or the time is over",
        tag="holds",
        takes=wire.Hold,
        gives=wire.HeldOut,
        role=Role.OPERATOR,
        status=201,
        work=_hold,
        is_keyed=True,
        refusals=(*_LIMITS, *_CODES, *QUOTES, "stale_quote", "order_exists"),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="POST",
        path="/v1/holds/{hold_id}/commit",
        name="commit_hold",
        summary="The hold becomes an order at the price it promised",
        tag="holds",
        gives=wire.OrderOut,
        role=Role.OPERATOR,
        work=_commit,
        is_keyed=True,
        refusals=_HOLDS,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="DELETE",
        path="/v1/holds/{hold_id}",
        name="release_hold",
        summary="Give back what the hold had set aside",
        tag="holds",
        gives=wire.ReleasedOut,
        role=Role.OPERATOR,
        work=_release,
        is_keyed=True,
        refusals=_HOLDS,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="GET",
        path="/v1/orders/by-key/{key}",
        name="find_outcome",
        summary="What became of the request with this Idempotency-Key, for whoever never got the answer",
        tag="orders",
        gives=wire.OutcomeOut,
        role=Role.OPERATOR,
        work=_by_key,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="GET",
        path="/v1/orders/{order_id}",
        name="get_order",
        summary="The order as it stands, with the evaluation it was bought at",
        tag="orders",
        gives=wire.OrderOut,
        role=Role.ANALYST,
        work=_order,
        refusals=("order_unknown",),
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/returns",
        name="return_lines",
        summary="Units come back; the refund follows from the evaluation the order was bought at",
        tag="orders",
        takes=wire.Returns,
        gives=wire.RefundedOut,
        role=Role.OPERATOR,
        work=_return_lines,
        is_keyed=True,
        refusals=_ORDERS,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/cancel",
        name="cancel_order",
        summary="The whole order, or what is left of it, comes back, with uses and coupons",
        tag="orders",
        gives=wire.RefundedOut,
        role=Role.OPERATOR,
        work=_cancel,
        is_keyed=True,
        refusals=_ORDERS,
        rank=Rank.SETTLE,
    ),
)
