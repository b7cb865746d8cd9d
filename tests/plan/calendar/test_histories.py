"""Dynamic programmes against looking at every schedule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dealwright.plan.calendar.histories import Histories
from dealwright.plan.calendar.linearised import is_exact, linearised_problem
from dealwright.plan.calendar.problem import ItemRules
from tiny_calendar import random_items, schedules_of

SHAPE = (2, 4, 3)
PERIODS = np.arange(SHAPE[1])


@pytest.mark.parametrize("memory", [0, 1, 2, 3])
@pytest.mark.parametrize("gap", [0, 1, 2, 3])
def test_the_best_schedule_is_the_best_of_all_schedules(gap: int, memory: int) -> None:
    rng = np.random.default_rng(10 * gap + memory)
    compared = 0
    for least, longest, most in product((1, 2), (1, 2, None), (None, 1, 2, 3)):
        rules = ItemRules.same(SHAPE[0], most=most, gap=gap, least_length=least, most_length=longest)
        problem = random_items(rng, SHAPE, memory, rules)
        charges = rng.normal(0, 2, SHAPE)
        found = Histories.of(problem).best(charges)
        for item in range(SHAPE[0]):
            every = np.array(list(schedules_of(problem, item)), dtype=np.int64).reshape(-1, SHAPE[1])
            worth = problem.values(every, np.full(len(every), item)) - charges[item, PERIODS, every].sum(axis=1)
            assert found.worth[item] == pytest.approx(worth.max(initial=-np.inf))
            if len(every):
                assert found.choice[item].tolist() in every.tolist()
                compared += 1
    assert compared > 20


def test_items_asked_for_alone_get_the_same_schedules() -> None:
    rng = np.random.default_rng(3)
    problem = random_items(rng, (6, 5, 3), 2, ItemRules.same(6, gap=1))
    histories, charges = Histories.of(problem), rng.normal(0, 1, (6, 5, 3))
    some = np.array([4, 1])
    together, alone = histories.best(charges), histories.best(charges[some], items=some)
    assert alone.choice.tolist() == together.choice[some].tolist()
    assert alone.worth.tolist() == together.worth[some].tolist()


def test_schedules_near_the_best_are_exactly_those_within_the_loss() -> None:
    rng = np.random.default_rng(5)
    problem = random_items(rng, SHAPE, 2, ItemRules.same(SHAPE[0], gap=1, most=2))
    charges = rng.normal(0, 1, SHAPE)
    histories = Histories.of(problem)
    best = histories.best(charges).worth
    near = histories.near_best(charges, loss=1.5, most=1000)
    assert near is not None
    for item in range(SHAPE[0]):
        every = list(schedules_of(problem, item))
        places = np.array(every)
        worth = problem.values(places, np.full(len(every), item)) - charges[item, PERIODS, places].sum(axis=1)
        wanted = {schedule for schedule, value in zip(every, worth, strict=True) if value >= best[item] - 1.5}
        assert 0 < len(wanted) < len(every)
        assert {tuple(line) for line in near.choice[near.item == item].tolist()} == wanted


def test_too_many_schedules_are_not_listed() -> None:
    problem = random_items(np.random.default_rng(5), SHAPE, 1, ItemRules.same(SHAPE[0]))
    assert Histories.of(problem).near_best(np.zeros(SHAPE), loss=np.inf, most=10) is None


@pytest.mark.parametrize("seed", range(10))
def test_with_a_gap_as_long_as_the_memory_the_linearisation_is_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_items(rng, (5, 6, 3), 2, ItemRules.same(5, gap=2, most_length=1))
    assert is_exact(problem).all()
    linear = linearised_problem(problem)
    exact, simple = Histories.of(problem).best(), Histories.of(linear).best()
    assert simple.worth == pytest.approx(exact.worth)
    has_one = np.isfinite(exact.worth)
    assert problem.values(simple.choice)[has_one] == pytest.approx(exact.worth[has_one])


def test_with_a_shorter_gap_the_linearisation_misjudges_some_schedule() -> None:
    problem = random_items(np.random.default_rng(0), (5, 6, 3), 2, ItemRules.same(5, gap=0))
    assert not is_exact(problem).any()
    twice = np.tile([1, 1, 0, 0, 0, 0], (5, 1))
    assert np.abs(linearised_problem(problem).values(twice) - problem.values(twice)).max() > 0.1
