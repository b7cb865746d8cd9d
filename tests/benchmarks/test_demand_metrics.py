import numpy as np
import pytest

from demand_metrics import JUDGED, Made, bias, coverage, mase, rmsse, score, wape, weighted_quantile_loss

SOLD = np.array([[10.0, 20.0], [0.0, 10.0]])
POINT = np.array([[12.0, 16.0], [2.0, 10.0]])
PAST = np.array([[4.0, 8.0, 6.0], [1.0, 1.0, 3.0]])


def test_wape_is_the_sum_of_errors_over_units_sold() -> None:
    assert wape(POINT, SOLD) == (2 + 4 + 2 + 0) / 40


def test_errors_that_cancel_leave_no_bias() -> None:
    assert bias(POINT, SOLD) == 0
    assert bias(POINT + 1, SOLD) == pytest.approx(0.1)


def test_mase_divides_each_series_by_its_own_mean_step() -> None:
    assert mase(POINT, SOLD, past=PAST) == pytest.approx(((3 / 3) + (1 / 1)) / 2)


def test_rmsse_divides_each_series_by_its_own_mean_squared_step() -> None:
    first, second = np.sqrt(10 / 10), np.sqrt(2 / 2)
    assert rmsse(POINT, SOLD, past=PAST) == pytest.approx((first + second) / 2)
    assert rmsse(POINT + np.array([[0, 0], [0, 2]]), SOLD, past=PAST) == pytest.approx((1 + np.sqrt(4 / 2)) / 2)


def test_a_series_that_never_moved_is_left_out_of_scaled_errors() -> None:
    still = np.array([[4.0, 8.0, 6.0], [1.0, 1.0, 1.0]])
    assert mase(POINT, SOLD, past=still) == 1.0
    assert rmsse(POINT, SOLD, past=still) == 1.0


def test_an_outer_quantile_is_charged_more_for_the_side_it_promised_to_hold() -> None:
    sold = np.array([[10.0]])
    above, below = np.array([[[12.0]]]), np.array([[[8.0]]])
    assert weighted_quantile_loss(above, sold, levels=(0.9,)) == pytest.approx(2 * 0.1 * 2 / 10)
    assert weighted_quantile_loss(below, sold, levels=(0.9,)) == pytest.approx(2 * 0.9 * 2 / 10)


def test_quantile_loss_is_the_mean_over_its_levels() -> None:
    sold = np.array([[10.0]])
    quantiles = np.array([[[8.0]], [[9.0]], [[14.0]]])
    expected = (2 * 0.1 * 2 + 2 * 0.5 * 1 + 2 * 0.1 * 4) / 10 / 3
    assert weighted_quantile_loss(quantiles, sold, levels=JUDGED) == pytest.approx(expected)


def test_the_ends_of_an_interval_belong_to_it() -> None:
    low, high = np.array([[10.0, 0.0], [0.0, 11.0]]), np.array([[11.0, 20.0], [0.0, 12.0]])
    assert coverage(low, high, SOLD) == 0.75


def test_a_point_forecast_has_no_range_to_judge() -> None:
    told = score(Made(POINT), sold=SOLD, past=PAST)
    assert told.wape == 0.2
    assert told.wql is None
    assert told.coverage is None


def test_who_gives_no_median_is_judged_by_the_point_forecast() -> None:
    low, high = SOLD - 1, SOLD + 1
    without = score(Made(POINT, low=low, high=high), sold=SOLD, past=PAST)
    given = score(Made(POINT, low=low, middle=SOLD, high=high), sold=SOLD, past=PAST)
    assert without.wql == pytest.approx((2 * 0.1 * 4 + 2 * 0.5 * 8 + 2 * 0.1 * 4) / 40 / 3)
    assert given.wql == pytest.approx((2 * 0.1 * 4 + 2 * 0.1 * 4) / 40 / 3)


def test_who_names_an_interval_beside_its_quantiles_is_held_to_that_one() -> None:
    quantiles = np.stack([SOLD + 1, SOLD + 2, SOLD + 3])
    told = score(Made.of_ranges(POINT, quantiles, np.stack([SOLD - 1, SOLD])), sold=SOLD, past=PAST)
    assert told.coverage == 1.0
    assert told.wql == pytest.approx(2 * (0.9 * 1 + 0.5 * 2 + 0.1 * 3) * SOLD.size / SOLD.sum() / 3)
