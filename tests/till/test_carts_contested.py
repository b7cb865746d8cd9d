"""Whose goods they are while carts compete: orders, holds that end, gifts, guests."""

from __future__ import annotations

from typing import Any

import pytest

from counted_till import TEN_PERCENT, a_cart, held, left, limited, ordered, refused
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, Delivery, LineItem
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order, Swept
from dealwright.till import Till
from ledgers import SetClock


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
    till.stock.load("TEA", 4)
    ordered(till, a_cart(), "o1")
    no = refused(till.carts.hold(a_cart(), key="k", order_id="o1"), "order_exists")
    assert no.reason == "order 'o1' is placed already"
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 2, 0, 2)


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
