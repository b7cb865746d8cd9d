"""How counts scatter around what is expected of them."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.counts import LEAST_LOG_UNITS, MOST_LOG_UNITS, Scatter, units_of
from dealwright.demand.nested import Nesting


def test_a_step_too_far_expects_neither_nothing_nor_more_than_a_number_can_hold() -> None:
    assert units_of(np.array([[-1e9, 0.0, 1e9]])).tolist() == [
        [np.exp(LEAST_LOG_UNITS), 1.0, np.exp(MOST_LOG_UNITS)]
    ]


def test_a_quiet_series_is_believed_halfway_to_its_category_and_never_below_chance() -> None:
    # Ten periods of ten expected units each: squares over the mean of 160, 40 and 4, over 10 - 3 periods.
    errors = np.array([16.0, 4.0, 0.4])
    units = np.full((3, 10), 10.0) + np.sqrt(errors * 10.0)[:, None]
    expected, nesting = np.full((3, 10), 10.0), Nesting.of(np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64))
    scatter = Scatter.of(units, expected, np.ones((3, 10)), nesting)
    assert scatter.misfit.tolist() == [0.0, 0.0, 0.0]
    assert scatter.noise == pytest.approx([(160 / 7 + 40 / 7) / 2, 40 / 7, (4 / 7 + 40 / 7) / 2])
    assert scatter.over_mean(expected)[:, 0] == pytest.approx(scatter.noise)


def test_categories_keep_their_own_scatter() -> None:
    errors = np.array([16.0, 4.0, 0.1])
    units, expected = np.full((3, 10), 10.0) + np.sqrt(errors * 10.0)[:, None], np.full((3, 10), 10.0)
    nesting = Nesting.of(np.array([0, 0, 1]), np.array([0, 0, 1]))
    scatter = Scatter.of(units, expected, np.ones((3, 10)), nesting)
    middle = (160 / 7 + 40 / 7) / 2
    assert scatter.noise == pytest.approx([(160 / 7 + middle) / 2, (40 / 7 + middle) / 2, 1.0])
