"""A mechanic that is written is read back as it was."""

from __future__ import annotations

import json

import pytest

from dealwright.plan.mechanics import (
    MECHANICS,
    AmountOff,
    Bundle,
    BundleItem,
    BuyXGetOther,
    BuyXGetY,
    Coupon,
    FixedPrice,
    FlashSale,
    FreeDelivery,
    FullReduction,
    FullReductionEvery,
    Gift,
    GroupBuy,
    Mechanic,
    MemberPrice,
    PercentOff,
    Presale,
    QuantityTiers,
    SpendStep,
    UnitStep,
    block_of,
    mechanic_from,
)

ONE_OF_EACH: tuple[Mechanic, ...] = (
    PercentOff(0.2),
    AmountOff(150),
    FixedPrice(999),
    FullReduction((SpendStep(20000, 3000), SpendStep(40000, 8000))),
    FullReductionEvery(20000, 3000, 9000),
    Gift(100, 400, buy=2, repeats=True),
    BuyXGetY(2, 1, off=0.5, completing=0.3),
    BuyXGetOther(2, 1, 500, 300, stock=40),
    Bundle((BundleItem("007"), BundleItem("mug", 2)), 1200, 0.2),
    QuantityTiers((UnitStep(2, 0.1), UnitStep(4, 0.2))),
    Coupon(0.2, redeemed=0.1, vehicles=()),
    FlashSale(0.5, hours=4.0, busy=0.1, weekly_cost_minor=2000),
    GroupBuy(0.3, 3, 0.5),
    Presale(5000, 8000, vehicles=("display", "app")),
    MemberPrice(0.1, 0.4),
    FreeDelivery(5000, 0, fee_minor=350),
)


@pytest.mark.parametrize("mechanic", ONE_OF_EACH, ids=lambda mechanic: mechanic.kind)
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_what_is_written_is_read_back_as_it_was(mechanic: Mechanic, currency: str) -> None:
    written = json.dumps(block_of(mechanic, currency=currency))
    assert mechanic_from(json.loads(written), currency=currency) == mechanic


def test_every_mechanic_is_written_here() -> None:
    assert {mechanic.kind for mechanic in ONE_OF_EACH} == set(MECHANICS)
