"""A signed quote says one thing: whatever else the text is made to say is noticed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Refused
from dealwright.engine.quote import SignedQuote, checked_keys, digest_of, read_signed, sign
from till_carts import priced
from till_random import full_promotions, some_cart, some_policy

KEY, OTHER = b"the key of this shop", b"the key of another shop"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
CART = Cart(
    "EUR",
    (
        LineItem(
            "1",
            "TEA",
            2,
            450,
            product="teas",
            categories=("drinks",),
            brand="Hill",
            tags=("new",),
            store="north",
            floor_minor=100,
            tax_percent=Fraction(7),
        ),
    ),
    (Delivery("post", 390),),
    Shopper("c-42", ("club",), 3, "2024-01-02", 70),
    ("TEA10",),
    "north",
    "app",
    "BE",
    "card",
    {"colour": "treatment"},
    "gross",
)
QUOTE = SignedQuote(digest_of(CART), "EUR", 810, {"TEN": 3}, NOON, NOON + timedelta(minutes=15))

quotes = st.builds(
    SignedQuote,
    cart=st.text(string.hexdigits, min_size=64, max_size=64),
    currency=st.sampled_from(["EUR", "CNY", "JPY"]),
    total_minor=st.integers(0, 2**62),
    promotions=st.dictionaries(st.text(min_size=1, max_size=20), st.integers(1, 2**31 - 1), max_size=5),
    at=st.datetimes(timezones=st.just(UTC)),
    expires_at=st.datetimes(timezones=st.just(UTC)),
)


def code_of(answer: SignedQuote | Refused) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


@given(quotes)
def test_what_was_signed_is_read_with_any_key_that_is_in_use(quote: SignedQuote) -> None:
    assert read_signed(sign(quote, KEY), (KEY,)) == quote
    assert read_signed(sign(quote, KEY), (OTHER, KEY)) == quote
    assert code_of(read_signed(sign(quote, KEY), (OTHER,))) == "quote_foreign"
    assert code_of(read_signed(sign(quote, KEY), ())) == "quote_foreign"


@given(quotes, quotes, st.sampled_from([one.name for one in fields(SignedQuote)]))
def test_a_change_of_any_field_is_noticed(quote: SignedQuote, other: SignedQuote, field: str) -> None:
    """The field of another quote is put in, and the seal of the true one is kept."""
    assume(getattr(quote, field) != getattr(other, field))
    forged = sign(replace(quote, **{field: getattr(other, field)}), KEY)
    seal = sign(quote, KEY).rpartition(".")[2]
    assert code_of(read_signed(f"{forged.rpartition('.')[0]}.{seal}", (KEY,))) == "quote_tampered"


@given(st.data())
def test_a_change_of_any_character_is_noticed(data: st.DataObject) -> None:
    """Also of the last one, whose spare bits say nothing in base64."""
    text = sign(QUOTE, KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_.=+/ ü\0"))
    assume(letter != text[place])
    changed = text[:place] + letter + text[place + 1 :]
    assert code_of(read_signed(changed, (KEY,))) in ("quote_tampered", "quote_foreign")


@given(st.integers(0, 400), st.text(max_size=5))
def test_what_is_cut_off_or_added_is_noticed(kept: int, more: str) -> None:
    text = sign(QUOTE, KEY)
    assume(text[:kept] + more != text)
    assert code_of(read_signed(text[:kept] + more, (KEY,))) in ("quote_tampered", "quote_foreign")


@given(st.text() | st.text("dwq1.=-_" + string.ascii_letters))
def test_any_other_text_is_no_quote(text: str) -> None:
    assert code_of(read_signed(text, (KEY,))) in ("quote_tampered", "quote_foreign")


def test_a_quote_in_the_name_of_our_key_is_not_believed_by_its_name() -> None:
    form, name, body, _ = sign(QUOTE, KEY).split(".")
    seal = sign(QUOTE, OTHER).rpartition(".")[2]
    assert code_of(read_signed(f"{form}.{name}.{body}.{seal}", (KEY,))) == "quote_tampered"


def test_whoever_has_the_key_can_check_a_quote_without_us() -> None:
    signed, _, seal = sign(QUOTE, KEY).rpartition(".")
    wanted = hmac.new(KEY, signed.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(seal + "=") == wanted
    said = signed.split(".")[2]
    assert json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))) == {
        "cart": digest_of(CART),
        "currency": "EUR",
        "total_minor": 810,
        "promotions": {"TEN": 3},
        "at": "2024-05-01T12:00:00+00:00",
        "expires_at": "2024-05-01T12:15:00+00:00",
    }


_CHANGES: dict[str, Any] = {
    "currency": "CNY",
    "lines": (),
    "deliveries": (),
    "shopper": Shopper("c-43"),
    "codes": ("TEA10", "TEA11"),
    "store": "south",
    "channel": "web",
    "region": "BB",
    "payment_method": "invoice",
    "arms": {"colour": "holdout"},
    "price_basis": "net",
}
_LINE_CHANGES: dict[str, Any] = {
    "line": "2",
    "sku": "MILK",
    "quantity": 3,
    "unit_price_minor": 449,
    "product": "milks",
    "categories": (),
    "brand": "Dale",
    "tags": ("new", "old"),
    "store": "south",
    "floor_minor": 99,
    "tax_percent": Fraction(19),
    "is_discountable": False,
    "is_gift": True,
}


@pytest.mark.parametrize("field", [one.name for one in fields(Cart)])
def test_a_cart_that_differs_in_any_part_is_another_cart(field: str) -> None:
    assert digest_of(replace(CART, **{field: _CHANGES[field]})) != digest_of(CART)


@pytest.mark.parametrize("field", [one.name for one in fields(LineItem)])
def test_a_line_that_differs_in_any_part_makes_another_cart(field: str) -> None:
    line = replace(CART.lines[0], **{field: _LINE_CHANGES[field]})
    assert digest_of(replace(CART, lines=(line,))) != digest_of(CART)


def test_the_same_cart_has_the_same_digest_whatever_the_order_of_its_arms() -> None:
    one, other = replace(CART, arms={"a": "x", "b": "y"}), replace(CART, arms={"b": "y", "a": "x"})
    assert digest_of(one) == digest_of(other)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32 - 1).map(Random))
def test_a_cart_priced_by_nothing_but_the_promotions_it_got_gets_the_same_again(random: Random) -> None:
    """So a quote needs to name no others to be kept."""
    cart, promotions, policy = some_cart(random, full=True), full_promotions(random, most=7), some_policy(random)
    found = priced(cart, promotions, policy=policy)
    got = {one.promotion_id for one in found.applied}
    again = priced(cart, [one for one in promotions if one.id in got], policy=policy)
    assert (again.lines, again.deliveries, again.applied) == (found.lines, found.deliveries, found.applied)


def test_keys_that_can_be_guessed_are_refused_all_at_once() -> None:
    with pytest.raises(InputError) as mistake:
        checked_keys((KEY, b"short", b""))
    assert mistake.value.problems == (
        "a key for quotes has at least 16 bytes; the 2. has 5",
        "a key for quotes has at least 16 bytes; the 3. has 0",
    )


def test_a_quote_longer_than_can_be_sent_is_not_made() -> None:
    many = replace(QUOTE, promotions={f"{number:0200}": 1 for number in range(300)})
    with pytest.raises(InputError, match="300 promotions are too many for one quote"):
        sign(many, KEY)
