"""Items are grouped by the narrowest row they share."""

from __future__ import annotations

import numpy as np

from dealwright.plan.calendar.neighbours import families, groups, rounds
from tiny_calendar import a_problem


def test_items_of_one_narrow_row_are_a_family_and_a_wide_row_makes_none() -> None:
    every = np.zeros((4, 1, 2))
    every[:, :, 1] = 1.0
    first, second = every.copy(), every.copy()
    first[2:], second[:2] = 0.0, 0.0
    rows = [(weights, -np.inf, 1.0) for weights in (every, first, second)]
    family = families(a_problem(np.zeros((4, 1, 2)), rows=rows))
    assert family.tolist() == [1, 1, 2, 2]


def test_every_item_is_in_one_group_and_families_stay_together() -> None:
    family = np.repeat(np.arange(7), 5)
    for seed in (None, 0, 1):
        parts = groups(family, 12, seed=seed)
        assert sorted(np.concatenate(parts).tolist()) == list(range(35))
        assert all(len(part) <= 12 for part in parts)
        assert sum(len(np.unique(family[part])) for part in parts) == 7


def test_a_family_larger_than_a_group_is_split() -> None:
    parts = groups(np.zeros(100, dtype=np.int64), 20)
    assert sorted(np.concatenate(parts).tolist()) == list(range(100))
    assert max(len(part) for part in parts) <= 40


def test_a_round_holds_at_most_one_item_of_a_family() -> None:
    family = np.array([3, 1, 3, 3, 1])
    parts = rounds(family)
    assert sorted(np.concatenate(parts).tolist()) == list(range(5))
    assert all(len(np.unique(family[part])) == len(part) for part in parts)
    assert [len(part) for part in parts] == [2, 2, 1]
