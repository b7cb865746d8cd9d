"""The explainable baseline: take the best remaining promotion until none pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints import Constraint
from dealwright.plan.constraints.check import indicator
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.protocol import Solution
from dealwright.plan.solvers.rows import Floats, row_system


@dataclass(frozen=True, slots=True)
class Greedy:
    """Cells in order of value alone; each is taken if no limit breaks and it pays for the soft ones it strains.

    Proves no bound. It cannot serve limits that ask for promotions (must run, at least so many): use `milp` for
    those. Soft limits with a priority hold as hard ones do, as far as they hold without any promotion.
    """

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The plan a careful person with a list would make."""
        system = row_system(problem, constraints)
        n, n_weeks, n_offers = problem.shape
        choice = np.zeros((n, n_weeks), dtype=np.int64)
        if not system.keeps(indicator(problem, choice)):
            raise InputError(
                "the solver 'greedy' cannot serve limits that ask for promotions; use the solver 'milp'"
            )
        by_cell = system.matrix.tocsc()
        total = np.zeros(len(system.low))
        # At the start a soft limit may be broken already; with a priority it is only held to get no worse.
        must = ~system.is_soft | (system.priority > 0)
        low, high = (
            np.where(must, np.minimum(system.low, 0.0), -np.inf),
            np.where(must, np.maximum(system.high, 0.0), np.inf),
        )
        penalty = np.where(must, 0.0, system.penalty)
        values = problem.value.ravel()
        candidates = np.flatnonzero(system.is_allowed & (values > 0))
        for cell in candidates[np.argsort(-values[candidates], kind="stable")]:
            i, t, k = cell // (n_weeks * n_offers), (cell // n_offers) % n_weeks, cell % n_offers
            if choice[i, t] != 0:
                continue
            inside = slice(by_cell.indptr[cell], by_cell.indptr[cell + 1])
            rows, weights = by_cell.indices[inside], by_cell.data[inside]
            after = total[rows] + weights
            if (after > high[rows] + 1e-9).any() or (after < low[rows] - 1e-9).any():
                continue
            limits = system.low[rows], system.high[rows]
            strain = _outside(after, *limits) - _outside(total[rows], *limits)
            if values[cell] > float(strain @ penalty[rows]):
                choice[i, t] = k
                total[rows] = after
        return Solution(choice=choice, objective=problem.objective(choice), bound=float("inf"))


def _outside(total: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(np.maximum(np.maximum(total - high, low - total), 0.0))
