"""Each mechanic on a small cart, to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dealwright.campaign.items import Items
from dealwright.core.cart import Delivery, Shopper
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffLine, AmountOffUnit
from dealwright.engine.benefits.bundle import BundlePart, BundlePrice, BundleSet, ValueGroup
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import DeliveryAmountOff, DeliveryPercentOff, FreeDelivery
from dealwright.engine.benefits.extras import FreeGift, NextCoupon, Points
from dealwright.engine.benefits.fixed_price import (
    FixedPrice,
    FixedTotal,
    FlashPrice,
    GroupPrice,
    MemberPrice,
    SkuPrice,
)
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction, SpendTier
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.pay_with import PayWithPoints, PresaleDeposit
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.catalogue import BENEFITS
from dealwright.engine.evaluation import Gift, PricedUnits
from dealwright.engine.protocol import Benefit
from till_carts import a_cart, a_line, a_promotion, nets, percent, priced, refusal

A, B = Items(skus=("a",)), Items(skus=("b",))
TWO = a_cart(a_line("a", 3, 1000), a_line("b", 1, 400))
VIP = Shopper("c", ("vip",), points=250)

LANDS: list[tuple[Benefit, dict[str, int]]] = [
    (PercentOff(Fraction(10)), {"a": 2700, "b": 360}),
    (PercentOff(Fraction("33.3"), per="unit"), {"a": 2001, "b": 267}),
    (PercentOff(Fraction(50), per="order", cap_minor=340), {"a": 2700, "b": 360}),
    (PercentOff(Fraction(50), most_units=2), {"a": 2000, "b": 400}),
    (PercentOff(Fraction(50), most_units=2, pick="cheapest"), {"a": 2500, "b": 200}),
    (PercentOff(Fraction(50), most_units_per_line=1), {"a": 2500, "b": 200}),
    (PercentOff(Fraction(10), per="pool", most_units=2), {"a": 2800, "b": 400}),
    (PercentOff(Fraction(50), group_size=3), {"a": 1500, "b": 400}),
    (AmountOff(340), {"a": 2700, "b": 360}),
    (AmountOff(5000), {"a": 0, "b": 0}),
    (AmountOff(500, most_units=1, pick="cheapest"), {"a": 3000, "b": 0}),
    (AmountOffLine(500), {"a": 2500, "b": 0}),
    (AmountOffUnit(450), {"a": 1650, "b": 0}),
    (AmountOffUnit(450, most_units=2), {"a": 2100, "b": 400}),
    (AmountOffUnit(100, group_size=3), {"a": 2700, "b": 400}),
    (FixedPrice(700), {"a": 2100, "b": 400}),
    (FixedPrice(700, most_units=1), {"a": 2700, "b": 400}),
    (FlashPrice("s1", 100, A, most_units=2), {"a": 1200, "b": 400}),
    (GroupPrice(3, 100, A), {"a": 2100, "b": 400}),
    (MemberPrice(("vip",), (SkuPrice("a", 900), SkuPrice("b", 500))), {"a": 2700, "b": 400}),
    (FixedTotal(1700), {"a": 1500, "b": 200}),
    (FixedTotal(9900), {"a": 3000, "b": 400}),
    (FullReduction((SpendTier(1000, 170), SpendTier(3400, 340), SpendTier(3401, 999))), {"a": 2700, "b": 360}),
    (FullReduction((SpendTier(1000, percent=Fraction(10)),)), {"a": 2700, "b": 360}),
    (EveryReduction(1000, 100, A), {"a": 2700, "b": 400}),
    (EveryReduction(1000, 100, A, cap_minor=250), {"a": 2750, "b": 400}),
    (EveryReduction(1000, 100, A, most_uses=1), {"a": 2900, "b": 400}),
    (QuantityTiers((QuantityTier(2, Fraction(5)), QuantityTier(4, Fraction(10)))), {"a": 2700, "b": 360}),
    (QuantityTiers((QuantityTier(2, off_per_unit_minor=50),), counted="each_line"), {"a": 2850, "b": 400}),
    (QuantityTiers((QuantityTier(3, unit_price_minor=800),)), {"a": 2400, "b": 400}),
    (BuyGet(2, 1), {"a": 3000, "b": 0}),
    (BuyGet(2, 1, get_pick="dearest"), {"a": 2000, "b": 400}),
    (BuyGet(2, 1, A, B), {"a": 3000, "b": 0}),
    (BuyGet(1, 1, A, A, Fraction(50)), {"a": 2500, "b": 400}),
    (BuyGet(1, 1, B, A, off_per_unit_minor=300), {"a": 2700, "b": 400}),
    (NthUnit(2, Fraction(50)), {"a": 2500, "b": 200}),
    (NthUnit(3), {"a": 2000, "b": 400}),
    (NthUnit(2, sort="cheapest", position=1), {"a": 2000, "b": 0}),
    (NthUnit(2, choice="cheapest_of_all"), {"a": 2000, "b": 0}),
    (NthUnit(2, choice="dearest_of_all", most_uses=1), {"a": 2000, "b": 400}),
    (BundlePrice(3, 2400), {"a": 2400, "b": 400}),
    (BundlePrice(2, 1400), {"a": 2400, "b": 400}),
    (BundlePrice(2, 1000, pick="cheapest", is_order=True), {"a": 1765, "b": 235}),
    (BundlePrice(3, 9900), {"a": 3000, "b": 400}),
    (BundleSet((BundlePart(A, 2), BundlePart(B)), 1800), {"a": 2500, "b": 300}),
    (BundleSet((BundlePart(A), BundlePart(B)), percent=Fraction(50)), {"a": 2500, "b": 200}),
    (ValueGroup(1400, Fraction(10)), {"a": 2700, "b": 360}),
    (PayWithPoints(100, 100), {"a": 2824, "b": 376}),
    (PayWithPoints(1, 1, most_minor=100), {"a": 2912, "b": 388}),
    (PresaleDeposit(100, 200, A), {"a": 2700, "b": 400}),
]


@pytest.mark.parametrize(("benefit", "expected"), LANDS, ids=lambda value: getattr(value, "kind", None))
def test_a_mechanic_lands_to_the_cent(benefit: Benefit, expected: dict[str, int]) -> None:
    cart = a_cart(*TWO.lines, shopper=VIP)
    assert nets(priced(cart, [a_promotion("p", benefit)])) == expected


FEES: list[tuple[Benefit, dict[str, int]]] = [
    (FreeDelivery(), {"post": 0, "van": 0}),
    (FreeDelivery(("van",)), {"post": 300, "van": 0}),
    (FreeDelivery(cap_minor=400), {"post": 150, "van": 250}),
    (DeliveryPercentOff(Fraction(50)), {"post": 150, "van": 250}),
    (DeliveryPercentOff(Fraction(10), ("post",)), {"post": 270, "van": 500}),
    (DeliveryAmountOff(400), {"post": 150, "van": 250}),
    (DeliveryAmountOff(400, is_each=True), {"post": 0, "van": 100}),
]


@pytest.mark.parametrize(("benefit", "expected"), FEES, ids=lambda value: getattr(value, "kind", None))
def test_delivery_gets_cheaper_and_goods_do_not(benefit: Benefit, expected: dict[str, int]) -> None:
    cart = a_cart(a_line("a", 1, 1000), deliveries=(Delivery("post", 300), Delivery("van", 500)))
    found = priced(cart, [a_promotion("p", benefit)])
    fees = {fee.method: fee.net_minor for fee in found.deliveries}
    assert fees == expected
    assert nets(found) == {"a": 1000}


def test_a_gift_in_the_cart_is_free_and_the_missing_ones_are_told() -> None:
    cart = a_cart(a_line("a", 6, 1000), a_line("G", 1, 500, sku="mug", is_gift=True))
    found = priced(cart, [a_promotion("g", FreeGift("mug", 1, A, every_quantity=3))])
    assert found.applied[0].gifts == (Gift("mug", 1, "G"), Gift("mug", 1))
    assert nets(found) == {"a": 6000, "G": 0}


def test_a_gift_nobody_gives_any_more_is_paid() -> None:
    cart = a_cart(a_line("a", 2, 1000), a_line("G", 1, 500, sku="mug", is_gift=True))
    found = priced(cart, [a_promotion("g", FreeGift("mug", 1, A, every_quantity=3))])
    assert refusal(found, "g").missing_quantity == 1
    assert found.total_minor == 2500


def test_points_are_earned_on_what_is_paid_after_discounts() -> None:
    promotions = [a_promotion("half", percent(50)), a_promotion("points", Points(10, 100, 2))]
    found = priced(TWO, promotions)
    assert {one.promotion_id: one.points for one in found.applied} == {"half": 0, "points": 10 + 17 * 2}


def test_a_coupon_for_the_next_order_is_named_and_costs_nothing_now() -> None:
    found = priced(TWO, [a_promotion("next", NextCoupon("WELCOME-BACK", 2))])
    assert (found.applied[0].next_coupon, found.applied[0].uses, found.discount_minor) == ("WELCOME-BACK", 2, 0)


def test_points_pay_and_are_told_as_spent() -> None:
    found = priced(a_cart(*TWO.lines, shopper=VIP), [a_promotion("p", PayWithPoints(100, 100))])
    assert (found.applied[0].points_spent, found.total_minor) == (200, 3200)


def test_points_pay_at_most_their_share_and_too_few_points_pay_nothing() -> None:
    half = a_promotion("p", PayWithPoints(1, 1, most_percent=Fraction(5)))
    assert priced(a_cart(*TWO.lines, shopper=VIP), [half]).discount_minor == 170
    poor = priced(a_cart(*TWO.lines, shopper=Shopper("c", points=30)), [a_promotion("p", PayWithPoints(100, 100))])
    assert (refusal(poor, "p").code, refusal(poor, "p").missing_quantity) == ("points_missing", 70)


def test_a_deposit_that_counts_double_is_half_a_discount_and_half_paid_before() -> None:
    found = priced(TWO, [a_promotion("p", PresaleDeposit(100, 200, A))])
    assert (found.applied[0].discount_minor, found.applied[0].prepaid_minor) == (300, 300)
    assert (found.total_minor, found.due_minor) == (3100, 2800)


def test_a_tier_may_bring_points_and_free_delivery_with_it() -> None:
    tier = SpendTier(3000, 400, points=100, frees_delivery=True)
    found = priced(a_cart(*TWO.lines, fee=490), [a_promotion("p", FullReduction((tier,)))])
    assert (found.applied[0].points, found.applied[0].frees_delivery, found.total_minor) == (100, True, 3000)


def test_the_gap_to_the_next_tier_is_told_beside_the_one_reached() -> None:
    tiers = FullReduction((SpendTier(1000, 100), SpendTier(5000, 900)))
    found = priced(TWO, [a_promotion("p", tiers)])
    assert (found.next_steps[0].missing_minor, found.next_steps[0].promotion_id) == (1600, "p")
    assert found.applied[0].discount_minor == 100


def test_dearest_means_the_price_of_a_unit_not_of_the_line() -> None:
    cart = a_cart(a_line("a", 10, 100), a_line("b", 1, 400), a_line("c", 1, 50))
    shirts = Items(skus=("a", "b"))
    found = priced(cart, [a_promotion("p", BuyGet(1, 1, Items(skus=("c",)), shirts, get_pick="dearest"))])
    assert nets(found) == {"a": 1000, "b": 0, "c": 50}


def test_a_unit_serves_one_deal_only() -> None:
    cart = a_cart(a_line("a", 3, 900))
    found = priced(cart, [a_promotion("p", BuyGet(2, 1)), a_promotion("q", BuyGet(2, 1))])
    assert (found.total_minor, len(found.applied)) == (1800, 1)


def test_units_that_cost_different_amounts_are_told_apart() -> None:
    found = priced(a_cart(a_line("a", 3, 1000)), [a_promotion("p", BuyGet(2, 1))])
    assert found.lines[0].units == (PricedUnits(2, 1000), PricedUnits(1, 0))


@pytest.mark.parametrize(
    "benefit",
    [
        BuyGet(2, 1),
        NthUnit(3),
        BundlePrice(3, 100),
        AmountOffUnit(7, group_size=3),
        PercentOff(Fraction(9), per="unit"),
    ],
    ids=lambda benefit: benefit.kind,
)
def test_a_hundred_thousand_units_are_as_exact_as_three(benefit: Benefit) -> None:
    few = priced(a_cart(a_line("a", 3, 999)), [a_promotion("p", benefit)])
    many = priced(a_cart(a_line("a", 99_999, 999)), [a_promotion("p", benefit)])
    assert many.discount_minor == few.discount_minor * 33_333


TESTED = [benefit for benefit, _ in (*LANDS, *FEES)]


def test_every_kind_of_benefit_is_tested() -> None:
    tested = {benefit.kind for benefit in TESTED} | {FreeGift.kind, Points.kind, NextCoupon.kind}
    assert tested == set(BENEFITS)


@pytest.mark.parametrize(
    "benefit", [*[one for one, _ in (*LANDS, *FEES)], FreeGift("m"), Points(5), NextCoupon("n")]
)
def test_a_benefit_says_itself_in_english_and_chinese(benefit: Benefit) -> None:
    english, chinese = benefit.sentence("EUR", "en"), benefit.sentence("EUR", "zh")
    assert english.isascii()
    assert not english.endswith(".")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
