"""Claims of texts equal what can be worked out, or are named."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.compliance.claims import ClaimFacts, check_claims, claims_in
from dealwright.compliance.profile import RuleName, Ruling
from prices_of_tests import ruling

LAW: dict[RuleName, Ruling] = {
    "claims": ruling("cn", "claims"),
    "real_scarcity": ruling("cn", "real_scarcity"),
}
TRUE = ClaimFacts(
    "CNY",
    percents=(Fraction(20),),
    amounts_minor=(2_000,),
    bases_minor=(10_000,),
    is_lowest=True,
    days=1,
    units_left=3,
    subsidies_minor=(500,),
)


def answers(text: str, facts: ClaimFacts = TRUE) -> list[str]:
    return [one.answer for one in check_claims([text], facts, LAW)]


@pytest.mark.parametrize(
    "text",
    [
        "20% off",
        "8折",
        "80折",
        "8.0折",
        "立省¥20",
        "save 20.00",
        "原价¥100",
        "was 100 now",
        "历史最低价",
        "lowest price",
        "仅限今天",
        "today only",
        "仅剩3件",
        "only 3 left",
        "补贴5元",
        "up to 20%",
    ],
)
def test_a_claim_that_equals_the_fact_passes(text: str) -> None:
    assert answers(text) == ["allow"]


@pytest.mark.parametrize(
    "text",
    [
        "21% off",
        "7折",
        "75折",
        "立省¥21",
        "save 20.01",
        "原价¥120",
        "was 101 now",
        "仅剩2件",
        "only 4 left",
        "补贴5.01元",
        "全网最低",
        "lowest price anywhere",
        "最高21%",
    ],
)
def test_a_claim_that_differs_from_the_fact_is_blocked(text: str) -> None:
    assert answers(text) == ["block"]


def test_lowest_and_today_only_are_false_when_it_was_cheaper_or_lasts_longer() -> None:
    facts = ClaimFacts("CNY", is_lowest=False, days=2)
    assert answers("最低价,仅限今天", facts) == ["block", "block"]


def test_a_part_of_a_per_cent_may_be_left_unsaid_but_not_added() -> None:
    facts = ClaimFacts("CNY", percents=(Fraction(209, 10),))
    assert answers("20%", facts) == ["allow"]
    assert answers("21%", facts) == ["block"]


def test_a_price_rounded_to_its_cent_keeps_the_percentage_it_was_made_by() -> None:
    rounded = ClaimFacts("CNY", percents=(Fraction(3500, 177),), bases_minor=(177,))  # 20% off 1.77 is 1.42
    assert answers("20% off", rounded) == ["allow"]
    assert answers("21% off", rounded) == ["block"]


def test_one_number_must_be_true_of_all_goods_unless_it_says_up_to() -> None:
    facts = ClaimFacts("CNY", percents=(Fraction(10), Fraction(30)))
    assert answers("30% off", facts) == ["block"]
    assert answers("up to 30% off", facts) == ["allow"]


def test_a_claim_that_nothing_known_proves_warns() -> None:
    assert answers("20% off, only 3 left", ClaimFacts("CNY")) == ["warn", "warn"]


def test_a_subsidy_that_nobody_funds_is_blocked() -> None:
    assert answers("补贴5元", ClaimFacts("CNY", subsidies_minor=())) == ["block"]


def test_a_text_without_a_claim_has_no_finding() -> None:
    assert claims_in("Tea week: 3 kinds of tea, from Monday on") == ()


@given(percent=st.integers(1, 99), true=st.integers(1, 99))
def test_a_percentage_passes_exactly_when_it_is_the_true_one(percent: int, true: int) -> None:
    facts = ClaimFacts("CNY", percents=(Fraction(true),))
    assert answers(f"{percent}% off", facts) == ["allow" if percent == true else "block"]
