"""Histories are checked, and equal ones are put together."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.histories import equal_rows, purchase_histories


def test_customers_with_equal_histories_are_counted_once() -> None:
    histories = purchase_histories([0, 2, 0, 2, 0], [0, 9.0, 0, 9.0, 0], [20, 20, 20, 20, 30])
    equal = equal_rows(histories.columns())
    assert equal.counts.tolist() == [2, 1, 2]
    assert histories.repeats[equal.first].tolist() == [0, 0, 2]
    assert equal.kind_of.tolist() == [0, 2, 0, 2, 1]


def test_nobody_makes_no_kinds() -> None:
    assert len(equal_rows([np.array([]), np.array([])]).counts) == 0


def test_all_that_is_wrong_with_histories_is_told_at_once_with_an_example() -> None:
    with pytest.raises(InputError) as refusal:
        purchase_histories([1, 0, 1.5, 1, -1], [10, 2, 3, 0, 0], [9, 20, 20, 20, 20])
    assert refusal.value.problems == (
        "repeats is not a whole number, zero or more in 2 of 5 histories; the first is row 2 "
        "(repeats 1.5, active_span 3, age 20)",
        "age is less than active_span: the last purchase would be after the end of the data in 1 of 5 histories; "
        "the first is row 0 (repeats 1, active_span 10, age 9)",
        "active_span is above zero without a repeat in 1 of 5 histories; the first is row 1 "
        "(repeats 0, active_span 2, age 20)",
        "active_span is zero in spite of repeats in 1 of 5 histories; the first is row 3 "
        "(repeats 1, active_span 0, age 20)",
    )


@pytest.mark.parametrize("age", [np.nan, np.inf])
def test_a_missing_age_is_refused(age: float) -> None:
    with pytest.raises(InputError, match="a value is missing or infinite in 1 of 1 histories; the first is row 0"):
        purchase_histories([1], [1], [age])


def test_a_negative_span_is_refused() -> None:
    with pytest.raises(InputError, match="active_span is negative in 1 of 1 histories"):
        purchase_histories([1], [-1], [5])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(InputError, match=r"one number per customer each; given shapes \(2,\), \(1,\), \(2,\)"):
        purchase_histories([0, 0], [0], [1, 2])
