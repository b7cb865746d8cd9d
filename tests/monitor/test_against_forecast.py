"""Sales against the forecast's range, without a hold-out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import chi2, nbinom, poisson

from dealwright.core.errors import InputError
from dealwright.monitor.against_forecast import above_log_e, below_log_e, dispersion_of
from dealwright.monitor.sequential import Floats, Mixture, family_bound

ONE = Mixture((0.5,), (1.0,))


def test_at_dispersion_one_a_block_counts_as_the_likelihood_ratio_of_two_poisson_rates() -> None:
    log_e = below_log_e(np.array([3.0]), np.array([10.0]), dispersion=1.0, mixture=ONE)
    assert log_e[0] == pytest.approx(poisson.logpmf(3, 5) - poisson.logpmf(3, 10))
    log_e = above_log_e(np.array([20.0]), np.array([10.0]), dispersion=1.0, mixture=ONE)
    assert log_e[0] == pytest.approx(poisson.logpmf(20, 15) - poisson.logpmf(20, 10))


@pytest.mark.parametrize("dispersion", [1.5, 4.0, 20.0])
@pytest.mark.parametrize("mean", [0.5, 8.0, 120.0])
def test_a_block_of_the_stated_mean_and_scatter_raises_no_stake_on_average(dispersion: float, mean: float) -> None:
    sold = np.arange(20_000.0)
    log_chance = nbinom.logpmf(sold, mean / (dispersion - 1), 1 / dispersion)
    assert np.exp(logsumexp(log_chance)) == pytest.approx(1.0)
    for test in (below_log_e, above_log_e):
        log_e = test(sold[:, None], np.full((20_000, 1), mean), dispersion=dispersion)[:, 0]
        assert log_e.max() > 0
        assert logsumexp(log_e + log_chance) <= 1e-9


def _weather(rng: np.random.Generator, n: int) -> Floats:
    """Days that go up and down by 20 %, half of it carried over to the next day."""
    level = np.zeros(n)
    for day in range(1, n):
        level[day] = 0.5 * level[day - 1] + rng.normal(0, 0.2 * math.sqrt(0.75))
    return np.asarray(np.exp(level - 0.02))


def test_weather_that_lasts_for_days_raises_few_false_alarms_once_its_scatter_is_measured() -> None:
    rng, alarms, seen = np.random.default_rng(3), 0, 0
    for _ in range(200):
        expected = 500 * (1 + 0.3 * np.sin(np.arange(42) * 2 * np.pi / 7))
        sold = rng.poisson(expected * _weather(rng, 42)).astype(float)
        scatter = dispersion_of(sold[:28], expected[:28])
        alarms += bool(below_log_e(sold[28:], expected[28:], dispersion=scatter).max() >= family_bound(0.05, 1))
        half = below_log_e(sold[28:] * 0.4, expected[28:], dispersion=scatter).max() >= family_bound(0.05, 1)
        seen += bool(half)
    assert alarms <= 0.05 * 200
    assert seen > 0.9 * 200


def test_counts_at_random_have_a_dispersion_near_one() -> None:
    expected = np.full(200, 50.0)
    sold = np.random.default_rng(4).poisson(expected).astype(float)
    assert 1.0 <= dispersion_of(sold, expected) < 2.5


def test_a_week_is_too_short_to_measure_scatter() -> None:
    with pytest.raises(InputError, match="a dispersion needs 8 blocks with something expected; given 7"):
        dispersion_of(np.ones(7), np.ones(7))


def test_all_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        below_log_e(np.ones(2), np.array([-1.0]), dispersion=0.5)
    assert len(caught.value.problems) == 3


def test_misses_that_last_count_for_more_than_misses_that_cancel() -> None:
    expected = np.full(100, 50.0)
    lasting = np.tile(np.repeat([60.0, 40.0], 10), 5)
    cancelling = np.tile([60.0, 40.0], 50)
    assert lasting.var() == cancelling.var()
    # Misses of 10 around 50 have a variance of 2 means; with 99 degrees of freedom its upper 90 % limit is told.
    alone = 200 / chi2.ppf(0.1, 99)
    assert dispersion_of(cancelling, expected) == pytest.approx(alone)
    assert dispersion_of(lasting, expected) > 4 * alone
