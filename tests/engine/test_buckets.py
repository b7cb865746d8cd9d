"""What a cart reaches: no minimum is a minimum of nothing, and what is outdone is not looked at."""

from __future__ import annotations

from dealwright.campaign.items import Items
from dealwright.engine.buckets import buckets_of
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.index import compile_promotions
from till_carts import a_promotion, off, percent

TEA = Items(categories=("tea",))


def test_promotions_without_a_minimum_spend_are_reached_by_any_amount_together_with_those_that_have_one() -> None:
    promotions = [a_promotion("always", off(1)), a_promotion("from ten", off(2), MinimumSpend(1000))]
    (bucket,) = buckets_of(compile_promotions(promotions).rules)
    assert [rule.id for rule in bucket.answer(0).open.rules] == ["always"]
    assert [rule.id for rule in bucket.answer(0).short] == ["from ten"]
    assert sorted(rule.id for rule in bucket.answer(1000).open.rules) == ["always", "from ten"]


def test_minimum_spends_on_other_goods_are_looked_up_apart() -> None:
    promotions = [
        a_promotion("tea", off(1), MinimumSpend(500, TEA)),
        a_promotion("more tea", off(1), MinimumSpend(900, TEA)),
        a_promotion("cart", off(1), MinimumSpend(500)),
        a_promotion("any", off(1)),
    ]
    cart, tea = buckets_of(compile_promotions(promotions).rules)
    assert [rule.id for rule in tea.rules] == ["any", "tea", "more tea"]
    assert [rule.id for rule in cart.rules] == ["cart"]


def test_a_weaker_promotion_that_asks_for_a_minimum_is_outdone_by_a_stronger_one_that_asks_for_nothing() -> None:
    promotions = [
        a_promotion("strong", percent(20, TEA), exclusive_group="g"),
        a_promotion("weak", percent(10, TEA), MinimumSpend(1000), exclusive_group="g"),
        a_promotion("strongest", percent(30, TEA), MinimumSpend(2000), exclusive_group="g"),
    ]
    (bucket,) = buckets_of(compile_promotions(promotions).rules)
    assert [rule.id for rule in bucket.answer(1999).open.rules] == ["strong"]
    assert [rule.id for rule in bucket.answer(2000).open.rules] == ["strongest"]


def test_promotions_that_share_a_condition_are_asked_as_one() -> None:
    vip, staff = InSegment(("vip",)), InSegment(("staff",))
    promotions = [a_promotion("v1", off(1), vip), a_promotion("v2", off(2), vip), a_promotion("s", off(3), staff)]
    (bucket,) = buckets_of(compile_promotions(promotions).rules)
    answer = bucket.answer(0)
    assert [[rule.id for rule in apart.rules] for apart in answer.checked] == [["s"], ["v1", "v2"]]
    assert answer.bars == {apart.bar for apart in answer.checked}
    assert not answer.is_open
