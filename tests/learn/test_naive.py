"""What comparing with the weeks before says."""

from __future__ import annotations

import numpy as np

from dealwright.learn.naive import before_and_after

UNITS = np.array([50.0, 10, 12, 14, 16, 40, 11])


def test_the_four_weeks_without_promotion_before_it_are_what_it_is_compared_with() -> None:
    is_plain = np.array([True, True, True, True, True, False, True])
    assert before_and_after(UNITS, is_plain, 5) == (10 + 12 + 14 + 16) / 4


def test_a_product_that_was_always_promoted_before_is_compared_with_what_came_later() -> None:
    is_plain = np.array([False, False, False, False, False, False, True])
    assert before_and_after(UNITS, is_plain, 5) == 11


def test_a_product_that_was_always_promoted_has_nothing_to_be_compared_with() -> None:
    assert before_and_after(UNITS, np.zeros(7, dtype=bool), 5) == 0
