"""A cart's way through the till, on every kind of ledger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order, Outcome, Quote, Refunded, Refused, Released, Swept
from dealwright.till import Till, open_till
from ledgers import (  # noqa: F401
    NOON,
    CountedIds,
    SetClock,
    postgres_template,
    sqlite_template,
    stored_url,
    till_url,
)
from postgres_server import postgres_server  # noqa: F401

TEN_PERCENT = Promotion("TEN", "EUR", PercentOff(Fraction(10)))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock, ids=CountedIds()) as opened:
        yield opened
        assert opened.audit() == ()


def a_cart(*, units: int = 2, customer: str = "c1", codes: tuple[str, ...] = (), sku: str = "TEA") -> Cart:
    """`units` of something for 5.00 EUR."""
    return Cart("EUR", (LineItem("1", sku, units, 500),), shopper=Shopper(customer), codes=codes)


def limited(promotion_id: str = "TEN", *, code: str = "", version: int = 1, **limits: object) -> Promotion:
    return replace(TEN_PERCENT, id=promotion_id, code=code, version=version, limits=Limits(**limits))  # type: ignore[arg-type]


def held(till: Till, cart: Cart, order: str, **options: object) -> Held:
    answer = till.carts.hold(cart, key=f"hold {order}", order_id=order, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Held), answer
    return answer


def ordered(till: Till, cart: Cart, order: str) -> Order:
    answer = till.carts.commit(held(till, cart, order).hold_id, key=f"commit {order}")
    assert isinstance(answer, Order), answer
    return answer


def refused(answer: object, code: str) -> Refused:
    assert isinstance(answer, Refused), answer
    assert answer.code == code, answer
    return answer


def left(till: Till, account: str) -> tuple[int, int, int]:
    balance = till.ledger.accounts.balances([account])[account]
    return balance.available, balance.held, balance.used


# Quote, hold, commit


def test_a_price_writes_nothing(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    for _ in range(3):
        assert till.carts.price(a_cart()).total_minor == 900
    assert till.ledger.accounts.balances(["uses/TEN"]) == {}
    assert till.ledger.outbox.pending(10) == ()


def test_a_hold_sets_aside_stock_uses_and_money_until_it_ends(till: Till) -> None:
    till.promotions.put([limited(total=10, per_customer=2, budget_minor=1000)])
    till.stock.load("TEA", 20)
    hold = held(till, a_cart(), "o1", seconds=60)
    assert hold.hold_id == "hold_1"
    assert hold.expires_at == NOON + timedelta(seconds=60)
    assert hold.evaluation.total_minor == 900
    assert left(till, "uses/TEN") == (9, 1, 0)
    assert left(till, "uses/TEN/customer/c1") == (1, 1, 0)
    assert left(till, "budget/TEN") == (900, 100, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 18, 2, 0)


def test_a_commit_settles_everything_and_tells_it(till: Till) -> None:
    till.promotions.put([limited(total=10, budget_minor=1000)])
    till.stock.load("TEA", 20)
    order = ordered(till, a_cart(), "o1")
    assert order.evaluation.total_minor == 900
    assert order.committed_at == NOON
    assert left(till, "uses/TEN") == (9, 0, 1)
    assert left(till, "budget/TEN") == (900, 0, 100)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 18, 0, 2)
    assert till.carts.order("o1") == order
    (pending,) = till.ledger.outbox.pending(10)
    assert (pending.message.kind, pending.message.subject) == ("order_committed", "o1")
    assert pending.message.body["total_minor"] == 900


def test_a_release_gives_everything_back(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    till.stock.load("TEA", 2)
    hold = held(till, a_cart(), "o1")
    assert till.carts.release(hold.hold_id, key="r") == Released(hold.hold_id, "o1")
    assert left(till, "uses/TEN") == (1, 0, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 2, 0, 0)
    refused(till.carts.commit(hold.hold_id, key="c"), "hold_released")
    assert till.carts.order("o1") is None


def test_what_is_not_counted_is_not_refused(till: Till) -> None:
    ordered(till, a_cart(sku="SERVICE", units=1_000_000), "o1")
    assert till.stock.left("SERVICE") is None


def test_a_cart_is_held_whole_or_not_at_all(till: Till) -> None:
    till.promotions.put([limited(total=10)])
    till.stock.load("TEA", 5)
    till.stock.load("POT", 0)
    cart = Cart("EUR", (LineItem("1", "TEA", 2, 500), LineItem("2", "POT", 1, 900)))
    no = refused(till.carts.hold(cart, key="k", order_id="o1"), "sold_out")
    assert no.missing_quantity == 1
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 5, 0, 0)
    assert till.ledger.accounts.balances(["uses/TEN"]) == {}


def test_a_line_draws_on_the_pool_of_its_store(till: Till) -> None:
    till.stock.load("TEA", 3, pool="north")
    till.stock.load("TEA", 3)
    cart = Cart("EUR", (LineItem("1", "TEA", 2, 500, store="north"), LineItem("2", "TEA", 1, 500)))
    held(till, cart, "o1")
    assert till.stock.left("TEA", pool="north") == Balance("stock/north/TEA", 1, 2, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 2, 1, 0)


# A hold keeps its promise


def test_a_hold_and_its_order_keep_their_price_when_the_promotion_changes_or_goes_shopware_4638(
    till: Till, clock: SetClock
) -> None:
    till.promotions.put([TEN_PERCENT])
    first, second = held(till, a_cart(), "o1"), held(till, a_cart(), "o2")
    till.promotions.put([replace(TEN_PERCENT, version=2, benefit=PercentOff(Fraction(50)))])
    clock.forward(899)
    order = till.carts.commit(first.hold_id, key="c1")
    assert isinstance(order, Order)
    assert order.evaluation.total_minor == 900
    assert order.evaluation.applied[0].version == 1
    till.promotions.retire("TEN")
    order = till.carts.commit(second.hold_id, key="c2")
    assert isinstance(order, Order)
    assert order.evaluation.total_minor == 900
    assert till.carts.price(a_cart()).total_minor == 1000


def test_a_hold_ends_at_its_time_to_the_microsecond(till: Till, clock: SetClock) -> None:
    first, second = held(till, a_cart(), "o1", seconds=60), held(till, a_cart(), "o2", seconds=60)
    clock.time = NOON + timedelta(seconds=60, microseconds=-1)
    assert isinstance(till.carts.commit(first.hold_id, key="c1"), Order)
    clock.time = NOON + timedelta(seconds=60)
    refused(till.carts.commit(second.hold_id, key="c2"), "hold_expired")
    assert till.carts.order("o2") is None


def test_a_stale_quote_is_refused_with_the_reason(till: Till, clock: SetClock) -> None:
    ends = replace(TEN_PERCENT, schedule=Schedule(end=NOON + timedelta(minutes=1)))
    till.promotions.put([ends])
    quote = Quote.of(till.carts.price(a_cart()))
    clock.forward(60)
    no = refused(till.carts.hold(a_cart(), key="k1", order_id="o1", quote=quote), "stale_quote")
    assert no.missing_minor == 100
    assert no.promotion_id == "TEN"
    till.promotions.put([replace(TEN_PERCENT, version=2, benefit=PercentOff(Fraction(5)))])
    no = refused(till.carts.hold(a_cart(), key="k2", order_id="o1", quote=quote), "stale_quote")
    assert "changed from version 1 to 2" in no.reason
    assert no.missing_minor == 50


def test_a_price_that_fell_since_the_quote_is_held_at_the_lower_price(till: Till) -> None:
    quote = Quote.of(till.carts.price(a_cart()))
    till.promotions.put([TEN_PERCENT])
    assert held(till, a_cart(), "o1", quote=quote).evaluation.total_minor == 900


# Limits


def test_a_limit_in_all_holds_for_everybody_saleor_544(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    no = refused(till.carts.hold(a_cart(codes=("tea10",), customer="c2"), key="k", order_id="o2"), "limit_reached")
    assert no.promotion_id == "TEN"
    assert left(till, "uses/TEN") == (0, 1, 0)


def test_a_limit_per_customer_holds_for_each_customer(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", per_customer=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    again = till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2")
    refused(again, "customer_limit_reached")
    held(till, a_cart(codes=("TEA10",), customer="c2"), "o3")


def test_a_limit_per_code_holds_for_the_code(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", per_code=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    refused(till.carts.hold(a_cart(codes=("TEA10",), customer="c2"), key="k", order_id="o2"), "code_used_up")


def test_a_limit_of_units_counts_units(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", units=3)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    assert left(till, "units/TEN") == (1, 2, 0)
    refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2"), "limit_reached")
    held(till, a_cart(codes=("TEA10",), units=1), "o3")
    assert left(till, "units/TEN") == (0, 3, 0)


def test_a_limit_within_days_begins_anew_with_each_window(till: Till, clock: SetClock) -> None:
    till.promotions.put([limited(code="TEA10", per_customer=1, per_customer_days=7)])
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    clock.forward(86_400)  # 2024-05-02 is the first day of a window
    ordered(till, a_cart(codes=("TEA10",)), "o2")
    clock.forward(6 * 86_400)
    refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o3"), "customer_limit_reached")


def test_a_discount_larger_than_the_rest_of_the_budget_is_refused_whole(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", budget_minor=150)])
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    no = refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2"), "budget_exceeded")
    assert no.promotion_id == "TEN"
    assert left(till, "budget/TEN") == (50, 0, 100)
    held(till, a_cart(codes=("TEA10",), units=1), "o3")
    assert left(till, "budget/TEN") == (0, 50, 100)


def test_a_promotion_that_needs_no_code_just_ends_when_it_is_used_up(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    quote = Quote.of(till.carts.price(a_cart()))
    held(till, a_cart(), "o1")
    assert till.carts.price(a_cart()).total_minor == 1000
    assert held(till, a_cart(), "o2").evaluation.total_minor == 1000
    refused(till.carts.hold(a_cart(), key="k", order_id="o3", quote=quote), "limit_reached")


def test_the_next_best_promotion_steps_in_for_one_that_is_used_up(till: Till) -> None:
    better = replace(limited("BETTER", total=1), benefit=PercentOff(Fraction(20)), exclusive_group="g")
    till.promotions.put([better, replace(limited(total=1), exclusive_group="g")])
    totals = [held(till, a_cart(), f"o{number}").evaluation.total_minor for number in range(3)]
    assert totals == [800, 900, 1000]
    assert (left(till, "uses/BETTER"), left(till, "uses/TEN")) == ((0, 1, 0), (0, 1, 0))


def test_a_raised_limit_is_good_at_once(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    till.promotions.put([limited(code="TEA10", total=3, version=2)])
    held(till, a_cart(codes=("TEA10",)), "o2")
    assert left(till, "uses/TEN") == (1, 2, 0)


def test_a_code_nobody_knows_refuses_the_hold_and_not_the_price(till: Till) -> None:
    assert till.carts.price(a_cart(codes=("GUESS",))).unknown_codes == ("GUESS",)
    refused(till.carts.hold(a_cart(codes=("GUESS",)), key="k", order_id="o"), "code_not_found")


# A hold and its own order


def test_a_hold_of_the_same_order_is_replaced_and_never_counts_against_it_woocommerce_27673_12096(
    till: Till,
) -> None:
    """A failed payment tries again with its own hold."""
    till.promotions.put([limited(code="TEA10", total=1)])
    till.stock.load("TEA", 2)
    first = held(till, a_cart(codes=("TEA10",)), "o1")
    second = till.carts.hold(a_cart(codes=("TEA10",)), key="again", order_id="o1")
    assert isinstance(second, Held)
    assert left(till, "uses/TEN") == (0, 1, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 2, 0)
    refused(till.carts.commit(first.hold_id, key="c1"), "hold_released")
    assert isinstance(till.carts.commit(second.hold_id, key="c2"), Order)
    assert left(till, "uses/TEN") == (0, 0, 1)


def test_a_refusal_says_when_the_hold_of_another_cart_ends_woocommerce_28592(till: Till) -> None:
    till.stock.load("TEA", 2)
    held(till, a_cart(), "o1", seconds=600)
    no = refused(till.carts.hold(a_cart(), key="k", order_id="o2"), "sold_out")
    assert "2024-05-01T12:10:00+00:00" in no.reason
    assert no.retry_after_seconds == 601
    assert no.missing_quantity == 2


def test_a_hold_whose_time_is_over_keeps_nothing_from_others(till: Till, clock: SetClock) -> None:
    till.promotions.put([limited(total=1)])
    till.stock.load("TEA", 2)
    held(till, a_cart(), "o1", seconds=60)
    clock.forward(60)
    assert held(till, a_cart(customer="c2"), "o2").evaluation.total_minor == 900
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 2, 0)
    assert left(till, "uses/TEN") == (0, 1, 0)
    assert till.sweep() == Swept(holds=0)


def test_the_order_of_one_customer_cannot_be_held_by_another_while_the_hold_lasts(
    till: Till, clock: SetClock
) -> None:
    till.stock.load("TEA", 2)
    first = held(till, a_cart(), "o1", seconds=60)
    for units in (1, 2):  # whether or not the stock would do
        no = refused(
            till.carts.hold(a_cart(units=units, customer="c2"), key=f"k{units}", order_id="o1"), "order_exists"
        )
        assert no.reason == "order 'o1' is held by another customer; take another order id"
    refused(till.carts.hold(a_cart(customer=""), key="guest", order_id="o1"), "order_exists")
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 2, 0)
    clock.forward(60)
    refused(till.carts.commit(first.hold_id, key="c"), "hold_expired")
    assert isinstance(till.carts.hold(a_cart(customer="c2"), key="k3", order_id="o1"), Held)


def test_a_guest_who_signs_in_keeps_the_order(till: Till) -> None:
    till.stock.load("TEA", 2)
    held(till, a_cart(customer=""), "o1")
    assert isinstance(till.carts.hold(a_cart(), key="k", order_id="o1"), Held)


def test_stock_that_is_sold_is_not_waited_for(till: Till) -> None:
    till.stock.load("TEA", 2)
    ordered(till, a_cart(), "o1")
    no = refused(till.carts.hold(a_cart(), key="k", order_id="o2"), "sold_out")
    assert no.retry_after_seconds == 0


def test_an_order_that_is_placed_is_not_held_again(till: Till) -> None:
    ordered(till, a_cart(), "o1")
    refused(till.carts.hold(a_cart(), key="k", order_id="o1"), "order_exists")


def test_an_order_split_over_stores_and_deliveries_is_one_redemption(till: Till) -> None:
    till.promotions.put([limited(total=5)])
    lines = (LineItem("1", "TEA", 1, 500, store="north"), LineItem("2", "POT", 1, 500, store="south"))
    ordered(till, Cart("EUR", lines, (Delivery("van", 300), Delivery("post", 400))), "o1")
    assert left(till, "uses/TEN") == (4, 0, 1)


def test_a_gift_that_is_sold_out_is_not_given_and_keeps_nobody_from_ordering(till: Till) -> None:
    till.promotions.put([Promotion("GIFT", "EUR", FreeGift("MUG")), TEN_PERCENT])
    till.stock.load("MUG", 1)
    assert [one.promotion_id for one in till.carts.price(a_cart()).applied] == ["TEN", "GIFT"]
    held(till, a_cart(), "o1")
    for told in (till.carts.price(a_cart()), held(till, a_cart(), "o2").evaluation):
        assert [one.promotion_id for one in told.applied] == ["TEN"]
        (refusal,) = told.refused
        assert (refusal.promotion_id, refusal.code, refusal.reason) == (
            "GIFT",
            "limit_reached",
            "its gift is sold out",
        )
    assert till.stock.left("MUG") == Balance("stock/main/MUG", 0, 1, 0)


def test_a_code_for_a_gift_that_is_sold_out_refuses_the_hold_and_says_so(till: Till) -> None:
    till.promotions.put([Promotion("GIFT", "EUR", FreeGift("MUG"), code="FREEMUG")])
    till.stock.load("MUG", 1)
    ordered(till, a_cart(codes=("FREEMUG",)), "o1")
    assert till.carts.price(a_cart(codes=("FREEMUG",))).unknown_codes == ()
    no = refused(till.carts.hold(a_cart(codes=("FREEMUG",)), key="k", order_id="o2"), "limit_reached")
    assert no.reason == "promotion 'GIFT': its gift is sold out"


def test_a_gift_steps_back_for_units_of_the_same_sku_that_are_bought(till: Till) -> None:
    till.promotions.put([Promotion("GIFT", "EUR", FreeGift("TEA"))])
    till.stock.load("TEA", 2)
    assert till.carts.price(a_cart()).applied == ()
    assert held(till, a_cart(), "o1").evaluation.total_minor == 1000


@pytest.mark.parametrize("limits", [{"per_customer": 1}, {"units_per_customer": 5}])
def test_guests_get_nothing_that_is_counted_per_customer_and_share_no_account(
    till: Till, limits: dict[str, Any]
) -> None:
    till.promotions.put([limited(code="TEA10", **limits), limited("AUTO", **limits)])
    told = till.carts.price(a_cart(customer=""))
    assert told.total_minor == 1000
    guest = held(till, a_cart(customer=""), "o1").evaluation
    assert [(one.promotion_id, one.code) for one in guest.refused] == [("AUTO", "customer_unknown")]
    no = refused(till.carts.hold(a_cart(customer="", codes=("TEA10",)), key="k", order_id="o2"), "customer_unknown")
    assert no.reason == "promotion 'TEN': it counts per customer; send the customer's id"
    assert held(till, a_cart(customer="c1"), "o3").evaluation.total_minor == 900
    assert till.ledger.accounts.balances(["uses/AUTO/customer/", "units/AUTO/customer/"]) == {}


# Keys


def test_the_same_key_and_request_give_the_same_bytes(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    first = held(till, a_cart(), "o1")
    assert held(till, a_cart(), "o1") == first
    raw = till.carts.by_key("hold o1").raw
    order = till.carts.commit(first.hold_id, key="c")
    assert till.carts.commit(first.hold_id, key="c") == order
    assert till.carts.by_key("hold o1").raw == raw
    assert left(till, "uses/TEN") == (0, 0, 1)
    assert len(till.ledger.outbox.pending(10)) == 1


def test_the_same_key_with_another_request_is_refused_and_changes_nothing(till: Till) -> None:
    till.stock.load("TEA", 9)
    first = held(till, a_cart(), "o1")
    refused(till.carts.hold(a_cart(units=3), key="hold o1", order_id="o1"), "key_reused")
    refused(till.carts.commit(first.hold_id, key="hold o1"), "key_reused")
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 7, 2, 0)
    assert till.carts.by_key("hold o1").answer == first


def test_a_refusal_is_kept_under_its_key(till: Till) -> None:
    till.stock.load("TEA", 1)
    no = refused(till.carts.hold(a_cart(), key="k", order_id="o1"), "sold_out")
    till.stock.load("TEA", 5)
    assert till.carts.hold(a_cart(), key="k", order_id="o1") == no
    assert till.carts.by_key("k").state == "refused"
    held(till, a_cart(), "o1")


def test_what_became_of_a_request_is_found_by_its_key(till: Till) -> None:
    assert till.carts.by_key("hold o1") == Outcome("unknown")
    first = held(till, a_cart(), "o1")
    outcome = till.carts.by_key("hold o1")
    assert (outcome.state, outcome.answer) == ("committed", first)
    assert b'"hold_id":"hold_1"' in outcome.raw


def test_a_hold_becomes_one_order_whatever_the_keys(till: Till) -> None:
    hold = held(till, a_cart(), "o1")
    assert isinstance(till.carts.commit(hold.hold_id, key="c1"), Order)
    refused(till.carts.commit(hold.hold_id, key="c2"), "already_committed")
    refused(till.carts.release(hold.hold_id, key="r"), "already_committed")
    refused(till.carts.commit("hold_9", key="c3"), "hold_unknown")


# Expiry


def test_a_sweep_gives_back_what_expired_once(till: Till, clock: SetClock) -> None:
    till.promotions.put([limited(total=5)])
    till.stock.load("TEA", 10)
    held(till, a_cart(), "o1", seconds=60)
    held(till, a_cart(), "o2", seconds=120)
    assert till.sweep() == Swept(holds=0)
    clock.forward(60)
    assert till.sweep() == Swept(holds=1)
    assert till.sweep() == Swept(holds=0)
    assert left(till, "uses/TEN") == (4, 1, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 8, 2, 0)
    (pending,) = till.ledger.outbox.pending(10)
    assert (pending.message.kind, pending.message.subject) == ("hold_expired", "o1")


def test_an_order_can_be_held_again_after_its_hold_expired(till: Till, clock: SetClock) -> None:
    till.stock.load("TEA", 2)
    held(till, a_cart(), "o1", seconds=60)
    clock.forward(61)
    again = till.carts.hold(a_cart(), key="again", order_id="o1")
    assert isinstance(again, Held)
    assert till.sweep() == Swept(holds=0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 2, 0)


# Returns and cancellations


def test_returned_lines_are_refunded_as_paid_and_discounts_not_spread_anew_vendure_4811_5127_3098_2393(
    till: Till,
) -> None:
    till.promotions.put([limited(budget_minor=10_000)])
    lines = (LineItem("1", "TEA", 3, 333), LineItem("2", "POT", 1, 1000))
    order = ordered(till, Cart("EUR", lines, (Delivery("post", 400),)), "o1")
    paid = {line.line: line.net_minor for line in order.evaluation.lines}
    till.promotions.retire("TEN")
    first = till.carts.return_lines("o1", {"2": 1}, key="r1")
    assert isinstance(first, Refunded)
    assert first.amount_minor == paid["2"] == 900
    parts = [till.carts.return_lines("o1", {"1": 1}, key=f"r{number}") for number in (2, 3, 4)]
    assert [type(part) for part in parts] == [Refunded] * 3
    amounts = [part.amount_minor for part in parts if isinstance(part, Refunded)]
    assert sum(amounts) == paid["1"] + 400  # delivery comes back with the last unit
    back = till.carts.order("o1")
    assert back is not None
    assert back.refunded_minor == order.evaluation.total_minor
    assert back.evaluation == order.evaluation
    assert left(till, "budget/TEN") == (10_000, 0, 0)


def test_more_units_than_were_bought_cannot_be_returned(till: Till) -> None:
    ordered(till, a_cart(), "o1")
    assert isinstance(till.carts.return_lines("o1", {"1": 1}, key="r1"), Refunded)
    no = refused(till.carts.return_lines("o1", {"1": 2}, key="r2"), "already_returned")
    assert no.missing_quantity == 1
    refused(till.carts.return_lines("o1", {"9": 1}, key="r3"), "line_unknown")
    refused(till.carts.return_lines("o9", {"1": 1}, key="r4"), "order_unknown")
    order = till.carts.order("o1")
    assert order is not None
    assert order.returned == {"1": 1}


def test_the_use_of_a_coupon_comes_back_with_a_cancellation_and_not_with_a_return_litemall_163(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1, per_customer=1, budget_minor=100)])
    till.stock.load("TEA", 2)
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    assert isinstance(till.carts.return_lines("o1", {"1": 1}, key="r1"), Refunded)
    assert left(till, "uses/TEN") == (0, 0, 1)
    assert left(till, "budget/TEN") == (50, 0, 50)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 0, 2)
    cancelled = till.carts.cancel("o1", key="x")
    assert isinstance(cancelled, Refunded)
    assert cancelled.amount_minor == 450
    assert cancelled.uses_back == ("TEN",)
    assert left(till, "uses/TEN") == (1, 0, 0)
    assert left(till, "uses/TEN/customer/c1") == (1, 0, 0)
    assert left(till, "budget/TEN") == (100, 0, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 1, 0, 1)
    ordered(till, a_cart(units=1, codes=("TEA10",)), "o2")


def test_a_use_that_does_not_come_back_stays_used(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1, budget_minor=100, returns_on_cancel=False)])
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    cancelled = till.carts.cancel("o1", key="x")
    assert isinstance(cancelled, Refunded)
    assert cancelled.uses_back == ()
    assert left(till, "uses/TEN") == (0, 0, 1)
    assert left(till, "budget/TEN") == (100, 0, 0)


def test_an_order_is_cancelled_once_with_its_delivery(till: Till) -> None:
    cart = replace(a_cart(), deliveries=(Delivery("post", 400),))
    ordered(till, cart, "o1")
    cancelled = till.carts.cancel("o1", key="x")
    assert isinstance(cancelled, Refunded)
    assert (cancelled.amount_minor, cancelled.delivery_minor) == (1400, 400)
    assert till.carts.cancel("o1", key="x") == cancelled
    refused(till.carts.cancel("o1", key="y"), "already_cancelled")
    refused(till.carts.return_lines("o1", {"1": 1}, key="z"), "already_cancelled")
    kinds = [pending.message.kind for pending in till.ledger.outbox.pending(10)]
    assert kinds == ["order_committed", "order_cancelled"]


def test_a_promotion_that_one_process_puts_is_in_force_in_the_others_within_a_second(
    stored_url: str,  # noqa: F811
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
    for number, sku in enumerate(("a\0b", "a/b%", "茶" * 4000, "x" * 4000, "'; DROP TABLE till_accounts; --", "")):
        till.stock.load(sku, 3)
        ordered(till, a_cart(sku=sku, customer=f"c/{number}%"), f"o{number}")
        balance = till.stock.left(sku)
        assert balance is not None
        assert (balance.available, balance.used) == (1, 2)
    with pytest.raises(InputError, match="halves of characters"):
        till.carts.hold(a_cart(sku="\ud800"), key="k", order_id="o")
    for customer in ("c" * 201, "a\0", "\ud800"):
        with pytest.raises(InputError, match="customer_id is text of 1 to 200 characters"):
            till.carts.price(a_cart(customer=customer))


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


def test_terms_that_could_not_be_read_again_are_refused_before_they_are_kept(stored_url: str) -> None:  # noqa: F811
    with open_till(stored_url) as till:
        with pytest.raises(InputError, match=r"limits\.total: give a whole number of at most 18 digits"):
            till.promotions.put([limited(total=10**30)])
        assert till.carts.price(a_cart()).total_minor == 1000
