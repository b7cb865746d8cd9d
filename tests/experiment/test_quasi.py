"""Effects where nobody was held out."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.experiment.quasi import Panel, difference_in_differences, mixture_weights, synthetic_control


def parallel(rng: np.random.Generator, *, n_treated: int, effect: float, n_units: int = 20) -> Panel:
    """Stores of different size that move together with a season, and scatter for themselves with memory."""
    season = 10 * np.sin(np.arange(20))
    noise = np.zeros((n_units, 20))
    for period in range(1, 20):
        noise[:, period] = 0.6 * noise[:, period - 1] + rng.normal(0, 2.0, n_units)
    outcomes = rng.uniform(50, 150, (n_units, 1)) + season + noise
    is_treated = np.arange(n_units) < n_treated
    outcomes[is_treated, 12:] += effect
    return Panel(outcomes, is_treated, 12)


def factors(rng: np.random.Generator, effect: float) -> Panel:
    """Stores that answer differently to two common movements: no parallel trends, but mixtures of one another."""
    common = np.cumsum(rng.normal(0, 3.0, (2, 30)), axis=1)
    loadings = rng.dirichlet([1.0, 1.0], 25)
    outcomes = 100 + loadings @ common + rng.normal(0, 1.0, (25, 30))
    outcomes[0, 20:] += effect
    return Panel(outcomes, np.arange(25) == 0, 20)


def test_the_difference_of_the_differences_is_what_it_says() -> None:
    outcomes = np.array([[10.0, 10, 15, 15], [20, 22, 23, 21], [30, 30, 32, 32]])
    effect = difference_in_differences(Panel(outcomes, np.array([True, False, False]), 2))
    assert effect.effect.value == pytest.approx(5 - (1 + 2) / 2)
    assert effect.trend_before is not None
    assert effect.trend_before.value == pytest.approx(0 - (2 + 0) / 2)
    assert effect.n_placebos == 2


@pytest.mark.parametrize("n_treated", [1, 6])
def test_its_interval_holds_the_truth_nine_times_in_ten_where_trends_are_parallel(n_treated: int) -> None:
    rng = np.random.default_rng(1)
    effects = [difference_in_differences(parallel(rng, n_treated=n_treated, effect=4.0)) for _ in range(600)]
    n_held = sum(one.effect.low <= 4.0 <= one.effect.high for one in effects)
    assert 510 <= n_held <= 570


def test_a_trend_that_began_before_the_campaign_is_told() -> None:
    panel = parallel(np.random.default_rng(2), n_treated=6, effect=0.0)
    rising = panel.outcomes + np.where(panel.is_treated, 1.0, 0.0)[:, None] * np.arange(20)
    found = difference_in_differences(Panel(rising, panel.is_treated, 12))
    assert not found.is_credible
    assert found.trend_before is not None
    assert found.trend_before.low > 0
    assert difference_in_differences(panel).is_credible


def test_weights_of_a_mixture_are_found_again() -> None:
    rng = np.random.default_rng(3)
    donors = rng.normal(100, 10, (5, 40))
    true = np.array([0.5, 0.3, 0.2, 0.0, 0.0])
    weights = mixture_weights(true @ donors, donors)
    assert weights == pytest.approx(true, abs=1e-3)
    assert weights.sum() == pytest.approx(1.0)


def test_a_synthetic_control_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    effects = [synthetic_control(factors(rng, 6.0)) for _ in range(120)]
    n_held = sum(one.effect.low <= 6.0 <= one.effect.high for one in effects)
    assert n_held >= 0.83 * 120
    misses = [one.effect.value - 6.0 for one in effects]
    assert abs(np.mean(misses)) < 0.25
    wide = np.mean([one.effect.high - one.effect.low for one in effects])
    assert wide < 6.0  # so that holding the truth is no matter of width


def test_placebos_tell_a_large_effect_from_none() -> None:
    rng = np.random.default_rng(5)
    large = [synthetic_control(factors(rng, 15.0)).placebo_share for _ in range(10)]
    none = [synthetic_control(factors(rng, 0.0)).placebo_share for _ in range(40)]
    assert np.mean([share <= 0.05 for share in large]) >= 0.9
    assert np.mean([share <= 0.1 for share in none]) <= 0.3


def test_three_stores_make_no_synthetic_control() -> None:
    panel = Panel(np.random.default_rng(6).normal(10, 1, (4, 6)), np.array([True, False, False, False]), 3)
    with pytest.raises(InputError, match="needs four units"):
        synthetic_control(panel)


def test_what_a_panel_lacks_is_told() -> None:
    with pytest.raises(InputError, match="two periods before the start"):
        Panel(np.ones((3, 4)), np.array([True, False, False]), 1)
    with pytest.raises(InputError, match="some units must have got the campaign"):
        Panel(np.ones((3, 4)), np.array([True, True, True]), 2)
