"""Several effects at once."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.experiment.multiple import benjamini_hochberg, holm


def test_holm_multiplies_the_smallest_by_all_and_the_largest_by_one() -> None:
    adjusted = holm({"a": 0.04, "b": 0.01, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.06, "b": 0.03, "c": 0.06, "d": 0.02})


def test_benjamini_and_hochberg_divide_by_the_rank() -> None:
    adjusted = benjamini_hochberg({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.5})
    assert adjusted == pytest.approx({"a": 0.04, "b": 0.16 / 3, "c": 0.16 / 3, "d": 0.5})


def test_holm_names_a_false_effect_in_one_of_twenty_families_at_most() -> None:
    rng = np.random.default_rng(1)
    families = rng.random((2_000, 10))
    named = [min(holm({str(i): p for i, p in enumerate(one)}).values()) <= 0.05 for one in families]
    assert 0.03 <= np.mean(named) <= 0.065


def test_a_probability_is_at_most_one() -> None:
    with pytest.raises(InputError, match=r"from 0 to 1; given \{'a': 1\.5\}"):
        holm({"a": 1.5})
    with pytest.raises(InputError, match="given none"):
        benjamini_hochberg({})
