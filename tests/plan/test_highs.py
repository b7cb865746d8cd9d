"""The solver's answers, on programmes whose optimum is found by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from dealwright.plan.solvers.highs import Programme, solve_integer, solve_linear

MIXED = Programme(
    cost=np.array([2.0, 3.0]),
    matrix=csr_array(np.array([[1.0, 1.0]])),
    low=np.array([4.5]),
    high=np.array([np.inf]),
    upper=np.array([10.0, 10.0]),
)
"""At least 4.5 of two things, of which the second comes in whole units and is dearer: 4.5 of the first, for 9."""


def test_a_mixed_programme_that_some_versions_presolve_wrongly_is_solved_right() -> None:
    answer = solve_integer(MIXED, np.array([False, True]), relative_gap=0.0, node_limit=100)
    assert answer is not None
    assert answer.x.tolist() == [pytest.approx(4.5), pytest.approx(0.0)]
    assert answer.bound == pytest.approx(9.0)


def test_without_whole_units_the_linear_optimum_is_the_same_and_one_more_unit_costs_two() -> None:
    answer = solve_linear(MIXED)
    assert answer is not None
    assert answer.value == pytest.approx(9.0)
    assert answer.row_price.tolist() == [pytest.approx(2.0)]
