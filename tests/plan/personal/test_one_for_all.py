"""One offer for everybody: the textbook case of two types of users."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.personal.one_for_all import Rule, choose_one, type_values

SHARES = np.array([0.3, 0.7])


@pytest.fixture
def values() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Two types of users; no offer, 10 % off, 30 % off."""
    return type_values(
        profit=np.array([20.0, 17.0, 8.0]),
        buys=np.array([[0.10, 0.16, 0.25], [0.20, 0.22, 0.24]]),
        leaves=np.array([[0.20, 0.15, 0.10], [0.10, 0.09, 0.085]]),
        lifetime_value=50.0,
    )


def test_value_is_profit_now_and_the_relation_that_is_kept(values: np.ndarray) -> None:
    np.testing.assert_allclose(values, [[42.0, 45.22, 47.0], [49.0, 49.24, 47.67]])


def test_the_mean_over_users_is_highest_at_ten_per_cent(values: np.ndarray) -> None:
    best = choose_one(values, SHARES)
    assert best.offer == 1
    np.testing.assert_allclose(best.scores, [46.90, 48.034, 47.469])


def test_the_worst_off_are_best_off_at_thirty_per_cent(values: np.ndarray) -> None:
    best = choose_one(values, SHARES, rule=Rule.WORST_OFF)
    assert best.offer == 2
    np.testing.assert_allclose(best.scores, [42.0, 45.22, 47.0])


def test_the_largest_regret_is_smallest_at_thirty_per_cent(values: np.ndarray) -> None:
    best = choose_one(values, SHARES, rule=Rule.REGRET)
    assert best.offer == 2
    np.testing.assert_allclose(best.scores, [-5.0, -1.78, -1.57])


def test_shares_that_do_not_sum_and_chances_above_one_are_refused(values: np.ndarray) -> None:
    with pytest.raises(InputError, match="sum to 1"):
        choose_one(values, np.array([0.3, 0.3]))
    with pytest.raises(InputError, match="types x offers"):
        choose_one(values, np.array([1.0]))
    with pytest.raises(InputError, match="leaves holds values"):
        type_values(profit=np.ones(1), buys=np.ones(1), leaves=np.array([1.2]), lifetime_value=1.0)
