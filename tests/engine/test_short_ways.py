"""The short ways to an amount come to what the long way comes to, to the cent."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from dealwright.campaign.items import Items
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.applying import grant_of
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Extent, Single, Unmet
from dealwright.engine.index import compile_promotions
from dealwright.engine.policy import DEFAULT_POLICY
from dealwright.engine.short_ways import Terms
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


def test_equal_terms_on_other_goods_share_their_short_ways_and_other_terms_do_not() -> None:
    terms, tea, milk = Terms(DEFAULT_POLICY), Items(categories=("tea",)), Items(categories=("milk",))
    on_tea = terms.short_ways(PercentOff(Fraction(10), tea))
    assert terms.short_ways(PercentOff(Fraction(10), milk)) is on_tea
    assert terms.short_ways(PercentOff(Fraction(11), tea)) is not on_tea
    assert terms.short_ways(PercentOff(Fraction(10), tea, cap_minor=500)) is not on_tea


def test_getting_what_was_bought_and_getting_something_else_are_other_terms() -> None:
    terms, tea, milk = Terms(DEFAULT_POLICY), Items(categories=("tea",)), Items(categories=("milk",))
    same = terms.short_ways(BuyGet(2, 1, tea, tea))
    assert terms.short_ways(BuyGet(2, 1, milk, milk)) is same
    other = terms.short_ways(BuyGet(2, 1, tea, milk))
    three = Extent(1, 3, 900, 900, is_whole=True)
    assert same.ceiling is not None
    assert other.ceiling is not None
    assert (same.ceiling(three), other.ceiling(three)) == (300, 900)
