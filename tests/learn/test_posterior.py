"""What sales say of a promotion, against promotions whose effect is known."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.rng import stream
from dealwright.learn.posterior import Expected, Scatter, look_at_sales, scatter_of

CERTAIN = Scatter(week=0.0, lift=0.0)


def test_where_nothing_scatters_the_effect_is_what_was_expected() -> None:
    expected = Expected(np.array([100.0]), np.array([[0.5]]), dispersion=1.0)
    drawn = look_at_sales(expected, np.array([180.0]), CERTAIN, stream(1, "certain"), n_draws=50)
    assert np.unique(drawn.without).tolist() == [100.0]
    assert np.unique(drawn.uplift).tolist() == [50.0]


def test_of_two_beliefs_the_one_that_foretold_the_sales_remains() -> None:
    expected = Expected(np.array([100.0]), np.array([[0.5], [1.5]]), dispersion=1.0)
    drawn = look_at_sales(expected, np.array([250.0]), CERTAIN, stream(1, "two"), n_draws=500)
    # At 150 expected units, 250 are eight standard deviations away.
    assert np.unique(drawn.of).tolist() == [1]


def test_good_sales_raise_what_is_thought_of_the_lift_but_not_all_the_way() -> None:
    expected = Expected(np.array([100.0]), np.array([[1.0]]), dispersion=1.0)
    drawn = look_at_sales(expected, np.array([260.0]), Scatter(0.05, 0.3), stream(2, "good"), n_draws=4_000)
    assert 110.0 < drawn.uplift.mean() < 160.0
    assert drawn.without.mean() > 100.0  # a part of it was a good week


def test_ranges_hold_nine_times_in_ten_where_promotions_scatter_as_believed() -> None:
    rng, scatter, n = stream(3, "coverage"), Scatter(week=0.1, lift=0.4), 600
    n_held = 0
    for k in range(n):
        without = 80.0 * np.exp(scatter.week * rng.standard_normal() - scatter.week**2 / 2)
        gain = 1.2 * np.exp(0.2 * rng.standard_normal(200))
        true = without * rng.choice(gain) * np.exp(scatter.lift * rng.standard_normal() - scatter.lift**2 / 2)
        sold = rng.poisson(without + true)
        expected = Expected(np.array([80.0]), gain[:, None], dispersion=1.0)
        drawn = look_at_sales(expected, np.array([float(sold)]), scatter, stream(k, "look"), n_draws=400)
        low, high = np.quantile(drawn.uplift, [0.05, 0.95])
        n_held += bool(low <= true <= high)
    # 600 throws at 90 %: 516 to 564 in 999 of 1,000 cases.
    assert 516 <= n_held <= 564


def test_how_weeks_and_promotions_scatter_is_found_again() -> None:
    rng, n = stream(4, "scatter"), 40_000
    uplift = np.where(np.arange(n) < n // 2, 0.0, 150.0)
    week = np.exp(0.1 * rng.standard_normal(n) - 0.005)
    lift = np.exp(0.3 * rng.standard_normal(n) - 0.045)
    sold = rng.poisson(week * (100.0 + uplift * lift)).astype(float)
    found = scatter_of(sold, np.full(n, 100.0), uplift, np.ones(n))
    assert found.week == pytest.approx(0.1, rel=0.05)
    assert found.lift == pytest.approx(0.3, rel=0.05)


def test_a_shop_without_chance_does_not_scatter() -> None:
    uplift = np.array([0.0, 0.0, 50.0, 50.0])
    found = scatter_of(100.0 + uplift, np.full(4, 100.0), uplift, np.zeros(4))
    assert found == Scatter(week=0.0, lift=0.0)
