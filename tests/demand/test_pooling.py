"""What a shop learns from its categories."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.pooling import Told, pool

RNG = np.random.default_rng(4)


def test_what_data_said_is_found_again_in_a_posterior() -> None:
    # Data say 0.5 with precision 40, the prior 0.2 with precision 100.
    variance = 1 / 140
    mode = (0.5 * 40 + 0.2 * 100) * variance
    told = Told.beyond(np.array([mode]), np.array([variance]), mean=0.2, sd=0.1, least=1.0)
    assert told.estimate.tolist() == [pytest.approx(0.5)]
    assert told.information.tolist() == [pytest.approx(40.0)]


def test_a_category_that_says_next_to_nothing_is_left_out() -> None:
    variance = 1 / 100.5
    told = Told.beyond(np.array([0.3]), np.array([variance]), mean=0.2, sd=0.1, least=1.0)
    assert told.estimate.size == 0


def test_before_any_category_the_shop_is_what_was_believed() -> None:
    nothing = Told(np.zeros(0), np.zeros(0))
    pooled = pool(nothing, mean=0.3, sd=0.15, spread=0.2)
    assert pooled.mean == pytest.approx(0.3)
    assert pooled.unknown == pytest.approx(0.15)
    # The mean of a half-normal, as far as candidates reach.
    assert pooled.spread == pytest.approx(0.2 * np.sqrt(2 / np.pi), rel=0.1)


def test_categories_that_differ_by_chance_only_are_taken_for_alike() -> None:
    noise = 0.05
    told = Told(0.4 + RNG.normal(0.0, noise, 30), np.full(30, noise**-2.0))
    pooled = pool(told, mean=0.0, sd=1.0, spread=0.2)
    assert pooled.spread < 0.03
    assert pooled.mean == pytest.approx(0.4, abs=0.03)
    assert pooled.unknown == pytest.approx(noise / np.sqrt(30), rel=0.3)


def test_categories_that_truly_differ_are_left_to_differ() -> None:
    told = Told(0.4 + RNG.normal(0.0, 0.3, 40), np.full(40, 0.05**-2.0))
    pooled = pool(told, mean=0.0, sd=1.0, spread=0.2)
    assert pooled.spread == pytest.approx(0.3, rel=0.25)


def test_the_shop_s_mean_lies_within_its_stated_error_about_as_often_as_it_says() -> None:
    held = []
    for _ in range(200):
        true = RNG.normal(0.3, 0.3)
        told = Told(true + RNG.normal(0.0, 0.1, 8) + RNG.normal(0.0, 0.05, 8), np.full(8, 0.05**-2.0))
        pooled = pool(told, mean=0.3, sd=0.3, spread=0.1)
        held.append(abs(pooled.mean - true) < 1.2816 * pooled.unknown)
    assert 0.72 < np.mean(held) < 0.88
