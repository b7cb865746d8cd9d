"""What a till refuses before anything is written, and which terms it takes."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import pytest

from counted_till import TEN_PERCENT, a_cart, left, limited, ordered
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Outcome, Refunded
from dealwright.till import Till, open_till


def test_a_promotion_that_one_process_puts_is_in_force_in_the_others_within_a_second(
    stored_url: str,
) -> None:
    with open_till(stored_url) as one, open_till(stored_url) as other:
        assert other.carts.price(a_cart()).total_minor == 1000
        one.promotions.put([TEN_PERCENT])
        assert one.carts.price(a_cart()).total_minor == 900
        time.sleep(0.6)  # others look twice a second
        assert other.carts.price(a_cart()).total_minor == 900
        one.promotions.retire("TEN")
        time.sleep(0.6)
        assert other.carts.price(a_cart()).total_minor == 1000


# Mistakes


def test_names_that_databases_dislike_are_kept_or_refused_and_never_break(till: Till) -> None:
    till.promotions.put([limited(total=9, per_customer=9)])
    for number, sku in enumerate(("a/b%", "茶" * 200, "x" * 200, "'; DROP TABLE till_accounts; --")):
        till.stock.load(sku, 3)
        ordered(till, a_cart(sku=sku, customer=f"c/{number}%"), f"o{number}")
        balance = till.stock.left(sku)
        assert balance is not None
        assert (balance.available, balance.used) == (1, 2)
    for customer in ("c" * 201, "a\0", "\ud800"):
        with pytest.raises(InputError, match="customer_id is text of 1 to 200 characters"):
            till.carts.price(a_cart(customer=customer))


@pytest.mark.parametrize("odd", ["", "a\0b", "a\nb", "\x1b[2J", "\x7f", "\ud800", "茶" * 201])
def test_names_that_no_event_could_tell_are_refused_at_the_door_all_at_once(till: Till, odd: str) -> None:
    """Else the order would be sold and never counted."""
    cart = Cart("EUR", (LineItem("1", "TEA", 1, 500), LineItem("2", odd, 1, 500)), shopper=Shopper(odd))
    with pytest.raises(InputError) as told:
        till.carts.hold(cart, key="k", order_id=odd)
    given = f"given {odd[:20]!r} of length {len(odd)}"
    rule = "is text of 1 to 200 characters without control characters"
    wanted = (f"order_id {rule}; {given}", *([f"customer_id {rule}; {given}"] if odd else []))
    assert told.value.problems == (*wanted, f"line '2': sku {rule}; {given}")
    with pytest.raises(InputError, match="sku is text of 1 to 200 characters without control characters"):
        till.stock.load(odd, 1)
    assert till.carts.by_key("k") == Outcome("unknown")


def test_a_cart_that_is_not_sound_is_refused_with_all_its_mistakes_and_nothing_is_written(till: Till) -> None:
    cart = Cart("EUR", (LineItem("1", "TEA", 0, 500), LineItem("1", "TEA", 1, -1)))
    with pytest.raises(InputError) as told:
        till.carts.hold(cart, key="k", order_id="o")
    assert len(told.value.problems) == 3
    assert till.carts.by_key("k") == Outcome("unknown")


@pytest.mark.parametrize("key", ["", "k" * 201, "a\0b"])
def test_a_key_is_text_of_a_bounded_length(till: Till, key: str) -> None:
    with pytest.raises(InputError, match="key is text of 1 to 200 characters"):
        till.carts.hold(a_cart(), key=key, order_id="o")
    assert till.carts.order("o") is None


def test_a_return_names_lines_and_whole_units(till: Till) -> None:
    ordered(till, a_cart(), "o1")
    with pytest.raises(InputError, match="name at least one line"):
        till.carts.return_lines("o1", {}, key="r")
    with pytest.raises(InputError, match="1 to 1000000000 units can be returned; given 0"):
        till.carts.return_lines("o1", {"1": 0}, key="r")


def test_terms_of_a_version_are_never_edited(till: Till) -> None:
    till.promotions.put([TEN_PERCENT])
    till.promotions.put([TEN_PERCENT])
    with pytest.raises(InputError, match="version 1 is stored with other terms"):
        till.promotions.put([replace(TEN_PERCENT, benefit=PercentOff(Fraction(50)))])
    assert till.promotions.all() == (TEN_PERCENT,)
    assert not till.promotions.retire("OTHER")
    assert till.promotions.retire("TEN")
    assert till.promotions.all() == ()


def test_a_lower_version_does_not_supersede_a_higher_one(till: Till) -> None:
    till.promotions.put([replace(TEN_PERCENT, version=1)])
    third = replace(TEN_PERCENT, version=3)
    till.promotions.put([third])
    for version in (1, 2):
        with pytest.raises(InputError, match=r"version 3 is in force; .* give the terms version 4 or higher"):
            till.promotions.put([replace(TEN_PERCENT, version=version)])
    assert till.promotions.all() == (third,)


def test_amounts_too_large_for_any_database_are_refused_and_the_largest_are_exact(till: Till) -> None:
    till.promotions.put([limited(total=10**15, budget_minor=10**15)])
    dear = Cart("EUR", (LineItem("1", "TEA", 10**9, 10**15),))
    with pytest.raises(InputError, match="a cart that is held costs at most"):
        till.carts.hold(dear, key="k", order_id="o")
    most = Cart("EUR", (LineItem("1", "TEA", 10, 10**15),))
    assert ordered(till, most, "o1").evaluation.discount_minor == 10**15
    assert left(till, "budget/TEN") == (0, 0, 10**15)
    cancelled = till.carts.cancel("o1", key="x")
    assert isinstance(cancelled, Refunded)
    assert cancelled.amount_minor == 9 * 10**15


def test_promotions_are_put_with_all_their_mistakes_told(till: Till) -> None:
    with pytest.raises(InputError) as told:
        till.promotions.put([replace(TEN_PERCENT, version=0), replace(TEN_PERCENT, version=2**31)])
    assert len(told.value.problems) == 3
    with pytest.raises(InputError, match="id is text of 1 to 200 characters"):
        till.promotions.put([replace(TEN_PERCENT, id="x" * 201)])
    assert till.promotions.all() == ()


def test_terms_that_could_not_be_read_again_are_refused_before_they_are_kept(stored_url: str) -> None:
    with open_till(stored_url) as till:
        with pytest.raises(InputError, match=r"limits\.total: give a whole number of at most 18 digits"):
            till.promotions.put([limited(total=10**30)])
        assert till.carts.price(a_cart()).total_minor == 1000
