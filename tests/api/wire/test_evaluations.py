"""The answer that is built field by field is the one its shape describes."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from dealwright.api.wire.evaluations import EvaluationOut, to_evaluation
from dealwright.api.wire.shape import shaped
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Applied, Evaluation, Gift, PricedDelivery, PricedLine, Refusal, Share
from dealwright.engine.index import compile_promotions
from till_random import any_benefit, some_cart, some_promotions

AT = datetime(2026, 11, 11, tzinfo=UTC)
GAP = Refusal("b", "below_minimum_spend", "add 1.00 EUR", 100, 0)
LOST = Refusal("c", "lost_to_better", "a saves more", 0, 0, ("a",))
BY_HAND = Evaluation(
    "EUR",
    AT,
    (PricedLine("1", "TEA", 2, 900, 810, (Share("a", 90, "item"),)),),
    (PricedDelivery("post", 490, 90, (Share("d", 400, "order"),)),),
    (Applied("a", 3, "CODE", 90, 60, 30, 2, 1, (Gift("CUP", 1, "9"),), 5, 6, "next", "It gives."),),
    (GAP, LOST),
    (Refusal("a", "below_minimum_quantity", "add 1", 0, 1),),
    ("NONE",),
)


def test_every_field_comes_out_as_the_shape_takes_it_by_name() -> None:
    random = Random(11)
    evaluations = [BY_HAND]
    for _ in range(200):
        offers = compile_promotions(some_promotions(random, any_benefit, most=6))
        evaluations.append(evaluate(some_cart(random, full=True), offers, at=AT))
    for evaluation in evaluations:
        assert to_evaluation(evaluation) == shaped(evaluation, EvaluationOut)


def test_totals_are_those_of_goods_and_fees() -> None:
    told = to_evaluation(BY_HAND)
    assert (told.goods_minor, told.discount_minor, told.delivery_minor, told.total_minor) == (900, 90, 90, 900)


def test_near_promotions_are_those_with_a_gap() -> None:
    assert [one.promotion_id for one in to_evaluation(BY_HAND, reasons="near").refused] == ["b"]
    assert to_evaluation(BY_HAND, reasons="none").refused == ()
    assert to_evaluation(BY_HAND, reasons="none").next_steps == to_evaluation(BY_HAND).next_steps
