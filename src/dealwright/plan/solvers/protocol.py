"""What a solver takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What one more unit of a limit would bring, from the linear relaxation.

    `constraint` is its place in the list given to the solver, `label` the row of it that binds; the price is in the
    problem's own units, minor ones if it is money.
    """

    constraint: int
    label: str
    price_minor: float


@dataclass(frozen=True, slots=True)
class Solution:
    """`choice` (n, T): the offer of every cell. `objective` is what it has of the problem's objective, `bound` a
    proven upper limit on what any admissible plan could have (infinite if none is proven).

    With soft limits a plan is worth its objective less the penalties of what it gives up, and `bound` is on the
    objective of plans that give up no more than this one. `shadow_prices` are those of the limits that bind, the
    largest first.
    """

    choice: NDArray[np.int64]
    objective: float
    bound: float
    shadow_prices: tuple[ShadowPrice, ...] = ()

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
