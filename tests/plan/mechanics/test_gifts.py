"""Gifts and other items: what they cost is not what they are felt to be worth."""

from __future__ import annotations

import pytest

from dealwright.plan.mechanics import BuyXGetOther, Gift, Purchases, Shopping, effective

SEEN = Shopping("tea", 1000, Purchases.observed([1, 2, 5]))


def test_one_gift_goes_with_each_large_purchase() -> None:
    # Two of three purchases, eight units: a quarter of a gift per unit.
    offer = effective(Gift(cost_minor=80, value_minor=400, buy=2, valued=0.5), SEEN)
    assert (offer.uses_per_unit, offer.extra_minor, offer.felt_depth) == (0.25, 20.0, 0.05)
    assert offer.discount_minor == 0.0
    assert offer.reach == pytest.approx(2 / 3)


def test_a_gift_that_repeats_goes_with_every_group_of_units() -> None:
    # 0 + 1 + 2 gifts on eight units, and half of those with a right to one take it.
    offer = effective(Gift(80, 400, buy=2, repeats=True, taken=0.5), SEEN)
    assert offer.uses_per_unit == 3 / 16
    assert offer.extra_minor == 15.0


def test_gifts_run_out() -> None:
    offer = effective(Gift(80, 400, buy=2, gifts=10), SEEN)
    assert offer.served(40) == 1.0
    assert offer.served(80) == 0.5


def test_a_gift_may_cost_more_than_the_product_but_no_cut_is_felt_as_all() -> None:
    offer = effective(Gift(cost_minor=1500, value_minor=9000), Shopping("tea", 1000, Purchases.observed([1])))
    assert offer.cost_share == 1.5
    assert offer.felt_depth == 0.9
    assert [a.code for a in offer.assumptions][-1] == "most_felt"


def test_another_item_costs_its_discount_where_it_was_wanted_and_its_goods_where_not() -> None:
    # Every second unit brings one: 0 + 1 + 2 on eight units.
    free = BuyXGetOther(2, 1, other_price_minor=200, other_cost_minor=120, anyway=0.25)
    offer = effective(free, SEEN)
    assert offer.extra_minor == pytest.approx(3 / 8 * (0.25 * 200 + 0.75 * 120))
    assert offer.felt_depth == pytest.approx(3 / 8 * 0.5 * 200 / 1000)


def test_another_item_that_is_paid_above_its_cost_costs_nothing_where_it_was_not_wanted() -> None:
    half = BuyXGetOther(1, 1, other_price_minor=400, other_cost_minor=120, off=0.5, anyway=0.0)
    assert effective(half, SEEN).extra_minor == 0.0
    assert effective(half, SEEN).felt_depth == pytest.approx(0.1)
