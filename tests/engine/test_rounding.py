"""Percentages and shares to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dealwright.engine.rounding import percent_of, share_out


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("half_up", 3), ("half_even", 2), ("half_down", 2), ("down", 2), ("up", 3), ("half_up_on_price", 2)],
)
def test_half_a_cent_goes_where_the_policy_says(rounding: str, expected: int) -> None:
    assert percent_of(25, Fraction(10), rounding) == expected  # type: ignore[arg-type]


def test_a_percentage_may_have_decimals_and_any_fraction() -> None:
    assert percent_of(6000, Fraction("10.5")) == 630
    assert percent_of(100, Fraction(100, 3)) == 33


def test_spare_cents_go_to_the_largest_remainders_then_to_the_first() -> None:
    assert share_out(1000, [5000, 5000, 5000], [5000, 5000, 5000]) == [334, 333, 333]
    assert share_out(5000, [12000, 23000, 30000], [12000, 23000, 30000]) == [923, 1769, 2308]


def test_or_to_the_first_or_the_last_line_if_the_shop_does_so() -> None:
    weights = [12000, 23000, 30000]
    assert share_out(5000, weights, weights, allocation="first_line_remainder") == [924, 1769, 2307]
    assert share_out(5000, weights, weights, allocation="last_line_remainder") == [923, 1769, 2308]


def test_what_one_line_has_no_room_for_moves_to_the_others() -> None:
    assert share_out(3600, [10000, 4000, 3000, 1000], [1000, 1000, 3000, 1000]) == [1000, 1000, 1200, 400]


def test_more_than_all_room_is_cut_down_to_it_and_weightless_lines_get_nothing() -> None:
    assert share_out(900, [100, 0, 200], [100, 0, 200]) == [100, 0, 200]
    assert share_out(0, [1, 2], [1, 2]) == [0, 0]
