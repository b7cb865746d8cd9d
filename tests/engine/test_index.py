"""What a cart does not touch is not looked at: the cost follows what can apply, not what exists."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart
from dealwright.engine.conditions.circumstance import InChannel
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.facts import Facts
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.stage import candidates
from dealwright.engine.usage import NO_USAGE
from till_carts import AT, a_cart, a_line, a_promotion, off, percent
from till_random import full_promotions, some_cart

TEA = Items(categories=("tea",))
CART = a_cart(a_line("1", 2, 450, sku="green", categories=("tea",)))


def looked_at(compiled: Compiled, cart: Cart) -> list[str]:
    facts = Facts(cart, at=AT, policy=DEFAULT_POLICY, usage=NO_USAGE, matchers=compiled.matchers)
    found = candidates(compiled.index(AT, cart.currency).cart, facts)
    return sorted({rule.id for answer, _ in found for rule in answer.rules})


def others(n: int, **more: object) -> list[Promotion]:
    return [a_promotion(f"o{number}", percent(10, Items(skus=(f"s{number}",))), **more) for number in range(n)]


def test_promotions_for_other_goods_are_not_looked_at() -> None:
    mine = a_promotion("mine", percent(10, TEA))
    assert looked_at(compile_promotions([*others(500), mine]), CART) == ["mine"]


def test_promotions_that_do_not_hold_now_are_not_looked_at() -> None:
    ended = [a_promotion(f"e{n}", percent(n + 1), schedule=Schedule(end=AT - timedelta(days=n))) for n in range(90)]
    later = [a_promotion(f"l{n}", percent(n + 1), schedule=Schedule(AT + timedelta(days=n + 1))) for n in range(90)]
    now = a_promotion("now", percent(10), schedule=Schedule(AT, AT + timedelta(seconds=1)))
    assert looked_at(compile_promotions([*ended, *later, now]), CART) == ["now"]


def test_promotions_behind_codes_cost_one_lookup_each_code() -> None:
    coded = [a_promotion(f"c{n}", off(n + 1), code=f"CODE{n}") for n in range(500)]
    compiled = compile_promotions(coded)
    assert looked_at(compiled, CART) == []
    held = a_cart(*CART.lines, codes=("code7",))
    assert evaluate(held, compiled, at=AT).discount_minor == 8


def test_what_a_promotion_cannot_do_without_is_asked_first() -> None:
    promotions = [
        a_promotion("segment", off(1), InSegment(("vip",))),
        a_promotion("channel", off(1), InChannel(("app",))),
        a_promotion("spend", off(1), MinimumSpend(500, Items(categories=("milk",)))),
        a_promotion("any", off(1)),
    ]
    assert looked_at(compile_promotions(promotions), CART) == ["any"]


def test_thresholds_out_of_reach_are_found_by_halving_and_only_the_nearest_told() -> None:
    promotions = [a_promotion(f"p{n:03}", off(1), MinimumSpend(100 * n, TEA)) for n in range(500)]
    assert len(looked_at(compile_promotions(promotions), CART)) == 10 + 3


def test_of_promotions_that_differ_in_one_number_only_the_best_reached_is_looked_at() -> None:
    promotions = [
        a_promotion(f"p{n}", percent(n), MinimumSpend(100 * n, TEA), exclusive_group="g") for n in range(1, 20)
    ]
    same = [a_promotion(f"q{n}", percent(n, TEA), exclusive_group="g") for n in range(1, 20)]
    compiled = compile_promotions([*promotions, *same])
    assert looked_at(compiled, CART) == ["p10", "p9", "q19"]
    assert evaluate(CART, compiled, at=AT).applied[0].promotion_id == "q19"


def test_where_the_first_of_a_group_wins_all_of_them_are_looked_at() -> None:
    promotions = [a_promotion(f"q{n}", percent(n, TEA), exclusive_group="g", priority=-n) for n in range(1, 20)]
    compiled = compile_promotions(promotions, policy=Policy(exclusive_choice="priority"))
    assert evaluate(CART, compiled, at=AT).applied[0].promotion_id == "q1"


def test_promotions_that_cannot_apply_never_change_an_evaluation() -> None:
    random = Random(5)
    for _ in range(50):
        cart, promotions = some_cart(random, full=True), full_promotions(random, most=5)
        alone = evaluate(cart, compile_promotions(promotions), at=AT)
        assert evaluate(cart, compile_promotions([*others(40), *promotions]), at=AT) == alone
