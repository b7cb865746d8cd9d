"""The shelf price is the same for everyone at the same place and time."""

from __future__ import annotations

from datetime import date

import pytest

from dealwright.core.errors import InputError
from dealwright.core.ids import Sku, StoreId
from dealwright.core.period import Period
from dealwright.price.fairness import ShelfPrice, violations

TEA, NORTH, SOUTH = Sku("tea"), StoreId("north"), StoreId("south")
FIRST_WEEK = Period(date(2024, 1, 1), date(2024, 1, 8))
SECOND_WEEK = Period(date(2024, 1, 8), date(2024, 1, 15))
BOTH_WEEKS = Period(date(2024, 1, 1), date(2024, 1, 15))


def test_other_places_and_times_may_have_other_prices() -> None:
    proposed = [
        ShelfPrice(TEA, NORTH, FIRST_WEEK, 299),
        ShelfPrice(TEA, NORTH, SECOND_WEEK, 249),
        ShelfPrice(TEA, SOUTH, FIRST_WEEK, 279),
        ShelfPrice(Sku("coffee"), NORTH, FIRST_WEEK, 599),
    ]
    assert violations(proposed) == []


def test_two_prices_at_once_are_told_with_the_day_they_clash() -> None:
    proposed = [ShelfPrice(TEA, NORTH, BOTH_WEEKS, 299), ShelfPrice(TEA, NORTH, SECOND_WEEK, 249)]
    (verdict,) = violations(proposed)
    assert verdict.code == "one_shelf_price"
    assert "299 for everyone and 249 for everyone at the same time (from 2024-01-08)" in verdict.reason


def test_the_same_price_twice_is_fair() -> None:
    proposed = [ShelfPrice(TEA, NORTH, BOTH_WEEKS, 299), ShelfPrice(TEA, NORTH, SECOND_WEEK, 299)]
    assert violations(proposed) == []


def test_a_dearer_price_for_some_is_told() -> None:
    proposed = [
        ShelfPrice(TEA, NORTH, FIRST_WEEK, 299),
        ShelfPrice(TEA, NORTH, FIRST_WEEK, 349, shown_to="loyal customers"),
    ]
    (verdict,) = violations(proposed)
    assert "349 for loyal customers" in verdict.reason


def test_a_price_shown_only_to_some_is_told_even_if_there_is_no_other() -> None:
    (verdict,) = violations([ShelfPrice(TEA, NORTH, FIRST_WEEK, 299, shown_to="new customers")])
    assert "give it as a coupon" in verdict.reason


def test_every_pair_that_clashes_is_told() -> None:
    proposed = [ShelfPrice(TEA, NORTH, FIRST_WEEK, price) for price in (299, 309, 319)]
    assert len(violations(proposed)) == 3


def test_a_price_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="the price of tea is 0"):
        ShelfPrice(TEA, NORTH, FIRST_WEEK, 0)
