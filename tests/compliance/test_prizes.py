"""Prizes are within the law and only get better once they are announced."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright.compliance.prizes import Prize, check_prize_edit, check_prizes
from prices_of_tests import ruling

LAW = ruling("cn", "prize_terms")
CAR = Prize("car", 5_000_000, 1, Fraction(1, 10_000))
MUG = Prize("mug", 3_000, 100, Fraction(1, 100))


def test_a_prize_of_fifty_thousand_is_allowed_and_a_cent_more_is_not() -> None:
    assert check_prizes((CAR, MUG), LAW).answer == "allow"
    found = check_prizes((replace(CAR, value_minor=5_000_001), MUG), LAW)
    assert (found.answer, found.code) == ("block", "prize_too_dear")


def test_chances_come_to_one_at_most_and_every_prize_has_one() -> None:
    assert check_prizes((replace(MUG, odds=Fraction(1)),), LAW).answer == "allow"
    for wrong in ((CAR, replace(MUG, odds=Fraction(1))), (replace(MUG, odds=Fraction(0)),), ()):
        assert check_prizes(wrong, LAW).code == "prize_odds_wrong"
    assert check_prizes((replace(MUG, quantity=0),), LAW).code == "prize_odds_wrong"


def test_an_announced_prize_may_not_go() -> None:
    assert check_prize_edit((CAR, MUG), (MUG,), LAW).answer == "block"
    assert check_prize_edit((MUG,), (CAR, MUG), LAW).answer == "allow"


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
def test_an_edit_passes_exactly_when_nothing_gets_smaller(value: int, quantity: int, odds: int) -> None:
    edited = Prize("mug", 3_000 + value, 100 + quantity, Fraction(100 + odds, 10_000))
    found = check_prize_edit((MUG,), (edited,), LAW)
    assert (found.answer == "allow") == (min(value, quantity, odds) >= 0)
