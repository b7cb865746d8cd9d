"""A limit that may be broken at a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.protocol import Constraint, Flags, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Soft:
    """`constraint` is kept unless that is worth less than `penalty_minor` for each unit by which it is broken.

    A unit is what the limit counts: a promotion, a minor unit of money, a piece. With `priority` 0 the penalty is
    weighed against profit. Above 0 profit does not matter: limits of the highest priority are broken as little as
    any plan can, then those of the next among the plans that are left; the penalty weighs within a priority.
    """

    constraint: Constraint
    penalty_minor: float
    priority: int = 0
    shown: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.penalty_minor) and self.penalty_minor > 0):
            raise InputError(f"the penalty of a soft limit is an amount above 0, not {self.penalty_minor}")
        if self.priority < 0:
            raise InputError(f"the priority of a soft limit is 0 or above, not {self.priority}")
        if isinstance(self.constraint, Soft):
            raise InputError("a soft limit cannot be softened again; give one penalty")

    @property
    def code(self) -> str:
        """That of the limit."""
        return self.constraint.code

    def params(self) -> dict[str, object]:
        """Those of the limit, with the penalty and the priority."""
        shown = self.shown or f"{self.penalty_minor:g}"
        return {**self.constraint.params(), "penalty": shown, "priority": self.priority}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Nothing: what the limit forbids costs the penalty."""
        del problem
        return None

    def rows(self, problem: PlanningProblem) -> Rows:
        """Those of the limit, and one per product and week in which it forbids offers."""
        rows = self.constraint.rows(problem)
        forbidden = self.constraint.forbids(problem)
        if forbidden is None or not forbidden.any():
            return rows
        i, t, _ = np.nonzero(forbidden)
        places, row = np.unique(i * problem.shape[1] + t, return_inverse=True)
        labels = [
            f"{problem.skus[place // problem.shape[1]]}, week of {problem.weeks[place % problem.shape[1]]}"
            for place in places
        ]
        refused = Rows.of(labels, row=row.ravel(), cells=np.flatnonzero(forbidden), high=0.0)
        return Rows.joined([rows, refused])
