"""Quantity tiers: large purchases count by what they hold."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import Purchases, QuantityTiers, Shopping, UnitStep, effective

TIERS = QuantityTiers((UnitStep(2, 0.1), UnitStep(6, 0.25)))


def test_every_unit_of_a_purchase_has_the_cut_of_its_tier() -> None:
    # 1 at 0, 2 at 10 %, 7 at 25 %: 0.2 + 1.75 of ten units.
    offer = effective(TIERS, Shopping("tea", 1000, Purchases.observed([1, 2, 7])))
    assert offer.felt_depth == pytest.approx(0.195, rel=1e-12)
    assert offer.discount_minor == pytest.approx(195.0, rel=1e-12)
    assert offer.reach == pytest.approx(2 / 3)
    assert offer.uses_per_unit == 0.9


def test_unseen_quantities_follow_the_closed_form() -> None:
    # Geometric with mean 2: units in purchases of n or more are (1/2)^(n-1) (n + 1) of 2.
    offer = effective(TIERS, Shopping("tea", 1000, Purchases.assumed(2.0)))
    by_hand = (0.1 * (1 / 2) * 3 + (0.25 - 0.1) * (1 / 2) ** 5 * 7) / 2
    assert offer.felt_depth == pytest.approx(by_hand, rel=1e-12)


def test_tiers_rise_in_units_and_in_depth() -> None:
    with pytest.raises(InputError, match=r"quantity_tiers: steps.1 is not above steps.0 in units and in depth"):
        QuantityTiers((UnitStep(2, 0.2), UnitStep(6, 0.1)))
    with pytest.raises(InputError, match="units is a whole number of at least 1"):
        UnitStep(0, 0.1)
