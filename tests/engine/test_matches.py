"""Matching alone: which promotions hold, whoever of them would win."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from dealwright.campaign.items import Items
from dealwright.campaign.schedule import Schedule
from dealwright.core.errors import InputError
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.eligibility import refused_in_full
from dealwright.engine.facts import Facts
from dealwright.engine.held import held_rules
from dealwright.engine.index import compile_promotions
from dealwright.engine.matches import matches
from dealwright.engine.policy import DEFAULT_POLICY
from dealwright.engine.stage import values_of
from dealwright.engine.usage import NO_USAGE
from till_carts import AT, a_cart, a_line, a_promotion, off, percent
from till_random import full_promotions, some_cart

TEA = Items(categories=("tea",))
CART = a_cart(a_line("1", 2, 450, sku="green", categories=("tea",)))


def test_all_promotions_whose_conditions_hold_are_found_also_those_that_another_one_beats() -> None:
    promotions = [
        a_promotion("weak", percent(5, TEA), exclusive_group="g"),
        a_promotion("strong", percent(20, TEA), exclusive_group="g"),
        a_promotion("exactly", off(100, TEA), MinimumSpend(900)),
        a_promotion("a cent more", off(100, TEA), MinimumSpend(901)),
        a_promotion("members", off(1, TEA), InSegment(("vip",))),
        a_promotion("milk", percent(5, Items(categories=("milk",)))),
        a_promotion("any goods", percent(5)),
        a_promotion("ended", percent(5, TEA), schedule=Schedule(end=AT - timedelta(days=1))),
    ]
    found = matches(CART, compile_promotions(promotions), at=AT)
    assert sorted(found) == ["any goods", "exactly", "strong", "weak"]


def test_a_promotion_behind_a_code_matches_when_its_code_is_held() -> None:
    compiled = compile_promotions([a_promotion("coded", off(1), code="WELCOME")])
    assert matches(CART, compiled, at=AT) == []
    assert matches(a_cart(*CART.lines, codes=("welcome",)), compiled, at=AT) == ["coded"]


def test_a_promotion_for_several_categories_of_the_cart_matches_once() -> None:
    compiled = compile_promotions([a_promotion("both", percent(5, Items(categories=("tea", "milk"))))])
    cart = a_cart(*CART.lines, a_line("2", 1, 100, categories=("milk",)))
    assert matches(cart, compiled, at=AT) == ["both"]


def test_matching_finds_what_asking_every_promotion_finds() -> None:
    random, n_found = Random(11), 0
    for _ in range(150):
        cart, promotions = some_cart(random, full=True), full_promotions(random, most=12)
        compiled = compile_promotions(promotions)
        facts = Facts(cart, at=AT, policy=DEFAULT_POLICY, usage=NO_USAGE, matchers=compiled.matchers)
        asked = [
            rule.id
            for rule in compiled.rules
            if (not rule.promotion.needs_code or rule.id in held_rules(compiled, facts).code_of)
            and refused_in_full(rule, facts) is None
            and (rule.keys is None or set(rule.keys.values) & set(values_of(facts, rule.keys.attribute)))
            and (rule.is_delivery or not rule.reads[0].needs or facts.matched(rule.reads[0]))
            and not any(check(facts) for check in rule.late_checks)
        ]
        assert sorted(matches(cart, compiled, at=AT)) == sorted(asked)
        n_found += len(asked)
    assert n_found > 100


def test_what_a_gift_is_worth_and_what_category_it_has_lets_no_promotion_in() -> None:
    compiled = compile_promotions(
        [a_promotion("tea", off(1, TEA)), a_promotion("spend", off(1), MinimumSpend(901))]
    )
    given = replace(a_line("2", 1, 300, categories=("milk",)), is_gift=True)
    assert matches(a_cart(given), compiled, at=AT) == []
    assert matches(a_cart(*CART.lines, given), compiled, at=AT) == ["tea"]


def test_a_moment_without_a_time_zone_and_a_line_without_units_are_refused() -> None:
    compiled = compile_promotions([])
    with pytest.raises(InputError, match="time zone"):
        matches(CART, compiled, at=datetime(2030, 1, 1))
    with pytest.raises(InputError, match="quantity is 1 to"):
        matches(a_cart(a_line("1", 0, 450)), compiled, at=AT)
