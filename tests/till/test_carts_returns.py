"""What comes back when goods do, on every kind of ledger."""

from __future__ import annotations

from dataclasses import replace

from counted_till import a_cart, left, limited, ordered, refused
from dealwright.core.cart import Cart, Delivery, LineItem
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Refunded
from dealwright.till import Till


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
