"""Rungs, endings and labels."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.price.ladder import Ladder


def test_an_empty_ladder_is_refused() -> None:
    with pytest.raises(InputError, match="the ladder has no price"):
        Ladder.of([])


def test_a_rung_is_whole_minor_units_above_zero() -> None:
    with pytest.raises(InputError, match="above zero; given 0"):
        Ladder.of([0, 100])
    with pytest.raises(InputError, match=r"whole minor units above zero; given 1\.5"):
        Ladder((1.5,))  # type: ignore[arg-type]


def test_rungs_out_of_order_are_refused() -> None:
    with pytest.raises(InputError, match=r"Ladder\.of"):
        Ladder((200, 100))


def test_endings_are_all_prices_that_end_alike() -> None:
    assert Ladder.with_ending(100, 330, ending=95, every=100).prices == (195, 295)
    assert Ladder.with_ending(95, 95, ending=95, every=100).prices == (95,)


def test_a_range_without_such_an_ending_is_refused() -> None:
    with pytest.raises(InputError, match="no price from 100 to 190 ends in 95"):
        Ladder.with_ending(100, 190, ending=95, every=100)


def test_a_depth_is_never_smaller_than_promised_after_rounding() -> None:
    assert Ladder.from_depths(1000, [0, 0.1, 0.5]).prices == (500, 900, 1000)
    assert Ladder.from_depths(995, [0.1], ending=9, every=10).prices == (889, 995)


def test_a_depth_of_everything_is_refused() -> None:
    with pytest.raises(InputError, match="below 1; given 1"):
        Ladder.from_depths(100, [1.0])


def test_the_nearest_price_is_the_lower_of_two_equally_near() -> None:
    ladder = Ladder.of([100, 200, 300])
    assert [ladder.nearest(price) for price in (20, 150, 151, 999)] == [100, 100, 200, 300]


def test_rungs_between_two_prices_include_both() -> None:
    assert Ladder.of([100, 200, 300]).between(100, 200).prices == (100, 200)
    with pytest.raises(InputError, match="no rung lies from 110 to 190; the ladder has 100, 200"):
        Ladder.of([100, 200]).between(110, 190)


def test_labels_are_what_the_shelf_shows() -> None:
    assert Ladder.of([199, 1250]).labels("EUR") == ("1.99 EUR", "12.50 EUR")
