"""Percent off, amount off and fixed price: what is felt is what is given."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import AmountOff, FixedPrice, PercentOff, Shopping, effective

TEA = Shopping("tea", 400)


def test_a_fifth_off_is_felt_and_given_by_every_unit() -> None:
    offer = effective(PercentOff(0.2), TEA)
    assert (offer.felt_depth, offer.discount_minor, offer.cost_share, offer.reach) == (0.2, 80.0, 0.2, 1.0)
    assert offer.assumptions == ()


def test_the_same_amount_off_is_a_deeper_cut_on_a_cheaper_product() -> None:
    assert effective(AmountOff(100), TEA).felt_depth == 0.25
    assert effective(AmountOff(100), Shopping("coffee", 1000)).felt_depth == 0.1


def test_a_fixed_price_gives_the_difference_to_the_regular_price() -> None:
    offer = effective(FixedPrice(300), TEA)
    assert (offer.felt_depth, offer.discount_minor) == (0.25, 100.0)


def test_an_amount_that_leaves_nothing_to_pay_is_not_offered_on_the_product() -> None:
    assert AmountOff(399).suits(TEA)
    assert AmountOff(400).suits(TEA).code == "nothing_left_to_pay"
    with pytest.raises(InputError, match="amount_off on 'tea': 400 off leaves nothing of 400 minor units"):
        effective(AmountOff(400), TEA)


def test_a_fixed_price_at_the_regular_price_is_no_promotion() -> None:
    assert FixedPrice(400).suits(TEA).code == "not_below_regular"


def test_what_a_mechanic_costs_each_week_whatever_is_sold_is_kept_beside_the_unit() -> None:
    offer = effective(PercentOff(0.2, weekly_cost_minor=900, vehicles=("mailer",)), TEA)
    assert (offer.fixed_minor, offer.cost_minor, offer.vehicles) == (900.0, 80.0, ("mailer",))


@pytest.mark.parametrize("depth", [0, 1, -0.1, 1.5, float("nan"), float("inf"), True, "0.2", None])
def test_a_depth_is_a_share_above_nothing_and_below_all(depth: object) -> None:
    with pytest.raises(InputError, match="percent_off: depth is a share above 0 and below 1; given"):
        PercentOff(depth)  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [0, -5, 3.5, True])
def test_an_amount_is_a_whole_number_of_minor_units(price: object) -> None:
    with pytest.raises(InputError, match="off is an amount above 0"):
        AmountOff(price)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the regular price of 'tea'"):
        Shopping("tea", price)  # type: ignore[arg-type]
