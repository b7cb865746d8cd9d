"""Money is exact, and what is split sums to what there was."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.core.money import Money, allocate, exponent

minors = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])
weight_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("-0.01", "EUR", -1),
        ("1e3", "EUR", 100_000),
        ("1250", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("0.0001", "CLF", 1),
    ],
)
def test_an_amount_is_read_in_the_minor_unit_of_its_currency(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(("text", "currency"), [("1.234", "EUR"), ("1.5", "JPY"), ("0.0001", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: str) -> None:
    with pytest.raises(InputError, match=f"'{text}' is not a whole number of {currency} minor units"):
        Money.parse(text, currency)


@pytest.mark.parametrize("text", ["", "abc", "1,50", "12.5.0"])
def test_text_that_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"is not an amount; write it like '12\.50'"):
        Money.parse(text, "EUR")


@pytest.mark.parametrize("text", ["1e999999", "1e30", "12345678901234567890123456789.12", "1." + "0" * 40 + "1"])
def test_an_amount_too_large_or_too_fine_to_be_exact_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Money.parse(text, "EUR")


def test_the_largest_amount_a_table_can_hold_is_the_largest_amount() -> None:
    assert Money.parse("92233720368547758.07", "EUR").minor == 2**63 - 1
    with pytest.raises(InputError, match="check the decimal point"):
        Money.parse("92233720368547758.08", "EUR")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_neither_infinity_nor_not_a_number_is_money(text: str) -> None:
    with pytest.raises(InputError):
        Money.parse(text, "EUR")
    with pytest.raises(InputError, match="must be finite"):
        Money.nearest(float(text), "EUR")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_only_a_whole_number_is_a_count_of_minor_units(minor: object) -> None:
    with pytest.raises(InputError, match="whole number of minor units"):
        Money(minor, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "E1R", "ÄÖÜ"])
def test_what_is_no_iso_code_is_no_currency(currency: str) -> None:
    with pytest.raises(InputError, match=f"{currency!r} is not an ISO 4217 code"):
        Money(1, currency)


def test_two_currencies_are_never_added_or_subtracted() -> None:
    with pytest.raises(InputError, match="cannot mix EUR and JPY"):
        Money(1, "EUR") + Money(1, "JPY")
    with pytest.raises(InputError, match="cannot mix JPY and EUR"):
        Money(1, "JPY") - Money(1, "EUR")


@pytest.mark.parametrize(("major", "minor"), [(0.125, 12), (0.375, 38), (-0.125, -12), (2.0, 200), (0.004, 0)])
def test_an_estimate_is_rounded_half_to_even(major: float, minor: int) -> None:
    assert Money.nearest(major, "EUR") == Money(minor, "EUR")


def test_an_amount_is_shown_with_all_decimals_of_its_currency() -> None:
    assert str(Money(123456, "JPY")) == "123,456 JPY"
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
    assert str(Money(1250, "KWD")) == "1.250 KWD"


def test_a_currency_nobody_lists_has_hundredths() -> None:
    assert exponent("CNY") == 2


@given(minors, currencies)
def test_an_amount_survives_being_written_and_read(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(str(money.major), currency) == money


@given(minors, minors, st.integers(-1000, 1000))
def test_amounts_add_like_whole_numbers(left: int, right: int, units: int) -> None:
    one, two = Money(left, "EUR"), Money(right, "EUR")
    assert one + two == two + one == Money(left + right, "EUR")
    assert one + two - two == one
    assert one + -one == Money(0, "EUR")
    assert one * units == Money(left * units, "EUR")


@given(minors, weight_lists)
def test_the_parts_sum_to_the_total(total_minor: int, weights: list[int]) -> None:
    assert sum(allocate(total_minor, weights)) == total_minor


@given(minors, weight_lists.filter(any))
def test_no_part_is_a_whole_unit_away_from_its_exact_share(total_minor: int, weights: list[int]) -> None:
    for part, weight in zip(allocate(total_minor, weights), weights, strict=True):
        assert abs(part - Fraction(total_minor * weight, sum(weights))) < 1


@given(st.integers(0, 10**6), weight_lists.filter(any))
def test_spare_units_go_to_the_largest_remainders(total_minor: int, weights: list[int]) -> None:
    assert allocate(total_minor, weights) == _hamilton(total_minor, weights)


def _hamilton(total_minor: int, weights: list[int]) -> list[int]:
    """An oracle that works otherwise: whole shares by integer division, then one unit at a time."""
    whole = sum(weights)
    parts = [total_minor * weight // whole for weight in weights]
    remainders = [total_minor * weight % whole for weight in weights]
    while sum(parts) < total_minor:
        first_largest = remainders.index(max(remainders))
        parts[first_largest] += 1
        remainders[first_largest] = -1
    return parts


@given(minors, st.integers(1, 50))
def test_equal_weights_give_parts_that_differ_by_at_most_one_unit(total_minor: int, n_parts: int) -> None:
    parts = allocate(total_minor, [7] * n_parts)
    assert max(parts) - min(parts) <= 1
    assert sorted(parts, key=abs, reverse=True) == parts


@given(minors, weight_lists, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(total_minor: int, weights: list[int], factor: int) -> None:
    scaled = [Fraction(weight, factor) for weight in weights]
    assert allocate(total_minor, scaled) == allocate(total_minor, weights)


@given(minors, weight_lists)
def test_a_refund_is_split_like_the_charge(total_minor: int, weights: list[int]) -> None:
    assert allocate(-total_minor, weights) == [-part for part in allocate(total_minor, weights)]


@given(minors, weight_lists.filter(any))
def test_a_line_of_no_weight_gets_nothing(total_minor: int, weights: list[int]) -> None:
    parts = allocate(total_minor, weights)
    assert {part for part, weight in zip(parts, weights, strict=True) if weight == 0} <= {0}


def test_weights_that_are_all_zero_split_evenly() -> None:
    assert allocate(5, [0, 0]) == [3, 2]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_no_weights_and_weights_below_zero_are_refused(weights: list[int]) -> None:
    with pytest.raises(InputError, match="at least one number, none below zero"):
        allocate(100, weights)
