"""Each condition: met, not met, and how far it is."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from types import MappingProxyType

import pytest

from dealwright.campaign.items import Items
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, Delivery, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.catalogue import CONDITIONS
from dealwright.engine.conditions.circumstance import (
    DeliveredBy,
    HoldsCode,
    InArm,
    InChannel,
    InRegion,
    InShare,
    InStore,
    PaysBy,
    Within,
)
from dealwright.engine.conditions.contains import Contains, ContainsNone
from dealwright.engine.conditions.quantity import MaximumQuantity, MinimumQuantity
from dealwright.engine.conditions.shopper import CustomerIs, FirstSeen, InSegment, NewCustomer, OrderNumber
from dealwright.engine.conditions.spend import MaximumSpend, MinimumSpend
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Unmet
from dealwright.engine.policy import DEFAULT_POLICY
from dealwright.engine.protocol import Condition
from dealwright.engine.usage import NO_USAGE
from till_carts import AT, a_cart, a_line

TEA = Items(categories=("tea",))
CART = a_cart(
    a_line("1", 2, 450, sku="green", categories=("tea",), brand="Leaf", store="s1", tax_percent=Fraction(20)),
    a_line("2", 1, 100, sku="mug", product="mugs", tags=("gift",)),
    a_line("3", 5, 300, sku="sample", is_gift=True),
    deliveries=(Delivery("post", 300),),
    shopper=Shopper("c1", ("vip",), n_orders=4, first_seen="2029-06-15T08:00:00"),
    codes=("Hello",),
    store="north",
    channel="app",
    region="DE",
    payment_method="card",
    arms=MappingProxyType({"banner": "B"}),
    price_basis="gross",
)
UNKNOWN = a_cart(a_line("1", 1, 100))


def check(condition: Condition, cart: Cart = CART, at: datetime = AT) -> Unmet | None:
    return condition.check(Facts(cart, at=at, policy=DEFAULT_POLICY, usage=NO_USAGE))


MET: list[Condition] = [
    MinimumSpend(1000),
    MinimumSpend(900, TEA),
    MinimumSpend(750, TEA, tax="net"),
    MaximumSpend(1000),
    MinimumQuantity(3),
    MinimumQuantity(2, is_distinct=True),
    MaximumQuantity(2, TEA),
    Contains(Items(products=("mugs",))),
    Contains(Items(tags=("gift",), not_brands=("Leaf",))),
    ContainsNone(Items(skus=("sample",))),
    InSegment(("gold", "vip")),
    InSegment(not_segments=("gold",)),
    CustomerIs(("c0", "c1")),
    OrderNumber(5),
    OrderNumber(3, is_or_later=True),
    OrderNumber(5, is_every=True),
    FirstSeen("2029-06-15", "2029-06-15"),
    InChannel(("web", "app")),
    InStore(("north",)),
    InRegion(("DE", "AT")),
    InRegion(not_regions=("CH",)),
    PaysBy(("card",)),
    DeliveredBy(("post",)),
    HoldsCode(("HELLO",)),
    InArm("banner", ("B",)),
    InShare("tea", Fraction(1)),
    Within(Schedule(weekdays=(1,), hours=("11:00-13:00",))),
]


@pytest.mark.parametrize("condition", MET, ids=lambda condition: condition.kind)
def test_a_cart_meets_what_it_has(condition: Condition) -> None:
    assert check(condition) is None


UNMET: list[tuple[Condition, Unmet]] = [
    (MinimumSpend(1001), Unmet("below_minimum_spend", missing_minor=1)),
    (MinimumSpend(901, TEA), Unmet("below_minimum_spend", missing_minor=1)),
    (MinimumSpend(751, TEA, tax="net"), Unmet("below_minimum_spend", missing_minor=1)),
    (MaximumSpend(999), Unmet("above_maximum_spend")),
    (MinimumQuantity(4), Unmet("below_minimum_quantity", missing_quantity=1)),
    (MinimumQuantity(3, is_distinct=True), Unmet("below_minimum_quantity", missing_quantity=1)),
    (MaximumQuantity(1, TEA), Unmet("above_maximum_quantity")),
    (Contains(Items(skus=("sample",))), Unmet("items_missing", missing_quantity=1)),
    (ContainsNone(TEA), Unmet("items_not_allowed")),
    (InSegment(("gold",)), Unmet("not_in_segment")),
    (InSegment(("vip",), ("vip",)), Unmet("not_in_segment")),
    (CustomerIs(("c2",)), Unmet("not_in_segment")),
    (NewCustomer(), Unmet("not_new_customer")),
    (OrderNumber(4), Unmet("other_order_number")),
    (OrderNumber(3, is_every=True), Unmet("other_order_number")),
    (FirstSeen(since="2029-06-16"), Unmet("seen_too_early")),
    (FirstSeen(until="2029-06-14"), Unmet("seen_too_late")),
    (InChannel(("web",)), Unmet("other_channel")),
    (InStore(("south",)), Unmet("other_store")),
    (InRegion(("FR",)), Unmet("other_region")),
    (InRegion(not_regions=("DE",)), Unmet("other_region")),
    (PaysBy(("cash",)), Unmet("other_payment_method")),
    (DeliveredBy(("van",)), Unmet("other_delivery_method")),
    (HoldsCode(("BYE",)), Unmet("code_missing")),
    (InArm("banner", ("A",)), Unmet("other_experiment_arm")),
    (InArm("price", ("B",)), Unmet("other_experiment_arm")),
    (InShare("tea", Fraction(0)), Unmet("other_share")),
    (Within(Schedule(hours=("12:01-13:00",))), Unmet("outside_hours")),
]


@pytest.mark.parametrize(("condition", "reason"), UNMET, ids=lambda value: getattr(value, "kind", None))
def test_a_cart_just_beside_a_condition_learns_why_and_what_is_missing(condition: Condition, reason: Unmet) -> None:
    assert check(condition) == reason


@pytest.mark.parametrize(
    "condition", [NewCustomer(), OrderNumber(1), FirstSeen(since="2020-01-01"), InShare("tea", Fraction(1))]
)
def test_a_shopper_of_whom_nothing_is_known_is_taken_neither_for_new_nor_into_a_share(condition: Condition) -> None:
    assert check(condition, UNKNOWN) == Unmet("customer_unknown")


def test_a_shopper_without_orders_is_new_and_is_placing_the_first() -> None:
    cart = a_cart(a_line("1", 1, 100), shopper=Shopper("c9", n_orders=0))
    assert check(NewCustomer(), cart) is None
    assert check(OrderNumber(1), cart) is None


def test_bounds_of_the_unit_price_are_both_included() -> None:
    assert check(MinimumQuantity(1, Items(least_price_minor=450))) is None
    assert check(MinimumQuantity(1, Items(most_price_minor=100))) is None
    assert check(MinimumQuantity(1, Items(least_price_minor=451))) is not None


def test_a_window_of_hours_is_read_on_the_clock_of_its_own_zone() -> None:
    shanghai = Within(Schedule(zone="Asia/Shanghai", hours=("20:00-21:00",)))
    assert check(shanghai, at=datetime(2030, 1, 1, 12, 0, tzinfo=UTC)) is None
    assert check(shanghai, at=datetime(2030, 1, 1, 13, 0, tzinfo=UTC)) == Unmet("outside_hours")


def test_every_kind_of_condition_is_tested_met_and_unmet() -> None:
    assert {condition.kind for condition in MET} | {"new_customer"} == set(CONDITIONS)
    assert {condition.kind for condition, _ in UNMET} == set(CONDITIONS)


@pytest.mark.parametrize("condition", [*MET, NewCustomer()], ids=lambda condition: condition.kind)
def test_a_condition_says_itself_in_english_and_chinese(condition: Condition) -> None:
    english, chinese = condition.sentence("EUR", "en"), condition.sentence("EUR", "zh")
    assert english.isascii()
    assert not english.endswith(".")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


@pytest.mark.parametrize("given", ["11/01/2026", "garbage", "2026-13-45", "20260111", "2026-01-11T00:00"])
def test_a_day_first_seen_that_is_no_date_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="since is a date like 2026-01-31, or empty"):
        FirstSeen(since=given)


def test_a_span_of_first_visits_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="since is not after until"):
        FirstSeen("2026-02-01", "2026-01-31")
