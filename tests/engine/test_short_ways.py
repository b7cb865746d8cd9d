"""The short ways to an amount come to what the long way comes to, to the cent."""

from __future__ import annotations

from random import Random

from dealwright.core.cart import Cart, LineItem
from dealwright.engine.applying import grant_of
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Single, Unmet
from dealwright.engine.index import compile_promotions
from dealwright.engine.usage import NO_USAGE
from till_carts import AT, a_promotion
from till_random import any_benefit, some_policy


def test_what_a_benefit_says_it_saves_on_one_line_of_equal_units_is_what_it_gives() -> None:
    random, n_told = Random(7), 0
    for _ in range(6_000):
        quantity, price, policy = random.randint(1, 9), random.randint(1, 900), some_policy(random)
        cart = Cart("EUR", (LineItem("1", "tea", quantity, price, categories=("tea",)),))
        compiled = compile_promotions([a_promotion("p", any_benefit(random))], policy=policy)
        rule, net = compiled.rules[0], quantity * price
        facts = Facts(cart, at=AT, policy=policy, usage=NO_USAGE, matchers=compiled.matchers)
        goods = Goods(facts, facts.regular, [None], [])
        if not facts.matched(rule.reads[0]):
            continue
        given = grant_of(rule, goods)
        if rule.saving is not None:
            said = rule.saving(Single(net, quantity, price, net, policy.rounding))
            n_told += bool(said)
            if isinstance(said, Unmet):
                assert said == given
            elif said:
                assert not isinstance(given, Unmet)
                assert said == given.amount_minor
        offs = rule.plain([net], (0,), [quantity]) if rule.plain is not None else None
        if offs:
            assert not isinstance(given, Unmet)
            assert [(cut.line, cut.amount_minor) for cut in given.cuts] == offs
    assert n_told > 500
