"""Coupon codes: issue a batch, look one up."""

from __future__ import annotations

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.problems import refuse
from dealwright.api.wire import coupons as wire
from dealwright.api.wire.words import LONGEST_NAME
from dealwright.app.service.access_ports import Role


def _issue(asked: Asked[wire.NewBatch]) -> Answer:
    issued = asked.till.coupons.issue(wire.to_batch(asked.body), customer_ids=asked.body.customer_ids)
    batch = issued.batch
    return wire.IssuedOut(
        batch.id, batch.promotion_id, tuple(issued.codes), tuple(issued.customer_ids), issued.start, issued.end
    )


def _look_up(asked: Asked[None]) -> Answer:
    query = asked.query
    held = asked.till.coupons.look_up(asked.names["code"], query.get("customer_id", ""), who=query.get("who", ""))
    if held.state == "foreign":
        raise refuse("code_not_found", "no such code is known for this customer")
    return wire.CouponOut(held.code, held.promotion_id, held.uses_left, held.state)


_NAME = {"type": "string", "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000]*$"}

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/coupons/batches",
        name="issue_coupons",
        summary="New codes for a promotion; they are told in this answer and never again",
        tag="coupons",
        takes=wire.NewBatch,
        gives=wire.IssuedOut,
        role=Role.OPERATOR,
        status=201,
        work=_issue,
    ),
    Operation(
        method="GET",
        path="/v1/coupons/{code}",
        name="look_up_coupon",
        summary="What a code is worth to a customer; unknown, mistyped and foreign codes get one answer",
        tag="coupons",
        gives=wire.CouponOut,
        role=Role.ANALYST,
        work=_look_up,
        refusals=("code_not_found",),
        queries=(
            Query(name="customer_id", about="Who wants to use it.", schema=_NAME),
            Query(
                name="who",
                about="Whose wrong codes are counted, such as a session or an address; else the customer's.",
                schema=_NAME,
            ),
        ),
        rank=Rank.EVALUATE,
    ),
)
