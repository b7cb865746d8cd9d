"""Errors by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.score import accuracy


def test_errors_by_hand() -> None:
    # Steps of the past: 1, 1 and 2, 0. Errors 1, -1 and 2, 0.
    past = np.array([[1.0, 2.0, 3.0], [4.0, 2.0, 2.0]])
    actual, forecast = np.array([[3.0, 2.0], [4.0, 1.0]]), np.array([[2.0, 3.0], [2.0, 1.0]])
    judged = accuracy(forecast, actual, past)
    assert judged.wape == pytest.approx(4 / 10)
    assert judged.bias == pytest.approx(-2 / 10)
    assert judged.rmsse == pytest.approx((1.0 + np.sqrt(2.0 / 2.0)) / 2)
    assert judged.mase == pytest.approx((1.0 + 1.0 / 1.0) / 2)
    assert np.isnan(judged.pinball)


def test_pinball_and_coverage_by_hand() -> None:
    actual = np.array([[4.0]])
    quantiles = np.array([[[2.0]], [[5.0]], [[6.0]]])
    judged = accuracy(np.array([[4.0]]), actual, np.array([[1.0, 3.0]]), quantiles)
    # Twice: 0.1 * 2 below, 0.5 * 1 above, 0.1 * 2 above; mean over three, over 4 units.
    assert judged.pinball == pytest.approx(2 * (0.2 + 0.5 + 0.2) / 3 / 4)
    assert judged.coverage == 1.0


def test_a_series_that_never_moved_has_no_scale_and_is_left_out() -> None:
    judged = accuracy(np.ones((2, 1)), np.ones((2, 1)) * 2, np.array([[1.0, 1.0], [1.0, 2.0]]))
    assert judged.rmsse == pytest.approx(1.0)
