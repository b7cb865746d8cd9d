"""Constraints as one sparse system, the form solvers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dealwright.plan.constraint import Constraint
from dealwright.plan.problem import PlanningProblem

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RowSystem:
    """low <= matrix @ x <= high over flat cells, which constraint each row is of, and the cells allowed."""

    matrix: csr_array
    low: Floats
    high: Floats
    owner: tuple[int, ...]
    labels: tuple[str, ...]
    is_allowed: Flags


def row_system(problem: PlanningProblem, constraints: Sequence[Constraint]) -> RowSystem:
    """Assemble all constraints; a cell is allowed if no constraint forbids it."""
    n_cells = problem.value.size
    is_allowed = np.ones(n_cells, dtype=np.bool_)
    columns, values, pointers = [np.empty(0, dtype=np.int64)], [np.empty(0)], [0]
    low, high, owner, labels = [], [], [], []
    for index, constraint in enumerate(constraints):
        forbidden = constraint.forbids(problem)
        if forbidden is not None:
            is_allowed &= ~forbidden.ravel()
        for row in constraint.rows(problem):
            columns.append(row.cells)
            values.append(row.weights)
            pointers.append(pointers[-1] + len(row.cells))
            low.append(row.low)
            high.append(row.high)
            owner.append(index)
            labels.append(row.label)
    matrix = csr_array(
        (np.concatenate(values), np.concatenate(columns), np.array(pointers)), shape=(len(low), n_cells)
    )
    return RowSystem(matrix, np.array(low), np.array(high), tuple(owner), tuple(labels), is_allowed)
