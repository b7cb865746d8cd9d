"""An evaluation as plain data says all that the evaluation says."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from fractions import Fraction
from random import Random
from typing import Any

from dealwright.app.till.tell_evaluation import evaluation_document
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Applied, Evaluation, Gift, PricedDelivery, PricedLine, PricedUnits, Refusal
from dealwright.engine.index import compile_promotions
from till_carts import a_promotion
from till_random import any_benefit, some_cart, some_promotions

AT = datetime(2026, 11, 11, tzinfo=UTC)


def as_it_is(value: Any) -> Any:
    """Every field of every part by its name, looked up."""
    if is_dataclass(value):
        return {field.name: as_it_is(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_it_is(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def test_a_line_of_two_at_450_less_a_tenth_is_told_with_its_share_and_the_gap_to_the_next_promotion() -> None:
    cart = Cart("EUR", (LineItem("1", "TEA", 2, 450),))
    far = a_promotion("far", PercentOff(Fraction(20)), MinimumSpend(2_000))
    evaluation = evaluate(cart, compile_promotions([a_promotion("tenth", PercentOff(Fraction(10))), far]), at=AT)
    told = evaluation_document(evaluation)
    assert (told["goods_minor"], told["discount_minor"], told["delivery_minor"], told["total_minor"]) == (
        900,
        90,
        0,
        810,
    )
    assert told["at"] == "2026-11-11T00:00:00+00:00"
    assert told["lines"] == [
        {
            "line": "1",
            "sku": "TEA",
            "quantity": 2,
            "regular_minor": 900,
            "net_minor": 810,
            "shares": [{"promotion_id": "tenth", "amount_minor": 90, "scope": "item"}],
            "units": [],
        }
    ]
    (refused,) = told["refused"]
    assert (refused["promotion_id"], refused["code"], refused["missing_minor"]) == (
        "far",
        "below_minimum_spend",
        1_100,
    )


def test_no_field_of_any_part_is_forgotten() -> None:
    made_by_hand = Evaluation(
        "EUR",
        AT,
        (PricedLine("1", "TEA", 2, 900, 810, units=(PricedUnits(1, 450), PricedUnits(1, 360))),),
        (PricedDelivery("post", 490, 0),),
        (Applied("a", 3, "CODE", 90, 60, 30, 2, 1, (Gift("CUP", 1, "9"),), 5, 6, "next", "It gives.", True, 7),),
        (Refusal("b", "lost_to_better", "a saves more", 1, 2, ("a",)),),
        (Refusal("a", "below_minimum_spend", "add 1.00 EUR", 100),),
        ("LOST",),
    )
    random = Random(5)
    evaluations = [made_by_hand]
    for _ in range(200):
        offers = compile_promotions(some_promotions(random, any_benefit, most=6))
        evaluations.append(evaluate(some_cart(random, full=True), offers, at=AT))
    for evaluation in evaluations:
        told = evaluation_document(evaluation)
        totals = {name: told.pop(f"{name}_minor") for name in ("total", "goods", "discount", "delivery")}
        assert told == as_it_is(evaluation)
        assert totals == {name: getattr(evaluation, f"{name}_minor") for name in totals}
        assert json.loads(json.dumps(told)) == told
