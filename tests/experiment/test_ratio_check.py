"""Whether the arms have the sizes they were meant to have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, chisquare, multinomial
from scipy.stats import dirichlet_multinomial as mixed

from dealwright.core.errors import InputError
from dealwright.experiment.ratio_check import check_ratio, check_ratio_always

EVEN = {"treatment": 0.5, "holdout": 0.5}


def test_the_check_at_the_end_is_pearsons() -> None:
    counts, shares = {"a": 480, "b": 330, "c": 190}, {"a": 0.5, "b": 0.3, "c": 0.2}
    check = check_ratio(counts, shares)
    assert check.p_value == pytest.approx(chisquare([480, 330, 190], [500, 300, 200]).pvalue)
    assert check.expected == {"a": 500.0, "b": 300.0, "c": 200.0}
    assert check.is_sound


def test_half_a_percent_off_is_found_among_two_hundred_thousand() -> None:
    assert not check_ratio({"treatment": 101_000, "holdout": 99_000}, EVEN)
    assert not check_ratio_always({"treatment": [101_000], "holdout": [99_000]}, EVEN)


def test_the_check_at_every_look_is_the_ratio_of_two_chances() -> None:
    check = check_ratio_always({"a": [70], "b": [30]}, {"a": 0.6, "b": 0.4}, strength=50)
    e = mixed.pmf([70, 30], [30, 20], 100) / multinomial.pmf([70, 30], 100, [0.6, 0.4])
    assert check.p_value == pytest.approx(min(1.0, 1 / e))


def test_its_stake_is_fair_at_every_size() -> None:
    for n in (1, 7, 40):
        total = 0.0
        for k in range(n + 1):
            e = mixed.pmf([k, n - k], [3.0, 7.0], n) / multinomial.pmf([k, n - k], n, [0.3, 0.7])
            p_value = check_ratio_always({"a": [k], "b": [n - k]}, {"a": 0.3, "b": 0.7}, strength=10).p_value
            assert p_value == pytest.approx(min(1.0, 1 / e))
            total += float(binom.pmf(k, n, 0.3)) * e
        assert total == pytest.approx(1.0)


def test_looking_after_every_customer_refuses_few_sound_splits() -> None:
    rng, refused = np.random.default_rng(2), 0
    for _ in range(400):
        treated = rng.binomial(1, 0.9, 2_000).cumsum()
        held = np.arange(1, 2_001) - treated
        check = check_ratio_always(
            {"treatment": treated.tolist(), "holdout": held.tolist()},
            {"treatment": 0.9, "holdout": 0.1},
            level=0.05,
            strength=100,
        )
        refused += not check
    assert refused <= 0.05 * 400


def test_a_mismatch_that_was_seen_is_not_forgotten() -> None:
    check = check_ratio_always({"treatment": [600, 10_000], "holdout": [400, 10_000]}, EVEN, strength=100)
    assert not check
    assert check.counts == {"treatment": 10_000, "holdout": 10_000}


def test_nobody_yet_is_sound() -> None:
    assert check_ratio({"treatment": 0, "holdout": 0}, EVEN).p_value == 1.0


def test_arms_and_shares_must_be_the_same_and_sum_to_one() -> None:
    with pytest.raises(InputError) as caught:
        check_ratio({"treatment": -1}, {"treatment": 0.5, "holdout": 0.6})
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError, match="do not fall"):
        check_ratio_always({"treatment": [5, 4], "holdout": [5, 6]}, EVEN)
