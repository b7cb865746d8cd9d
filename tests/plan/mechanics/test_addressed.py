"""Mechanics that only some customers use: coupon, flash sale, group buy, presale, members, delivery."""

from __future__ import annotations

import math

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import (
    AssumedBaskets,
    Baskets,
    Coupon,
    FlashSale,
    FreeDelivery,
    GroupBuy,
    MemberPrice,
    Presale,
    Shopping,
    effective,
)

TEA = Shopping("tea", 1000)


def test_a_coupon_costs_its_depth_times_redemption_and_others_feel_nothing() -> None:
    offer = effective(Coupon(0.25, redeemed=0.08, clipped=0.2, clipped_by="members"), TEA)
    assert (offer.discount_minor, offer.felt_depth) == (20.0, 0.02)
    assert (offer.uses_per_unit, offer.reach, offer.vehicles) == (0.08, 0.2, ("app",))


def test_a_coupon_that_nobody_redeems_costs_nothing() -> None:
    offer = effective(Coupon(0.25, redeemed=0.0), TEA)
    assert (offer.cost_minor, offer.felt_depth) == (0.0, 0.0)


def test_coupons_are_redeemed_by_holders_only() -> None:
    with pytest.raises(InputError, match=r"coupon: redeemed 0.3 is more than clipped 0.2; only holders redeem"):
        Coupon(0.25, redeemed=0.3, clipped=0.2)


def test_a_flash_sale_is_felt_for_its_share_of_the_week() -> None:
    assert effective(FlashSale(0.5, hours=42), TEA).discount_minor == 125.0
    assert effective(FlashSale(0.5, hours=4, busy=0.3), TEA).felt_depth == pytest.approx(0.15)


def test_a_flash_sale_ends_with_its_stock() -> None:
    offer = effective(FlashSale(0.5, stock=40), TEA)
    assert (offer.felt_depth, offer.most_uses) == (0.5, 40.0)
    assert (offer.served(30), offer.served(0), offer.served(160)) == (1.0, 1.0, 0.25)
    # A quarter of the week's units are sold in its hours, so stock lasts four times as long.
    assert effective(FlashSale(0.5, stock=40, hours=42), TEA).served(160) == 1.0


def test_a_flash_sale_ends_at_all() -> None:
    with pytest.raises(InputError, match="flash_sale: it needs stock, hours or both; without either"):
        FlashSale(0.5)
    with pytest.raises(InputError, match="give hours too"):
        FlashSale(0.5, stock=4, busy=0.2)
    with pytest.raises(InputError, match="hours is a number of hours above 0, at most 168; given 200"):
        FlashSale(0.5, hours=200)


def test_a_group_gives_its_depth_times_the_chance_that_it_fills() -> None:
    offer = effective(GroupBuy(0.3, seats=3, fills=0.6, groups=5), TEA)
    assert offer.felt_depth == pytest.approx(0.18)
    assert offer.discount_minor == pytest.approx(180.0)
    assert offer.most_uses == 15
    assert effective(GroupBuy(0.3, seats=3, fills=0.6, joins=0.5), TEA).felt_depth == pytest.approx(0.09)
    with pytest.raises(InputError, match="one buyer is no group"):
        GroupBuy(0.3, seats=1, fills=0.6)


def test_a_deposit_of_50_that_counts_as_80_makes_300_cost_270() -> None:
    presale = Presale(5000, 8000)
    assert presale.pays(30000) == 27000
    offer = effective(presale, Shopping("coat", 30000))
    assert (offer.felt_depth, offer.discount_minor) == (0.1, 3000.0)


def test_forfeited_deposits_lower_the_cost_and_never_below_nothing() -> None:
    coat = Shopping("coat", 30000)
    # One deposit of 50 kept for each nine sold.
    assert effective(Presale(5000, 8000, forfeits=0.1), coat).discount_minor == pytest.approx(3000 - 5000 / 9)
    assert effective(Presale(5000, 8000, forfeits=0.5), coat).discount_minor == 0.0
    assert effective(Presale(5000, 8000, forfeits=0.5), coat).felt_depth == 0.1


def test_a_deposit_multiplies_and_counts_for_no_more_than_the_price() -> None:
    with pytest.raises(InputError, match="presale: counts is not above deposit"):
        Presale(5000, 5000)
    assert Presale(5000, 8000).suits(Shopping("coat", 8000))
    assert Presale(5000, 8000).suits(Shopping("hat", 7999)).code == "deposit_above_price"


def test_a_member_price_is_given_to_the_share_that_members_buy() -> None:
    offer = effective(MemberPrice(0.1, members=0.4), TEA)
    assert (offer.discount_minor, offer.felt_depth) == pytest.approx((40.0, 0.04))
    assert offer.reach == 0.4


def test_free_delivery_costs_the_orders_that_pass_spread_over_what_is_sold() -> None:
    seen = Shopping("tea", 1000, baskets=Baskets.observed([2000, 4000, 6000, 8000]))
    # Two of four orders pass: 2 x 500 on 20000 of money is 5 %.
    offer = effective(FreeDelivery(5000, 500), seen)
    assert offer.extra_minor == pytest.approx(50.0, rel=1e-12)
    assert offer.felt_depth == pytest.approx(0.05, rel=1e-12)
    assert (offer.discount_minor, offer.reach) == (0.0, 0.5)


def test_delivery_is_borne_by_units_in_orders_that_pass() -> None:
    in_small = Shopping("tea", 1000, baskets=Baskets.observed([2000, 8000], units=[3, 1]))
    # One of four units is in the order of 8000 and bears 500 * 1000 / 8000.
    assert effective(FreeDelivery(5000, 500), in_small).extra_minor == pytest.approx(62.5 / 4, rel=1e-12)


def test_a_stated_share_of_orders_replaces_the_one_counted() -> None:
    seen = Shopping("tea", 1000, baskets=Baskets.observed([5000]))
    offer = effective(FreeDelivery(9000, 500, fee_minor=300, passing=0.5), seen)
    assert offer.extra_minor == pytest.approx(0.5 * 500 / 5)
    assert offer.felt_depth == pytest.approx(0.5 * 300 / 5000)
    assert [(a.source, a.number) for a in offer.assumptions if a.code == "passing"] == [("given", 0.5)]


def test_without_baskets_delivery_follows_the_exponential() -> None:
    known = Shopping("tea", 1000, baskets=AssumedBaskets(2500))
    assert effective(FreeDelivery(5000, 500), known).extra_minor == pytest.approx(1000 * 500 * math.exp(-2) / 2500)
    # A threshold of nothing, and nothing known: every order is one unit.
    assert effective(FreeDelivery(0, 500), TEA).extra_minor == 500.0
