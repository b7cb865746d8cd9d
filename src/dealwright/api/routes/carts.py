"""Pricing a cart: the operation that is called for every view of a cart."""

from __future__ import annotations

from datetime import datetime

from dealwright.api.gate import Rank
from dealwright.api.operations import Asked, Operation
from dealwright.api.wire.carts import Evaluate, to_cart
from dealwright.api.wire.evaluations import EvaluationOut
from dealwright.api.wire.shape import shaped
from dealwright.api.wire.words import instant


async def _evaluate_at_once(asked: Asked[Evaluate]) -> EvaluationOut | None:
    found = asked.pricing.at_once(to_cart(asked.body.cart), at=_at(asked.body))
    return None if found is None else shaped(found, EvaluationOut)


def _evaluate(asked: Asked[Evaluate]) -> EvaluationOut:
    return shaped(asked.till.carts.price(to_cart(asked.body.cart), at=_at(asked.body)), EvaluationOut)


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
        lean=_evaluate_at_once,
        work=_evaluate,
        rank=Rank.EVALUATE,
    ),
)
