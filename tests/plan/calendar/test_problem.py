"""What a schedule earns and whether it keeps the rules, on cases that can be counted on fingers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.calendar import ItemRules, Past
from tiny_calendar import a_problem

USUAL, PROMOTED = 10.0, 15.0
SCALED = np.full((1, 3, 2), USUAL)
SCALED[:, :, 1] = PROMOTED
DIP = np.array([[[1.0, 0.8]]])
"""One item, three weeks: a week earns 10, promoted 15, and a fifth less after a promotion."""


def a_shelf(*, rules: ItemRules | None = None, past: Past | None = None):  # type: ignore[no-untyped-def]
    return a_problem(np.zeros((1, 3, 2)), scaled=SCALED, factor=DIP, rules=rules, past=past)


def test_the_week_after_a_promotion_earns_a_fifth_less() -> None:
    assert a_shelf().values(np.array([[1, 0, 0]])).tolist() == [15 + 8 + 10]


def test_a_promotion_right_after_another_is_dipped_too() -> None:
    assert a_shelf().values(np.array([[1, 1, 0]])).tolist() == [15 + 12 + 8]


def test_a_promotion_before_the_horizon_dips_its_first_week() -> None:
    before = Past(np.array([[1]]), np.array([1]))
    assert a_shelf(past=before).values(np.array([[0, 0, 0]])).tolist() == [8 + 10 + 10]


def test_a_promotion_two_weeks_ago_is_forgotten_when_memory_is_one_week() -> None:
    before = Past(np.array([[0, 1]]), np.array([1]))
    assert a_shelf(past=before).values(np.array([[0, 0, 0]])).tolist() == [30]


@pytest.mark.parametrize(
    ("schedule", "is_fine"), [([1, 0, 1], True), ([1, 1, 0], False), ([0, 1, 1], False), ([0, 0, 1], True)]
)
def test_events_of_one_week_stand_apart(schedule: list[int], is_fine: bool) -> None:
    rules = ItemRules.same(1, gap=1, most_length=1)
    assert a_shelf(rules=rules).is_within_rules(np.array([schedule])).tolist() == [is_fine]


@pytest.mark.parametrize(
    ("schedule", "is_fine"), [([1, 1, 0], True), ([0, 1, 0], False), ([1, 0, 1], False), ([0, 0, 1], False)]
)
def test_an_event_of_at_least_two_weeks_ends_inside_the_horizon(schedule: list[int], is_fine: bool) -> None:
    rules = ItemRules.same(1, least_length=2)
    assert a_shelf(rules=rules).is_within_rules(np.array([schedule])).tolist() == [is_fine]


def test_promotions_used_before_count_against_the_most_an_item_may_have() -> None:
    rules = ItemRules.same(1, most=2)
    shelf = a_shelf(rules=rules, past=Past(np.zeros((1, 0), dtype=np.int64), np.array([1])))
    assert shelf.is_within_rules(np.array([[1, 0, 0]])).tolist() == [True]
    assert shelf.is_within_rules(np.array([[1, 0, 1]])).tolist() == [False]


def test_an_event_that_runs_at_the_start_goes_on_with_its_length() -> None:
    rules = ItemRules.same(1, most_length=2)
    shelf = a_shelf(rules=rules, past=Past(np.array([[1]]), np.array([1])))
    assert shelf.is_within_rules(np.array([[1, 0, 0]])).tolist() == [True]
    assert shelf.is_within_rules(np.array([[1, 1, 0]])).tolist() == [False]


def test_arrays_that_do_not_fit_are_all_named_at_once() -> None:
    shelf = a_shelf()
    with pytest.raises(InputError) as caught:
        replace(shelf, scaled=np.full((1, 2, 2), 1.0), factor=np.full((1, 1, 2), 0.5), plain=shelf.plain * np.nan)
    assert len(caught.value.problems) == 3
    assert "scaled has the shape (1, 2, 2); it must be (1, 3, 2)" in str(caught.value)
