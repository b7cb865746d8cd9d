"""The same seed gives the same numbers, whatever else draws numbers."""

from __future__ import annotations

import numpy as np

from dealwright.core.rng import stream


def test_the_same_seed_and_purpose_give_the_same_numbers() -> None:
    assert (
        stream(7, "demand", "draws").integers(0, 2**32, 5).tolist()
        == stream(7, "demand", "draws").integers(0, 2**32, 5).tolist()
    )


def test_another_seed_or_another_purpose_gives_other_numbers() -> None:
    first = stream(7, "demand").random(8)
    assert not np.array_equal(first, stream(8, "demand").random(8))
    assert not np.array_equal(first, stream(7, "segments").random(8))
    assert not np.array_equal(first, stream(7).random(8))


def test_drawing_for_one_purpose_leaves_the_others_alone() -> None:
    expected = stream(7, "segments").random(3)
    stream(7, "demand").random(1000)
    assert np.array_equal(stream(7, "segments").random(3), expected)


def test_the_numbers_of_a_seed_are_the_same_on_every_machine() -> None:
    assert stream(2018, "demand").integers(0, 1000, 5).tolist() == [390, 779, 928, 235, 588]
