"""The calendar found against every calendar there is, and the bound against the best of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from dealwright.plan.calendar import (
    CalendarProblem,
    CouplingRows,
    ExtraColumns,
    ItemRules,
    solve_calendar,
    solve_linearised,
)
from dealwright.plan.calendar.incumbent import admitted
from tiny_calendar import a_problem, best_of_all, random_calendar, random_items


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_the_best_of_all_calendars_is_between_what_is_found_and_the_bound(first: int) -> None:
    for seed in range(first, first + 10):
        problem = random_calendar(seed)
        best, answer = best_of_all(problem), solve_calendar(problem)
        if best is None:
            assert answer.choice is None, seed
            continue
        assert answer.choice is not None, seed
        found = admitted(problem, answer.choice)
        assert found is not None, seed
        assert found.objective == pytest.approx(answer.objective), seed
        slack = 1e-6 * max(1.0, abs(best.objective))
        assert answer.objective <= best.objective + slack, seed
        assert answer.bound >= best.objective - slack, seed
        assert answer.objective >= best.objective - 2e-3 * abs(best.objective) - slack, seed


def test_a_row_that_asks_for_more_than_there_is_leaves_no_calendar_and_is_named() -> None:
    wanted = np.zeros((2, 2, 2))
    wanted[:, :, 1] = 1.0
    problem = a_problem(np.ones((2, 2, 2)), rules=ItemRules.same(2, most=1), rows=[(wanted, 3.0, np.inf)])
    answer = solve_calendar(problem)
    assert answer.is_impossible
    assert answer.choice is None
    assert answer.unmet_rows == (0,)


def test_an_item_without_any_schedule_is_named() -> None:
    problem = a_problem(np.ones((2, 2, 2)), rules=ItemRules.same(2, most=0))
    is_allowed = problem.is_allowed.copy()
    is_allowed[1, 0, 0] = False
    answer = solve_calendar(replace(problem, is_allowed=is_allowed))
    assert answer.is_impossible
    assert answer.unmet_items == (1,)


def test_the_price_of_a_row_is_what_one_unit_more_of_it_brings() -> None:
    # Ten items earn 1, 2, ... 10 promoted; only three may be: the fourth best earns 7.
    plain = np.zeros((10, 1, 2))
    plain[:, 0, 1] = np.arange(1.0, 11.0)
    counted = np.zeros_like(plain)
    counted[:, :, 1] = 1.0
    answer = solve_calendar(a_problem(plain, rows=[(counted, -np.inf, 3.0)]))
    assert answer.objective == pytest.approx(27.0)
    assert 7.0 - 1e-6 <= answer.row_price[0] <= 8.0 + 1e-6


def test_an_extra_column_is_worth_what_the_cells_let_it_be() -> None:
    # y <= what both items use together and y <= 1.5, worth 2 each; promoting costs 0.5 each.
    plain = np.zeros((2, 1, 2))
    plain[:, 0, 1] = -0.5
    used = np.zeros_like(plain)
    used[:, :, 1] = -1.0
    bare = a_problem(plain, rows=[(used, -np.inf, 0.0)])
    problem = replace(bare, extra=ExtraColumns(np.array([2.0]), np.array([1.5]), csr_array(np.ones((1, 1)))))
    answer = solve_calendar(problem)
    assert answer.objective == pytest.approx(2 * 1.5 - 2 * 0.5)
    assert answer.extra.tolist() == pytest.approx([1.5])


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_the_linearisations_plan_never_earns_more(gap: int) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        items = random_items(rng, (12, 6, 3), 3, ItemRules.same(12, gap=gap, most=3))
        problem = with_a_cap(items, 3.0)
        ours, pop = solve_calendar(problem), solve_linearised(problem)
        assert ours.choice is not None
        assert ours.bound >= ours.objective
        if pop.choice is not None and (true := admitted(problem, pop.choice)) is not None:
            assert true.objective <= ours.objective + 1e-9


def test_the_same_problem_gives_the_same_calendar() -> None:
    problem = random_calendar(3)
    one, other = solve_calendar(problem, seed=1), solve_calendar(problem, seed=1)
    assert (one.choice is None) == (other.choice is None)
    if one.choice is not None and other.choice is not None:
        assert one.choice.tolist() == other.choice.tolist()
    assert one.bound == other.bound


def with_a_cap(problem: CalendarProblem, most: float) -> CalendarProblem:
    """At most so many promotions in each period."""
    n, n_periods, n_offers = problem.shape
    weights = np.zeros((n_periods, n, n_periods, n_offers))
    weights[np.arange(n_periods), :, np.arange(n_periods), 1:] = 1.0
    rows = CouplingRows(
        csr_array(weights.reshape(n_periods, -1)), np.full(n_periods, -np.inf), np.full(n_periods, most)
    )
    return replace(problem, rows=rows, extra=ExtraColumns.none(n_periods))
