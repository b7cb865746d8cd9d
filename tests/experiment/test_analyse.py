"""Effects where chance decided."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from dealwright.core.errors import InputError
from dealwright.experiment.analyse import (
    by_customer,
    difference_in_means,
    difference_in_shares,
    difference_with_history,
)


def test_visits_of_one_customer_are_one_value() -> None:
    names, sums = by_customer(np.array(["b", "a", "b"]), np.array([1.0, 5.0, 2.0]))
    assert (names.tolist(), sums.tolist()) == (["a", "b"], [5.0, 3.0])


def test_the_difference_of_means_is_welchs() -> None:
    treated, held = np.array([3.0, 5.0, 9.0, 4.0]), np.array([2.0, 2.5, 3.0])
    effect = difference_in_means(treated, held, level=0.95)
    peer = ttest_ind(treated, held, equal_var=False)
    interval = peer.confidence_interval(0.95)
    assert effect.difference.value == pytest.approx(2.75)
    assert (effect.difference.low, effect.difference.high) == pytest.approx((interval.low, interval.high))
    assert effect.p_value == pytest.approx(peer.pvalue)
    assert effect.relative is not None
    assert effect.relative.value == pytest.approx(1.1)


def test_the_interval_of_a_difference_of_shares_is_newcombes() -> None:
    # Newcombe 1998, table II, example (a): 56/70 - 48/80, 95 %.
    effect = difference_in_shares(70, 56, 80, 48, level=0.95)
    assert effect.difference.value == pytest.approx(0.2)
    assert (effect.difference.low, effect.difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_nobody_buying_in_either_arm_is_no_effect_but_not_a_sure_one() -> None:
    effect = difference_in_shares(10, 0, 10, 0)
    assert (effect.difference.value, effect.p_value, effect.relative) == (0.0, 1.0, None)
    assert effect.difference.low < 0 < effect.difference.high


def test_intervals_of_heavy_tailed_money_hold_the_truth_nine_times_in_ten() -> None:
    rng, truth, held_truth = np.random.default_rng(1), 0.0, 0
    for _ in range(1_000):
        treated = rng.lognormal(0.05, 1.0, 900) * rng.binomial(1, 0.3, 900)
        held = rng.lognormal(0.0, 1.0, 300) * rng.binomial(1, 0.3, 300)
        truth = 0.3 * np.exp(0.5) * (np.exp(0.05) - 1)
        effect = difference_in_means(treated, held).difference
        held_truth += effect.low <= truth <= effect.high
    assert 870 <= held_truth <= 930


def test_intervals_of_rare_purchases_hold_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(2)
    bought = zip(rng.binomial(500, 0.02, 1_000), rng.binomial(200, 0.03, 1_000), strict=True)
    effects = [difference_in_shares(500, int(a), 200, int(b)) for a, b in bought]
    n_held = sum(effect.difference.low <= -0.01 <= effect.difference.high for effect in effects)
    assert 870 <= n_held <= 945


def with_history(rng: np.random.Generator, n: int, effect: float, slope: float) -> tuple[np.ndarray, np.ndarray]:
    before = rng.gamma(2.0, 1.0, n)
    return before * slope + rng.normal(0, 1.0, n) + effect, before


def test_history_makes_intervals_narrower_and_they_still_hold_the_truth() -> None:
    rng, n_held, left = np.random.default_rng(3), 0, []
    for _ in range(1_000):
        treated, treated_before = with_history(rng, 200, 0.3, 1.5)
        held, held_before = with_history(rng, 60, 0.0, 1.5)
        reduced = difference_with_history(treated, held, treated_before=treated_before, held_before=held_before)
        n_held += reduced.effect.difference.low <= 0.3 <= reduced.effect.difference.high
        left.append(reduced.variance_left)
    assert 870 <= n_held <= 930
    assert np.mean(left) == pytest.approx(1 / (1 + 2 * 1.5**2), abs=0.04)


def test_a_history_that_tells_nothing_changes_little() -> None:
    rng = np.random.default_rng(4)
    treated, held = rng.normal(1, 1, 400), rng.normal(0, 1, 400)
    noise = rng.normal(size=(2, 400, 2))
    reduced = difference_with_history(treated, held, treated_before=noise[0], held_before=noise[1])
    assert reduced.variance_left == pytest.approx(1.0, abs=0.05)
    plain = difference_in_means(treated, held).difference.value
    assert reduced.effect.difference.value == pytest.approx(plain, abs=0.05)


def test_an_exact_history_gives_the_effect_itself() -> None:
    before = np.arange(10.0)
    wiggle = np.where(np.arange(10) % 2 == 0, 1e-6, -1e-6)
    reduced = difference_with_history(
        3 * before + 2 + wiggle, 3 * before + wiggle, treated_before=before, held_before=before
    )
    assert reduced.effect.difference.value == pytest.approx(2.0, abs=1e-5)


def test_one_customer_is_too_few() -> None:
    with pytest.raises(InputError, match="the held-out arm has 1 customers"):
        difference_in_means(np.array([1.0, 2.0]), np.array([1.0]))
    with pytest.raises(InputError, match="there is no chance to measure"):
        difference_in_means(np.ones(5), np.ones(5))
    with pytest.raises(InputError, match="buyers are 0 to as many"):
        difference_in_shares(10, 11, 10, 0)
    with pytest.raises(InputError, match="give the same ones"):
        difference_with_history(np.ones(5), np.ones(5), treated_before=np.ones(4), held_before=np.ones(5))
