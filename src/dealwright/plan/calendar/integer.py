"""A mixed-integer programme over binary columns and bounded continuous ones, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]

_ROUNDING = 1e-7


@dataclass(frozen=True, slots=True)
class Programme:
    """max value @ x with low <= matrix @ x <= high, 0 <= x <= upper; the first `n_whole` columns are whole."""

    value: Floats
    matrix: csc_array
    low: Floats
    high: Floats
    upper: Floats
    n_whole: int

    def as_highs(self) -> highspy.HighsLp:
        """In the words of HiGHS, which minimises."""
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.value), len(self.low)
        model.col_cost_ = -self.value
        model.col_lower_, model.col_upper_ = np.zeros(len(self.value)), finite(self.upper)
        model.row_lower_, model.row_upper_ = finite(self.low), finite(self.high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = self.matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = self.matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = self.matrix.data
        kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        model.integrality_ = [kinds[place >= self.n_whole] for place in range(len(self.value))]
        return model


@dataclass(frozen=True, slots=True)
class Point:
    """The best point found, None if there is none; whether it is proven that none exists; a proven bound."""

    x: Floats | None
    is_impossible: bool
    bound: float


def optimise(programme: Programme, *, absolute_gap: float, node_limit: int, seed: int) -> Point:
    """The best point within the limits; stops by gap or nodes, never by the clock."""
    p = programme
    if len(p.value) == 0:
        # HiGHS does not judge rows without columns.
        is_kept = bool(((p.low <= _ROUNDING) & (p.high >= -_ROUNDING)).all())
        return Point(np.zeros(0) if is_kept else None, not is_kept, 0.0)
    solver = quiet()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", absolute_gap)
    solver.setOptionValue("mip_max_nodes", node_limit)
    solver.setOptionValue("random_seed", seed)
    solver.passModel(p.as_highs())
    solver.run()
    info = solver.getInfo()
    is_impossible = solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Point(None, is_impossible, np.inf)
    return Point(np.array(solver.getSolution().col_value), False, -float(info.mip_dual_bound))


def quiet() -> highspy.Highs:
    """A solver that prints nothing and uses one thread."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("parallel", "off")
    return solver


def finite(values: Floats) -> Floats:
    """Infinite limits as HiGHS writes them."""
    return np.clip(values, -highspy.kHighsInf, highspy.kHighsInf)
