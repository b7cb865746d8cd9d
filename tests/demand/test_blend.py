"""Which models are trusted: those that did better before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.demand.blend import Blend, learn_blend
from dealwright.demand.intervals import learn_spread
from dealwright.demand.trial import Trial
from dealwright.demand.volume import noise_of, volume_of

Floats = NDArray[np.float64]


def trial(forecasts: Mapping[str, Floats], actual: Floats, past: Floats) -> Trial:
    n = len(actual)
    return Trial(
        origin=date(2024, 1, 1),
        rows=np.arange(n),
        forecasts=forecasts,
        actual=actual,
        past=past,
        category_of=np.zeros(n, dtype=np.int64),
        is_judged=np.ones(actual.shape, dtype=np.bool_),
    )


def some(n: int, seed: int, mean: float = 10.0) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    level = mean * rng.uniform(0.5, 1.5, (n, 1))
    return (
        level * np.ones((n, 8)),
        rng.poisson(level, (n, 8)).astype(float),
        rng.poisson(level, (n, 30)).astype(float),
    )


def test_the_truth_is_trusted_and_nonsense_is_not() -> None:
    mean, actual, past = some(60, 0)
    blend = learn_blend([trial({"good": mean, "bad": mean[::-1] * 3}, actual, past)])
    assert blend.used_models == ["good"]
    assert blend.weights[:, 0] == pytest.approx(1.0)


def test_two_models_that_err_apart_share_the_weight() -> None:
    mean, actual, past = some(200, 1)
    wobble = np.random.default_rng(2).normal(0.0, 3.0, mean.shape)
    blend = learn_blend([trial({"one": mean + wobble, "two": mean - wobble}, actual, past)])
    assert blend.weights == pytest.approx(0.5, abs=0.2)
    assert blend.blend_loss < blend.loss.min()


def test_trials_that_agree_correct_the_level_and_trials_that_do_not_leave_it() -> None:
    made = [some(100, seed) for seed in (3, 4, 5)]
    high = [trial({"m": mean * 1.25}, actual, past) for mean, actual, past in made]
    assert learn_blend(high).correction == pytest.approx(0.8, abs=0.02)
    apart = [
        trial({"m": mean * factor}, actual, past)
        for (mean, actual, past), factor in zip(made, (1.3, 0.75, 1.02), strict=True)
    ]
    assert learn_blend(apart).correction == pytest.approx(1.0, abs=0.01)


def test_without_a_trial_there_is_nothing_to_learn() -> None:
    with pytest.raises(InputError, match="no trial to learn from"):
        learn_blend([])
    mean, _, past = some(3, 0)
    assert (Blend.only("m").mix({"m": mean}, past.mean(axis=1)) == mean).all()


@pytest.mark.parametrize("level", [0.8, 3.0, 12.0, 80.0])
def test_ranges_learnt_in_trials_hold_four_fifths_of_other_weeks(level: float) -> None:
    trials = [trial({"m": m}, a, p) for m, a, p in (some(150, seed, level) for seed in (10, 11, 12))]
    spread = learn_spread(trials, [t.forecasts["m"] for t in trials])
    mean, actual, past = some(400, 13, level)
    noise, volume = noise_of(past), volume_of(past.mean(axis=1))
    low, high = spread.range80(mean, noise, volume)
    assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(0.8, abs=0.06)
    quantiles = spread.quantiles(mean, noise, volume, (0.1, 0.5, 0.9))
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (actual <= quantiles[2]).mean() == pytest.approx(0.9, abs=0.05)


def test_what_is_expected_to_sell_nothing_has_no_range() -> None:
    mean, actual, past = some(60, 0)
    spread = learn_spread([trial({"m": mean}, actual, past)], [mean])
    nothing = np.zeros((1, 8))
    assert spread.range80(nothing, np.ones(1), np.zeros(1, dtype=np.int64)).max() == 0.0
