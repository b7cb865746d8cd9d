"""A cart's way through the till, on every kind of ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from counted_till import TEN_PERCENT, a_cart, held, left, limited, ordered, refused
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Order, Quote, Released
from dealwright.till import Till
from ledgers import NOON, SetClock


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
