"""What a solver takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraint import Constraint
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Solution:
    """`choice` (n, T): the offer of every cell. `objective` is its true expected extra profit, `bound` a proven
    upper limit on what any admissible plan could earn (minor units; infinite if none is proven).

    `shadow_prices` lists (constraint, label, minor units that one more unit of the limit would bring), from the
    linear relaxation, for the limits that bind.
    """

    choice: NDArray[np.int64]
    objective: float
    bound: float
    shadow_prices: tuple[tuple[str, str, float], ...] = ()

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, relative to this one's objective."""
        if self.objective == self.bound:
            return 0.0
        return (self.bound - self.objective) / max(abs(self.objective), 1e-9)


class Solver(Protocol):
    """Finds a plan that obeys all constraints; InfeasibleError names the smallest conflict if there is none."""

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The best plan found."""
        ...
