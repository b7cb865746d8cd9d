"""Errors that hang together count for fewer cells than there are."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.clusters import clustered_ratio, clustered_share

ALL = np.ones((2, 2), dtype=np.bool_)


def test_a_share_whose_periods_miss_together_varies_as_periods_do() -> None:
    held = np.array([[1.0, 0.0]] * 50)
    made = clustered_share(held, np.ones((50, 2), dtype=np.bool_), expected=0.5)
    # Two periods, each 0.25 off, doubled as two leave one degree of freedom; series cancel out.
    assert made.value == 0.5
    assert made.variance == pytest.approx(2 * 2 * 0.25**2)
    assert made.freedom == 1


def test_a_share_of_independent_cells_varies_at_least_as_coins_do() -> None:
    held = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert clustered_share(held, ALL, expected=0.5).variance == pytest.approx(0.25 / 4)


def test_a_ratio_of_few_series_varies_as_their_ranges_state() -> None:
    flat = np.full((2, 2), 10.0)
    made = clustered_ratio(flat * 1.5, flat, ALL, spread=np.full((2, 2), 2.0))
    # No gap anywhere; two series whose two periods err together: 2 * (2 + 2)**2 / 40**2.
    assert made.value == 1.5
    assert made.variance == pytest.approx(2 * 16 / 1600)


def test_a_ratio_whose_periods_miss_together_varies_as_periods_do() -> None:
    forecast = np.full((20, 2), 10.0)
    sold = forecast + np.array([2.0, -2.0])
    made = clustered_ratio(sold, forecast, np.ones((20, 2), dtype=np.bool_), spread=np.zeros((20, 2)))
    # Each period is off by 20 * 2 units of 400, doubled as two periods leave one degree of freedom.
    assert made.value == 1.0
    assert made.variance == pytest.approx(2 * 2 * 0.1**2)


def test_cells_that_are_not_used_change_nothing() -> None:
    use = np.array([[True, True, False], [True, True, False]])
    values = np.array([[1.0, 0.0, 7.0], [0.0, 1.0, np.inf]])
    assert clustered_share(values, use, expected=0.5) == clustered_share(values[:, :2], ALL, expected=0.5)
