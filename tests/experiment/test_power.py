"""What an experiment can see."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.experiment.analyse import difference_in_means
from dealwright.experiment.power import Design, deviation_of_share, deviation_with_history


def test_the_textbook_case_needs_sixteen_times_variance_over_effect_squared_per_arm() -> None:
    # (1.96 + 0.8416)^2 * 2 = 15.7 per arm.
    n = Design(0.05, 0.8, 0.5).customers_for(0.1, deviation=1.0)
    assert n == 3_140


def test_customers_and_smallest_effect_are_each_others_inverse() -> None:
    design = Design()
    n = design.customers_for(0.5, deviation=12.0)
    assert design.smallest_effect(n, deviation=12.0) <= 0.5 < design.smallest_effect(n - 1, deviation=12.0)


def test_a_small_hold_out_needs_more_customers_than_an_even_split() -> None:
    even, tenth = (Design(holdout_share=share).customers_for(1.0, deviation=10.0) for share in (0.5, 0.1))
    assert tenth / even == pytest.approx(0.25 / 0.09, rel=0.01)


def test_experiments_last_whole_weeks() -> None:
    design = Design(0.05, 0.8, 0.5)
    assert design.days_for(0.1, deviation=1.0, customers_per_day=400, weekly=False) == 8
    assert design.days_for(0.1, deviation=1.0, customers_per_day=400) == 14


def test_the_stated_power_is_the_share_of_true_effects_that_is_seen() -> None:
    design, rng = Design(0.1, 0.8, 0.2), np.random.default_rng(1)
    n = design.customers_for(0.4, deviation=2.0)
    n_held = round(n * 0.2)
    seen = sum(
        difference_in_means(rng.normal(0.4, 2, n - n_held), rng.normal(0, 2, n_held)).p_value < 0.1
        for _ in range(1_000)
    )
    assert 760 <= seen <= 840


def test_history_and_shares_have_their_deviations() -> None:
    assert deviation_of_share(0.2) == pytest.approx(0.4)
    assert deviation_with_history(10.0, correlation=0.8) == pytest.approx(6.0)


def test_mistakes_in_a_design_are_told_together() -> None:
    with pytest.raises(InputError) as caught:
        Design(0.0, 1.0, 2.0)
    assert len(caught.value.problems) == 3
