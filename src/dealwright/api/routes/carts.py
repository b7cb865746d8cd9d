"""Pricing a cart: the operation that is called for every view of a cart."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Raw

from dealwright.api.gate import Rank
from dealwright.api.operations import Asked, Operation
from dealwright.api.wire.carts import Evaluate, to_cart
from dealwright.api.wire.evaluations import EvaluationOut, to_evaluation
from dealwright.api.wire.words import instant
from dealwright.app.service.access_ports import Role

_ENCODE = msgspec.json.Encoder().encode


async def _evaluate_at_once(asked: Asked[Evaluate]) -> Raw | None:
    body = asked.body
    found = asked.pricing.at_once(to_cart(body.cart), at=_at(body))
    return None if found is None else Raw(_ENCODE(to_evaluation(found, reasons=body.reasons)))


def _evaluate(asked: Asked[Evaluate]) -> EvaluationOut:
    body = asked.body
    return to_evaluation(asked.till.carts.price(to_cart(body.cart), at=_at(body)), reasons=body.reasons)


def _at(body: Evaluate) -> datetime | None:
    return None if body.at is None else instant(body.at, "at")


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/carts/evaluate",
        name="evaluate_cart",
        summary="What a cart gets from the promotions in force, with every reason; writes nothing",
        tag="carts",
        takes=Evaluate,
        gives=EvaluationOut,
        role=Role.VIEWER,
        lean=_evaluate_at_once,
        work=_evaluate,
        rank=Rank.EVALUATE,
    ),
)
