"""Ways to solve the planning problem, by name; each returns a choice and, if it can prove one, a bound."""

from __future__ import annotations

from dealwright.core.registry import Registry
from dealwright.plan.solvers.columns import Columns
from dealwright.plan.solvers.greedy import Greedy
from dealwright.plan.solvers.milp import Milp
from dealwright.plan.solvers.protocol import Solution, Solver

SOLVERS: Registry[Solver] = Registry("solver", {"milp": Milp, "columns": Columns, "greedy": Greedy})

__all__ = ["SOLVERS", "Columns", "Greedy", "Milp", "Solution", "Solver"]
