"""Mechanics as files write them."""

from __future__ import annotations

from typing import Any

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import (
    MECHANICS,
    Bundle,
    BundleItem,
    BuyXGetY,
    Coupon,
    FullReduction,
    PercentOff,
    SpendStep,
    mechanic_from,
    mechanics_from,
)


def test_a_block_names_its_kind_and_keys() -> None:
    assert mechanic_from({"kind": "buy_x_get_y", "buy": 2, "get": 1}) == BuyXGetY(2, 1)
    assert mechanic_from({"kind": "percent_off", "depth": 0.2, "vehicles": "mailer"}) == PercentOff(
        0.2, vehicles=("mailer",)
    )


def test_amounts_are_in_major_units_of_the_currency() -> None:
    block = {"kind": "full_reduction", "steps": [{"spend": "200", "off": 30}, {"spend": 400.5, "off": 80}]}
    assert mechanic_from(block, currency="CNY") == FullReduction((SpendStep(20000, 3000), SpendStep(40050, 8000)))
    assert mechanic_from(block | {"steps": [{"spend": 200, "off": 30}]}, currency="JPY") == FullReduction(
        (SpendStep(200, 30),)
    )


def test_an_amount_without_currency_is_refused() -> None:
    with pytest.raises(InputError, match="mechanic: off is an amount of money; say in which currency"):
        mechanic_from({"kind": "amount_off", "off": 3})


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    with pytest.raises(InputError, match=r"mechanic: off: '1.5' is not a whole number of JPY minor units"):
        mechanic_from({"kind": "amount_off", "off": 1.5}, currency="JPY")


def test_a_part_may_be_its_first_key_alone() -> None:
    block = {"kind": "bundle", "items": ["A", {"sku": 17, "units": 2}], "price": 9.9, "taken": 0.3}
    assert mechanic_from(block, currency="EUR") == Bundle((BundleItem("A"), BundleItem("17", 2)), 990, 0.3)


def test_what_is_left_empty_is_left_to_the_default() -> None:
    assert mechanic_from({"kind": "coupon", "depth": 0.2, "redeemed": 0.1, "coupons": None}) == Coupon(0.2, 0.1)


def test_a_misspelt_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no mechanic is called 'cupon'; did you mean 'coupon'"):
        mechanic_from({"kind": "cupon", "depth": 0.2})


def test_a_misspelt_key_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="redemed is unknown; did you mean 'redeemed'"):
        mechanic_from({"kind": "coupon", "depth": 0.2, "redeemed": 0.1, "redemed": 0.1})


def test_all_mistakes_of_all_blocks_are_told_at_once_with_their_place() -> None:
    blocks: list[Any] = [
        {"kind": "coupon", "dept": 0.2, "redeemed": 3},
        {"kind": "full_reduction", "steps": [{"spend": 20, "off": 30}, {"spend": -1, "off": 1}]},
        {"depth": 0.2},
        "percent_off",
        {"kind": "percent_off", "depth": 0.1},
    ]
    with pytest.raises(InputError) as refused:
        mechanics_from(blocks, currency="EUR")
    told = list(refused.value.problems)
    assert told[:3] == [
        "mechanics.0: dept is unknown; did you mean 'depth'? "
        "Allowed here: clipped, clipped_by, coupons, depth, redeemed, vehicles, weekly_cost",
        "mechanics.0: depth is needed here",
        "mechanics.0: redeemed is a share from 0 to 1; given 3",
    ]
    assert told[3:5] == [
        "mechanics.1: steps.0: off is as much as spend or more, which leaves nothing to pay; give less off",
        "mechanics.1: steps.1: spend is an amount above 0; given -1",
    ]
    assert told[5].startswith("mechanics.2: kind is needed here; one of amount_off, ")
    assert told[6].startswith("mechanics.3: a mechanic is a block with a kind")
    assert len(told) == 7


@pytest.mark.parametrize("given", [5, "tea", {"sku": "tea"}, None, []])
def test_parts_are_a_list(given: object) -> None:
    with pytest.raises(InputError, match="items is a list of one or more BundleItem; given"):
        mechanic_from({"kind": "bundle", "items": given, "price": 9, "taken": 0.3}, currency="EUR")


def test_every_mechanic_of_the_shop_has_a_name() -> None:
    assert list(MECHANICS) == [
        "amount_off",
        "bundle",
        "buy_x_get_other",
        "buy_x_get_y",
        "coupon",
        "fixed_price",
        "flash_sale",
        "free_delivery",
        "full_reduction",
        "full_reduction_every",
        "gift",
        "group_buy",
        "member_price",
        "percent_off",
        "presale",
        "quantity_tiers",
    ]
    assert MECHANICS.make("coupon") is Coupon
