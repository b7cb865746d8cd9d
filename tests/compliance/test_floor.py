"""Goods stay above their floor, unless a reason of the law holds."""

from __future__ import annotations

from dealwright.compliance.floor import LowestPrice, check_floor
from prices_of_tests import ruling

LAW = ruling("cn", "price_floor")
THREE = LowestPrice("TEA", 3, 1_800, ("A", "B"), "CNY")


def test_a_unit_at_its_floor_is_allowed_and_a_cent_below_is_not() -> None:
    assert check_floor(THREE, 600, LAW).answer == "allow"
    found = check_floor(THREE, 601, LAW)
    assert found.answer == "block"
    assert found.sentence() == "with A + B together 3 cost 18.00 CNY, below 6.01 CNY each"


def test_a_reason_of_the_law_turns_the_block_into_a_warning_and_another_does_not() -> None:
    assert check_floor(THREE, 601, LAW, reason="near_expiry").answer == "warn"
    assert check_floor(THREE, 601, LAW, reason="competition").answer == "block"
