"""Bodies become the shape that is asked for, or all of their mistakes are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_bodies import a_cart, a_line
from dealwright.api.bodies import Reader
from dealwright.api.mistakes import mistakes
from dealwright.api.problems import Problem, ProblemError
from dealwright.api.reading import read_json
from dealwright.api.wire.carts import CartBody, Evaluate, to_cart
from dealwright.core.cart import Cart, LineItem

READER = Reader(Evaluate)


def refused(body: bytes) -> Problem:
    with pytest.raises(ProblemError) as caught:
        READER.read(body)
    return caught.value.problem


def of_cart(**given: Any) -> bytes:
    return json.dumps({"cart": a_cart(**given)}).encode()


def test_a_body_of_the_right_shape_is_read() -> None:
    body = READER.read(of_cart(codes=["TEA10"]))
    assert body.cart.codes == ("TEA10",)
    assert body.cart.lines[0].unit_price_minor == 450
    assert body.at is None


def test_all_mistakes_are_told_at_once_each_with_its_place_and_the_name_that_was_meant() -> None:
    told = refused(
        json.dumps(
            {"cart": a_cart(currency="eur", lines=[a_line(quantity=0, prise=5)], coupons=[]), "att": 1}
        ).encode()
    )
    assert told.status == 422
    assert told.problems == (
        "att: no field is called so; did you mean 'at'?",
        "cart.coupons: no field is called so; allowed: arms, channel, codes, currency, deliveries, lines, "
        "payment_method, price_basis, region, shopper, store",
        'cart.currency: give a currency of ISO 4217 in capitals, like EUR; given "eur"',
        "cart.lines[0].prise: no field is called so; allowed: brand, categories, floor_minor, is_discountable, "
        "is_gift, line, product, quantity, sku, store, tags, tax_percent, unit_price_minor",
        "cart.lines[0].quantity: give 1 to 1000000000; given 0",
    )


def test_a_missing_field_is_named() -> None:
    assert refused(b'{"cart": {"currency": "EUR"}}').problems == ("cart.lines: it is missing",)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1.0", 'give a whole number, or decimals as text like "10.5"; given 1.0'),
        ("1e2", 'give a whole number, or decimals as text like "10.5"; given 1e2'),
        ("1e999", 'give a whole number, or decimals as text like "10.5"; given 1e999'),
        ("NaN", 'give a whole number, or decimals as text like "10.5"; given NaN'),
        ("true", "give a whole number; given true"),
        ('"5"', 'give a whole number; given "5"'),
        ("null", "give a whole number; given null"),
        ("-1", "give 0 to 1000000000000000; given -1"),
        ("1000000000000001", "give 0 to 1000000000000000; given 1000000000000001"),
        ("9" * 5000, "give a whole number of at most 18 digits; given 5000 characters"),
    ],
)
def test_money_is_a_whole_number_of_minor_units_and_nothing_else(number: str, told: str) -> None:
    body = of_cart(lines=[a_line(unit_price_minor=777)]).replace(b"777", number.encode())
    assert refused(body).problems == (f"cart.lines[0].unit_price_minor: {told}",)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "this is not JSON: Expecting value at line 1, column 1"),
        (b'{"cart": ', "this is not JSON: Expecting value at line 1, column 10"),
        (b'{"cart": {}} x', "this is not JSON: Extra data at line 1, column 14"),
        (b'{"cart": "\xff"}', "this is not JSON in UTF-8: byte 10 does not fit; save it as UTF-8"),
        (b"[" * 21 + b"]" * 21, "the JSON text is nested 21 deep; 20 is the most"),
        (b'{"cart": ' + b"[" * 100_000, "the JSON text is nested 100001 deep; 20 is the most"),
    ],
)
def test_what_is_not_json_is_a_bad_request(body: bytes, told: str) -> None:
    problem = refused(body)
    assert (problem.status, problem.code, problem.detail) == (400, "malformed_json", told)


def test_text_that_no_database_can_store_is_refused() -> None:
    sentence = "the text holds a NUL or half a surrogate pair; drop it"
    assert refused(of_cart(store="a\0b")).problems == (f"cart.store: {sentence}",)
    assert refused(of_cart(store="a\ud800")).problems == (f"cart.store: {sentence}",)
    assert refused(of_cart(arms={"a\0": "b"})).problems == (
        "cart.arms: a field's name holds a NUL or half a surrogate pair; drop it",
    )


def test_a_backslash_before_u0000_is_text_like_any_other() -> None:
    assert READER.read(of_cart(store="\\u0000")).cart.store == "\\u0000"


def test_501_lines_and_long_texts_are_refused_without_listing_each() -> None:
    lines = [a_line(line=str(number)) for number in range(501)]
    assert refused(of_cart(lines=lines)).problems == ("cart.lines: at most 500 entries; given 501",)
    assert refused(of_cart(store="x" * 5_000)).problems == ("cart.store: at most 200 characters; given 5000",)


def test_of_a_thousand_mistakes_fifty_are_listed() -> None:
    lines = [a_line(line=str(number), quantity=0, unit_price_minor=-1, sku="") for number in range(400)]
    problem = refused(of_cart(lines=lines))
    assert len(problem.problems) == 51
    assert problem.problems[-1] == "and 1 more"


def test_an_instant_needs_its_zone() -> None:
    told = refused(json.dumps({"cart": a_cart(), "at": "2026-11-11T00:00:00"}).encode())
    assert told.problems == (
        'at: give an instant with its zone, like "2026-11-11T00:00:00+08:00"; given "2026-11-11T00:00:00"',
    )


NUMBERS = (0, 1, -1, 10**9, 10**9 + 1, 10**15, 10**15 + 1, 10**17, True, False, None)
TEXTS = ("", "x", "EUR", "x" * 201, "2026-11-11", "2026-11-11T00:00:00Z", "10.5", "gross")
PARTS: tuple[Any, ...] = ([], [1], ["x"], {}, {"x": 1}, {"x": "y"})
JUNK = st.sampled_from((*NUMBERS, *TEXTS, *PARTS))
FIELDS = st.sampled_from([*CartBody.__struct_fields__, *a_line(), "tax_percent", "is_gift", "tags", "extra"])


@given(st.dictionaries(FIELDS, JUNK, max_size=3), st.dictionaries(FIELDS, JUNK, max_size=3), JUNK)
@settings(max_examples=300, deadline=None)
def test_the_fast_way_and_the_careful_way_agree_on_what_is_right(
    of_the_cart: dict[str, Any], of_the_line: dict[str, Any], at: Any
) -> None:
    given = {"cart": {**a_cart(lines=[a_line(**of_the_line)]), **of_the_cart}, "at": at}
    body = json.dumps(given).encode()
    told = mistakes(read_json(body), Evaluate)
    if told:
        assert list(refused(body).problems) == told
    else:
        READER.read(body)


TWICE = "the field is there twice; give it once"


@pytest.mark.parametrize(
    ("name", "first", "place"),
    [
        ("cart", "{}", "cart"),
        ("currency", '"EUR"', "cart.currency"),
        ("sku", '"TEA"', "cart.lines[0].sku"),
        ("app:dark", '"x: y"', "cart.arms.app:dark"),
    ],
)
def test_a_field_that_is_there_twice_is_refused_wherever_it_is(name: str, first: str, place: str) -> None:
    body = of_cart(arms={"app:dark": "on: yes"}).decode()
    twice = body.replace(f'"{name}":', f'"{name}": {first}, "{name}" :')
    assert refused(twice.encode()).problems == (f"{place}: {TWICE}",)


def test_a_colon_that_hides_in_an_escape_does_not_hide_a_field_that_is_there_twice() -> None:
    body = of_cart(store="a~b").replace(b"~", b"\\u003a").replace(b'"currency":', b'"currency": "USD", "currency":')
    assert refused(body).problems == (f"cart.currency: {TWICE}",)
    escaped = of_cart().replace(b'"currency":', b'"currency": "USD", "\\u0063urrency":')
    assert refused(escaped).problems == (f"cart.currency: {TWICE}",)


def test_an_instant_that_is_written_anew_with_a_colon_more_does_not_hide_a_field_that_is_there_twice() -> None:
    twice = {"cart": a_cart(), "at": "2026-11-11T00:00:00+0800", "reasons": "near"}
    body = json.dumps(twice).replace('"reasons":', '"reasons": "none", "reasons":').encode()
    assert refused(body).problems == (f"reasons: {TWICE}",)


def test_what_is_as_usual_may_be_said_or_left_out() -> None:
    line = {"sku": "TEA", "line": "1", "quantity": 2, "unit_price_minor": 450}
    usual = {"floor_minor": 0, "tags": [], "tax_percent": "0", "is_gift": False, "brand": ""}
    more = {"codes": [], "arms": {}, "shopper": {}, "price_basis": "as_given"}
    terse = {"currency": "EUR", "lines": [line]}
    wordy = {"currency": "EUR", "lines": [{**line, **usual}], **more}
    short, long = (READER.read(json.dumps({"cart": cart}).encode()).cart for cart in (terse, wordy))
    assert to_cart(short) == to_cart(long) == Cart("EUR", (LineItem("1", "TEA", 2, 450),))


def test_colons_in_texts_are_no_fields() -> None:
    cart = READER.read(of_cart(store="a:b", region='"c":', arms={"d:": ":::"})).cart
    assert (cart.store, cart.region, cart.arms) == ("a:b", '"c":', {"d:": ":::"})
    assert READER.read(of_cart(store="a~b").replace(b"~", b"\\u003A")).cart.store == "a:b"
