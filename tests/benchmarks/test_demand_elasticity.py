import numpy as np
import pytest

from demand_elasticity import demeaned, least_squares
from demand_files import align


def test_least_squares_finds_the_line_through_points_without_noise() -> None:
    x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    slopes, errors = least_squares(1 - 2 * x[:, 1], x, cluster=np.array([0, 0, 1, 1]))
    assert slopes == pytest.approx([1.0, -2.0])
    assert errors == pytest.approx([0.0, 0.0], abs=1e-12)


def test_errors_let_rows_of_one_store_move_together() -> None:
    # Mean 2; residuals -1, -1, 1, 1; stores sum to -2 and 2: (4 + 4) / 4**2, times 2/1 * 3/3.
    mean, error = least_squares(np.array([1.0, 1.0, 3.0, 3.0]), np.ones((4, 1)), cluster=np.array([0, 0, 1, 1]))
    assert mean == pytest.approx([2.0])
    assert error == pytest.approx([1.0])


def test_a_group_loses_its_own_mean() -> None:
    assert demeaned(np.array([1.0, 3.0, 10.0]), np.array([0, 0, 1])).tolist() == [-1.0, 1.0, 0.0]


def test_weeks_a_store_left_out_are_found_by_what_the_others_show() -> None:
    everywhere = np.array([[0.0], [5.0], [1.0], [7.0]])
    assert align(np.array([[0.0], [1.0], [7.0]]), everywhere).tolist() == [0, 2, 3]


def test_a_store_with_all_weeks_is_aligned_week_by_week() -> None:
    everywhere = np.array([[0.0], [5.0], [1.0]])
    assert align(everywhere, everywhere).tolist() == [0, 1, 2]
