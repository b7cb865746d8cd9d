"""What no admissible calendar can exceed, given a price on every coupling row (Lagrange).

Whatever the prices, the best schedules of all items at these prices, plus what the limits are worth, is an upper
bound; rounding of float64 is added on the safe side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.histories import Histories, Schedules
from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Priced:
    """The best schedules at some prices of the rows, and the bound they prove."""

    price: Floats
    schedules: Schedules
    bound: float


@dataclass(frozen=True, slots=True)
class Pricer:
    """Prices rows, asks the dynamic programmes, and adds up."""

    problem: CalendarProblem
    histories: Histories
    size: float
    weight_sizes: Floats

    @classmethod
    def of(cls, problem: CalendarProblem) -> Pricer:
        """`size` is what all rewards could add up to, whatever their sign, and `weight_sizes` (R,) what each row's
        weights could: what rounding errors are relative to.
        """
        growth = max(1.0, float(problem.factor.max(initial=1.0))) ** problem.factor.shape[1]
        largest = (np.abs(problem.plain) + np.abs(problem.scaled) * growth).max(axis=2).sum()
        entries = problem.rows.matrix.tocoo()
        weights = np.bincount(entries.row, np.abs(entries.data), entries.shape[0]).astype(np.float64)
        # Linearised rewards hold those of the periods that the memory reaches, too.
        return cls(problem, Histories.of(problem), float(largest) * (2 + problem.factor.shape[1]), weights)

    def at(self, price: Floats) -> Priced:
        """Prices (R,): positive for `high`, negative for `low`; a price on a limit that is not there counts 0."""
        problem = self.problem
        rows, extra = problem.rows, problem.extra
        price = np.where(np.isfinite(np.where(price > 0, rows.high, rows.low)), price, 0.0)
        schedules = self.histories.best(self.charges(price))
        limits = price * np.where(price > 0, _or_zero(rows.high), _or_zero(rows.low))
        left_over = np.maximum(extra.value - problem.rows_of_extra @ price, 0.0) * extra.upper
        added = math.fsum([*schedules.worth.tolist(), *limits.tolist(), *left_over.tolist()])
        return Priced(price, schedules, added + self._rounding(price, limits))

    def charges(self, price: Floats) -> Floats:
        """What each cell costs at these prices, (n, T, K)."""
        return np.asarray((self.problem.rows_of_cells @ price).reshape(self.problem.shape))

    def _rounding(self, price: Floats, limits: Floats) -> float:
        """More than all roundings can add up to: every number is a sum of at most so many terms of such sizes."""
        problem = self.problem
        cells, extra = problem.rows_of_cells, problem.rows_of_extra
        n_terms = sum(problem.shape[1:]) + problem.factor.shape[1] + 16
        n_terms += int(np.diff(cells.indptr).max(initial=0)) + int(np.diff(extra.indptr).max(initial=0))
        of_extra = (np.abs(problem.extra.value) + np.abs(extra) @ np.abs(price)) * problem.extra.upper
        charged = self.weight_sizes @ np.abs(price)
        sizes = self.size + charged + float(np.abs(limits).sum()) + float(of_extra.sum())
        return float(2 * n_terms * np.finfo(np.float64).eps * sizes)


def _or_zero(limits: Floats) -> Floats:
    return np.where(np.isfinite(limits), limits, 0.0)
