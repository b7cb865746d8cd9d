"""The HiGHS solver behind two functions: a linear programme, and a mixed-integer one."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Programme:
    """min cost @ x with low <= matrix @ x <= high and 0 <= x <= upper."""

    cost: Floats
    matrix: csr_array
    low: Floats
    high: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class LinearAnswer:
    """Optimal value, reduced costs of the columns, and what a unit more of each binding row would save."""

    value: float
    reduced_cost: Floats
    row_price: Floats


@dataclass(frozen=True, slots=True)
class IntegerAnswer:
    """The best point found and a proven lower limit of the value."""

    x: Floats
    bound: float


def solve_linear(programme: Programme) -> LinearAnswer | None:
    """The optimum, or None if there is none."""
    solver = _load(programme, None)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    return LinearAnswer(
        value=float(solver.getInfo().objective_function_value),
        reduced_cost=np.array(solution.col_dual),
        row_price=np.abs(np.array(solution.row_dual)),
    )


def solve_integer(
    programme: Programme, is_integer: Flags, *, relative_gap: float, node_limit: int
) -> IntegerAnswer | None:
    """The best point within the limits, or None if there is none. Stops by gap or nodes, never by the clock."""
    solver = _load(programme, is_integer)
    solver.setOptionValue("mip_rel_gap", relative_gap)
    solver.setOptionValue("mip_max_nodes", node_limit)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return IntegerAnswer(np.array(solver.getSolution().col_value), float(info.mip_dual_bound))


def _load(programme: Programme, is_integer: Flags | None) -> highspy.Highs:
    p = programme
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(p.cost), len(p.low)
    model.col_cost_ = p.cost
    model.col_lower_ = np.zeros(len(p.cost))
    model.col_upper_ = _infinite(p.upper)
    model.row_lower_, model.row_upper_ = _infinite(p.low), _infinite(p.high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = p.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = p.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = p.matrix.data
    if is_integer is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in is_integer]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    return solver


def _infinite(values: Floats) -> Floats:
    return np.clip(values, -highspy.kHighsInf, highspy.kHighsInf)
