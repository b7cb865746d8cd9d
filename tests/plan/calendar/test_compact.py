"""The programme over cells admits exactly the calendars that rules and rows admit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.plan.calendar.compact import compact
from dealwright.plan.calendar.incumbent import admitted
from dealwright.plan.calendar.integer import optimise
from dealwright.plan.calendar.linearised import linearised_problem
from tiny_calendar import best_of_all, random_calendar


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_its_optimum_is_the_best_of_all_calendars_without_dips_that_meet(first: int) -> None:
    n_found = 0
    for seed in range(first, first + 20):
        problem = linearised_problem(random_calendar(seed))
        best, model = best_of_all(problem), compact(problem)
        point = optimise(model.programme, absolute_gap=0.0, node_limit=10_000, seed=0)
        assert (point.x is None) == (best is None), seed
        if point.x is not None and best is not None:
            found = admitted(problem, model.choice_of(point.x))
            assert found is not None, seed
            assert found.objective == pytest.approx(best.objective, abs=1e-5), seed
            n_found += 1
    assert n_found > 5


def test_rows_without_any_promotion_to_help_are_judged_too() -> None:
    problem = random_calendar(0)
    nothing = replace(problem, is_allowed=problem.is_allowed & (np.arange(problem.shape[2]) == 0))
    best = best_of_all(nothing)
    point = optimise(compact(nothing).programme, absolute_gap=0.0, node_limit=10, seed=0)
    assert (point.x is None) == (best is None)
