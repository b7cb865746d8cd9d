"""A signed quote is kept by the hold: the shown price is the price at checkout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counted_till import TEN_PERCENT, a_cart, held, left, limited, refused
from dealwright.campaign.coupon import Batch
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem
from dealwright.core.errors import InputError
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Held, Order
from dealwright.engine.quote import SignedQuote
from dealwright.till import Quote, Till, open_till
from ledgers import NOON, CountedIds, SetClock

KEY, OTHER = b"the key of this shop", b"the key of another shop"
TWENTY = replace(TEN_PERCENT, version=2, benefit=PercentOff(Fraction(20)))
FIVE = replace(TEN_PERCENT, version=2, benefit=PercentOff(Fraction(5)))


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:
    with open_till(till_url, clock=clock, ids=CountedIds(), quote_keys=(KEY,)) as opened:
        yield opened
        assert opened.audit() == ()


def quoted(till: Till, cart: Cart, seconds: int = 900) -> str:
    return till.carts.quote(cart, seconds=seconds).text


def hold(till: Till, quote: Quote | str, cart: Cart | None = None, *, key: str = "k") -> object:
    return till.carts.hold(cart or a_cart(), key=key, order_id=f"o {key}", quote=quote)


def test_a_quote_tells_the_price_its_promotions_and_until_when_and_writes_nothing(till: Till) -> None:
    till.promotions.put([TEN_PERCENT])
    found = till.carts.quote(a_cart(), seconds=60)
    assert (found.quote.total_minor, found.quote.promotions) == (900, {"TEN": 1})
    assert (found.quote.at, found.quote.expires_at) == (NOON, NOON + timedelta(seconds=60))
    assert found.evaluation.total_minor == 900
    assert till.carts.read_quote(found.text, cart=a_cart()) == found.quote
    assert till.audit() == ()
    assert till.ledger.outbox.pending(10) == ()


@pytest.mark.parametrize("change", ["retired", "dearer", "over"])
def test_the_price_of_a_quote_is_kept_when_its_promotion_ends_or_is_superseded(
    till: Till, clock: SetClock, change: str
) -> None:
    ends = Schedule(end=NOON + timedelta(seconds=10))
    till.promotions.put([replace(TEN_PERCENT, schedule=ends) if change == "over" else TEN_PERCENT])
    text = quoted(till, a_cart())
    if change == "retired":
        till.promotions.retire("TEN")
    elif change == "dearer":
        till.promotions.put([FIVE])
    clock.forward(20)
    assert till.carts.price(a_cart()).total_minor == (950 if change == "dearer" else 1000)
    got = hold(till, text)
    assert isinstance(got, Held)
    assert got.evaluation.total_minor == 900
    assert [(one.promotion_id, one.version) for one in got.evaluation.applied] == [("TEN", 1)]
    assert got.evaluation.at == NOON
    order = till.carts.commit(got.hold_id, key="c")
    assert isinstance(order, Order)
    assert order.evaluation.total_minor == 900


def test_a_price_that_has_fallen_since_the_quote_is_the_one_that_is_held(till: Till, clock: SetClock) -> None:
    till.promotions.put([TEN_PERCENT])
    text = quoted(till, a_cart())
    till.promotions.put([TWENTY])
    clock.forward(1)
    got = hold(till, text)
    assert isinstance(got, Held)
    assert (got.evaluation.total_minor, got.evaluation.at) == (800, NOON + timedelta(seconds=1))


def test_a_gift_of_the_quote_is_kept_although_the_price_is_the_same_without_it(till: Till) -> None:
    till.promotions.put([Promotion("MUG", "EUR", FreeGift("MUG", 1))])
    text = quoted(till, a_cart())
    till.promotions.retire("MUG")
    got = hold(till, text)
    assert isinstance(got, Held)
    assert [gift.sku for one in got.evaluation.applied for gift in one.gifts] == ["MUG"]


def test_a_coupon_that_runs_out_after_the_quote_is_still_taken(till: Till, clock: SetClock) -> None:
    till.promotions.put([replace(TEN_PERCENT, batch="b")])
    batch = Batch("b", "TEN", 1, schedule=Schedule(end=NOON + timedelta(seconds=10)))
    (code,) = till.coupons.issue(batch).codes
    cart = a_cart(codes=(code,))
    text = quoted(till, cart)
    clock.forward(10)
    assert till.carts.price(cart).total_minor == 1000
    got = hold(till, text, cart)
    assert isinstance(got, Held)
    assert got.evaluation.total_minor == 900


def test_a_quote_sets_nothing_aside_so_limits_that_others_reached_refuse_the_hold(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    text = quoted(till, a_cart())
    held(till, a_cart(customer="c2"), "o2")
    no = refused(hold(till, text), "limit_reached")
    assert no.promotion_id == "TEN"
    assert left(till, "uses/TEN") == (0, 1, 0)


def test_a_kept_price_draws_on_the_limits_of_its_promotion(till: Till) -> None:
    till.promotions.put([limited(total=2, budget_minor=150)])
    text = quoted(till, a_cart())
    till.promotions.retire("TEN")
    assert isinstance(hold(till, text, key="a"), Held)
    assert left(till, "uses/TEN") == (1, 1, 0)
    assert left(till, "budget/TEN") == (50, 100, 0)
    refused(hold(till, text, key="b"), "budget_exceeded")


def test_a_budget_that_was_cut_since_the_quote_stays_cut(till: Till) -> None:
    till.promotions.put([limited(budget_minor=500, per_customer=1)])
    text = quoted(till, a_cart())
    till.promotions.put([limited(version=2, budget_minor=50)])
    no = refused(hold(till, text, key="cut"), "budget_exceeded")
    assert no.promotion_id == "TEN"
    till.promotions.put([limited(version=3, budget_minor=300)])
    till.promotions.put([replace(FIVE, version=4, limits=Limits(budget_minor=300))])
    got = hold(till, text, key="raised")
    assert isinstance(got, Held)
    assert got.evaluation.total_minor == 900
    assert left(till, "budget/TEN") == (200, 100, 0)
    refused(hold(till, text, key="once more"), "customer_limit_reached")


def test_a_quote_that_has_expired_is_refused_to_the_second(till: Till, clock: SetClock) -> None:
    till.promotions.put([TEN_PERCENT])
    text = quoted(till, a_cart(), seconds=60)
    clock.forward(60)
    no = refused(hold(till, text), "quote_expired")
    assert no.reason == "the quote held until 2024-05-01T12:01:00+00:00; quote the cart again"
    refused(till.carts.read_quote(text), "quote_expired")
    clock.time = NOON + timedelta(seconds=59.9)
    assert isinstance(hold(till, text, key="in time"), Held)


def test_the_same_request_gets_the_same_answer_although_its_quote_has_ended(till: Till, clock: SetClock) -> None:
    till.promotions.put([TEN_PERCENT])
    text = quoted(till, a_cart(), seconds=60)
    first = hold(till, text)
    clock.forward(61)
    assert hold(till, text) == first
    no = hold(till, text, key="new")
    assert hold(till, text, key="new") == no
    refused(no, "quote_expired")


def test_a_quote_of_another_cart_is_refused(till: Till) -> None:
    till.promotions.put([TEN_PERCENT])
    text = quoted(till, a_cart())
    for key, cart in (
        ("more", a_cart(units=3)),
        ("somebody else", a_cart(customer="c2")),
        ("another price", Cart("EUR", (LineItem("1", "TEA", 2, 499),), shopper=a_cart().shopper)),
    ):
        refused(hold(till, text, cart, key=key), "quote_other_cart")
    assert isinstance(hold(till, text), Held)


def test_quotes_of_others_and_quotes_that_were_changed_are_refused(till: Till) -> None:
    text = quoted(till, a_cart())
    with open_till("memory:", quote_keys=(OTHER,)) as another:
        refused(hold(till, another.carts.quote(a_cart()).text, key="foreign"), "quote_foreign")
    form, name, said, seal = text.split(".")
    refused(hold(till, f"{form}.{name}.{said}A.{seal}", key="tampered"), "quote_tampered")
    refused(hold(till, "a price of 1 cent, promised", key="made up"), "quote_foreign")


def test_a_new_key_is_put_before_the_old_one_and_old_quotes_are_believed_until_it_goes(clock: SetClock) -> None:
    with open_till("memory:", clock=clock, quote_keys=(KEY,)) as till:
        text = quoted(till, a_cart())
    with open_till("memory:", clock=clock, quote_keys=(OTHER, KEY)) as till:
        assert isinstance(till.carts.read_quote(text), SignedQuote)
        assert till.carts.quote(a_cart()).text.split(".")[1] != text.split(".")[1]
    with open_till("memory:", clock=clock, quote_keys=(OTHER,)) as till:
        refused(till.carts.read_quote(text), "quote_foreign")


def test_a_till_without_a_key_signs_nothing_and_believes_nothing(clock: SetClock) -> None:
    with open_till("memory:", clock=clock, quote_keys=(KEY,)) as till:
        text = quoted(till, a_cart())
    with open_till("memory:", clock=clock) as till:
        assert not till.carts.signs_quotes
        with pytest.raises(InputError, match="no key to sign quotes with"):
            till.carts.quote(a_cart())
        refused(hold(till, text), "quote_foreign")


def test_mistakes_of_callers_are_told(till: Till) -> None:
    with pytest.raises(InputError, match=r"at least 16 bytes; the 1\. has 5"):
        open_till("memory:", quote_keys=(b"short",))
    for seconds in (0, 86_401):
        with pytest.raises(InputError, match=f"a quote lasts 1 to 86400 seconds; given {seconds}"):
            till.carts.quote(a_cart(), seconds=seconds)


promotions = st.builds(
    lambda number, percent, version, lane: Promotion(
        f"P{number}", "EUR", PercentOff(Fraction(percent)), version=version, exclusive_group=lane
    ),
    st.integers(0, 9),
    st.integers(1, 60),
    st.integers(1, 3),
    st.sampled_from(["", "best"]),
)
baskets = st.lists(promotions, max_size=5, unique_by=lambda one: one.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(baskets, baskets, st.integers(1, 5))
def test_whatever_becomes_of_the_promotions_nobody_pays_more_than_was_quoted_or_than_the_price_of_now(
    before: list[Promotion], after: list[Promotion], units: int
) -> None:
    clock = SetClock()
    with open_till("memory:", clock=clock, quote_keys=(KEY,)) as till:
        till.promotions.put(before)
        cart = a_cart(units=units)
        found = till.carts.quote(cart)
        for one in before:
            till.promotions.retire(one.id)
        till.promotions.put([replace(one, version=one.version + 10) for one in after])
        clock.forward(1)
        got = hold(till, found.text, cart)
        assert isinstance(got, Held)
        assert got.evaluation.total_minor == min(found.quote.total_minor, till.carts.price(cart).total_minor)
