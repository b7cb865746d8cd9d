"""An inferred number never goes without its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.estimate import Estimate

draw_lists = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


def test_an_estimate_from_draws_is_their_mean_and_equal_tails() -> None:
    draws = np.arange(101, dtype=np.float64)
    assert Estimate.from_draws(draws, level=0.5) == Estimate(50.0, 25.0, 75.0, 0.5, "posterior draws")


def test_an_estimate_remembers_how_it_was_made() -> None:
    assert Estimate.from_draws(np.ones(3), method="bootstrap").method == "bootstrap"


@given(draw_lists)
def test_a_higher_level_never_gives_a_narrower_interval(values: list[float]) -> None:
    draws = np.array(values)
    narrow, wide = (Estimate.from_draws(draws, level=level) for level in (0.5, 0.9))
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(draw_lists, st.floats(0.01, 0.99))
def test_the_interval_stays_within_the_draws(values: list[float], level: float) -> None:
    estimate = Estimate.from_draws(np.array(values), level=level)
    assert min(values) <= estimate.low <= estimate.high <= max(values)


def test_an_interval_upside_down_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="upside down"):
        Estimate(1.0, 2.0, 1.0, 0.8, "typed by hand")


@pytest.mark.parametrize("level", [0.0, 1.0, 80.0])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(AssertionError, match="not a probability"):
        Estimate(1.0, 0.0, 2.0, level, "typed by hand")


def test_an_estimate_is_shown_to_three_figures_with_its_interval() -> None:
    assert str(Estimate(1234.5, -0.05, 20000.0, 0.8, "draws")) == "1.23e+03 (-0.05 to 2e+04)"
