"""What comes back when goods do."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.refund import RefundedLine, refund
from till_carts import a_cart, a_line, a_promotion, off, percent, priced


def test_units_that_stay_keep_their_discount() -> None:
    order = priced(a_cart(a_line("a", 20, 1000)), [a_promotion("x", percent(40))])
    back = refund(order, {"a": 18})
    assert (back.amount_minor, order.total_minor - back.total_minor) == (10_800, 1200)


def test_a_returned_line_leaves_its_share_of_the_discount_with_it() -> None:
    cart = a_cart(a_line("a", 1, 3000), a_line("b", 1, 1000))
    order = priced(cart, [a_promotion("x", off(400), MinimumSpend(4000))])
    assert refund(order, {"b": 1}).amount_minor == 900
    assert refund(order, {"a": 1}, already={"b": 1}).amount_minor == 2700


def test_of_three_for_two_each_unit_is_worth_two_thirds() -> None:
    order = priced(a_cart(a_line("a", 3, 1000)), [a_promotion("x", BuyGet(2, 1))])
    parts = [refund(order, {"a": 1}, already={"a": n}).amount_minor for n in range(3)]
    assert parts == [667, 666, 667]


def test_delivery_comes_back_with_the_last_unit() -> None:
    order = priced(a_cart(a_line("a", 2, 1000), fee=490), [])
    assert refund(order, {"a": 1}).delivery_minor == 0
    last = refund(order, {"a": 1}, already={"a": 1})
    assert (last.delivery_minor, last.total_minor) == (490, 1490)
    assert refund(order, {"a": 2}).total_minor == 2490


def test_delivery_of_a_free_cart_comes_back_once() -> None:
    order = priced(a_cart(a_line("a", 2, 0), fee=490), [])
    parts = [refund(order, {"a": 1}, already={"a": n}).total_minor for n in range(2)]
    assert parts == [0, 490]


def test_nothing_returned_gives_nothing_back() -> None:
    order = priced(a_cart(a_line("a", 2, 1000), fee=490), [])
    assert refund(order, {"a": 0}).lines == ()
    assert refund(order, {}).total_minor == 0
    assert refund(order, {"a": 1}).lines == (RefundedLine("a", 1, 1000),)


def test_more_than_was_bought_or_another_line_cannot_come_back() -> None:
    order = priced(a_cart(a_line("a", 2, 1000)), [])
    with pytest.raises(InputError, match="2 problems"):
        refund(order, {"a": 2, "z": 1}, already={"a": 1})
    with pytest.raises(InputError, match="line 'a': -1 more cannot come back; 2 are kept"):
        refund(order, {"a": -1})
