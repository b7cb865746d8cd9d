"""The explainable baseline: take the best remaining promotion until none pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraint import Constraint
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import Solution
from dealwright.plan.solvers.rows import row_system


@dataclass(frozen=True, slots=True)
class Greedy:
    """Cells in order of value alone; each is taken if no limit breaks. Proves no bound.

    It cannot serve limits that ask for promotions (must run, at least so many): use `milp` for those.
    """

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The plan a careful person with a list would make."""
        system = row_system(problem, constraints)
        if (system.low > 0).any():
            raise InputError(
                "the solver 'greedy' cannot serve limits that ask for promotions; use the solver 'milp'"
            )
        n, n_weeks, n_offers = problem.shape
        by_cell = system.matrix.tocsc()
        room = system.high.copy()
        choice = np.zeros((n, n_weeks), dtype=np.int64)
        values = problem.value.ravel()
        candidates = np.flatnonzero(system.is_allowed & (values > 0))
        for cell in candidates[np.argsort(-values[candidates], kind="stable")]:
            i, t, k = cell // (n_weeks * n_offers), (cell // n_offers) % n_weeks, cell % n_offers
            inside = slice(by_cell.indptr[cell], by_cell.indptr[cell + 1])
            rows, weights = by_cell.indices[inside], by_cell.data[inside]
            if choice[i, t] == 0 and (weights <= room[rows] + 1e-9).all():
                choice[i, t] = k
                room[rows] -= weights
        return Solution(choice=choice, objective=problem.objective(choice), bound=float("inf"))
