"""Who pays less must be public; who is addressed personally must be told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dealwright.campaign.promotion import Promotion, Term
from dealwright.compliance.fair_terms import (
    check_personal,
    check_treatment,
    forbidden_word,
    is_personal,
    personal_kinds,
)
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.circumstance import InArm, InShare
from dealwright.engine.conditions.shopper import CustomerIs, InSegment, NewCustomer
from prices_of_tests import ruling

EQUAL = ruling("cn", "equal_treatment")
PERSONAL = ruling("cn", "personal_offers")


def promotion(*conditions: Term, code: str = "") -> Promotion:
    return Promotion("P", "CNY", PercentOff(Fraction(10)), conditions=conditions, code=code)


def answers(given: Promotion, **more: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.answer, one.code) for one in check_treatment(given, EQUAL, **more)]


def test_what_everybody_gets_is_fair() -> None:
    assert answers(promotion()) == [("allow", "same_for_all")]


def test_a_newcomers_offer_is_fair_because_it_says_so() -> None:
    assert answers(promotion(NewCustomer())) == [("allow", "public_condition")]


@pytest.mark.parametrize(
    "segment", ["ios-users", "High Income", "willingness_to_pay_9", "苹果手机用户", "价格敏感"]
)
def test_a_group_made_by_device_wealth_or_willingness_is_blocked_even_with_a_code(segment: str) -> None:
    found = answers(promotion(InSegment((segment,)), code="X"), public_segments=(segment,))
    assert found == [("block", "forbidden_input")]


def test_a_group_kept_out_by_a_forbidden_word_is_blocked_too() -> None:
    assert answers(promotion(InSegment((), ("android",)))) == [("block", "forbidden_input")]


def test_part_of_a_longer_word_is_not_forbidden() -> None:
    assert forbidden_word("curious", EQUAL.forbidden) == ""
    assert answers(promotion(InSegment(("curious",)))) == [("warn", "unpublished_segment")]


def test_a_group_is_fair_once_its_rule_is_public_or_it_is_a_voucher() -> None:
    assert answers(promotion(InSegment(("member",)))) == [("warn", "unpublished_segment")]
    assert answers(promotion(InSegment(("member",))), public_segments=("member",)) == [("allow", "public_segment")]
    assert answers(promotion(InSegment(("member",)), code="MEMBER")) == [("allow", "public_segment")]


def test_customers_named_one_by_one_get_vouchers_not_hidden_prices() -> None:
    assert answers(promotion(CustomerIs(("c1", "c2")))) == [("block", "named_customers")]
    assert answers(promotion(CustomerIs(("c1", "c2")), code="ANN")) == [("warn", "named_customers")]


def test_chance_warns() -> None:
    assert answers(promotion(InArm("tea", ("treatment",)))) == [("warn", "by_chance")]
    assert answers(promotion(InShare("tea", Fraction(1, 2)))) == [("warn", "by_chance")]


def test_a_personal_offer_is_to_be_told() -> None:
    assert check_personal(promotion(CustomerIs(("c1",))), PERSONAL).answer == "warn"
    assert check_personal(promotion(InSegment(("vip",))), PERSONAL).answer == "warn"
    assert check_personal(promotion(NewCustomer()), PERSONAL).answer == "allow"
    both = promotion(CustomerIs(("c1",)), InSegment(("vip",)), InSegment(("gold",)), NewCustomer())
    assert personal_kinds(both) == ("customer_is", "in_segment")
    assert not is_personal(promotion())
