"""What a plan breaks: limits that must hold, and soft ones with what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.plan.constraints.margin import MarginOver
from dealwright.plan.constraints.money import Budget, SupplierFunding
from dealwright.plan.constraints.protocol import Constraint, Floats, Ints, Rows
from dealwright.plan.constraints.relations import PriceOrder
from dealwright.plan.constraints.soft import Soft
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.words import sentence


@dataclass(frozen=True, slots=True)
class SoftOutcome:
    """How one soft limit fared: `broken_by` in what it counts (0: kept), at `cost_minor`, most at row `worst`.

    `constraint` is its place in the list of constraints.
    """

    constraint: int
    code: str
    params: dict[str, object]
    broken_by: float
    cost_minor: float
    worst: str

    @property
    def is_kept(self) -> bool:
        """Whether nothing was given up."""
        return self.broken_by == 0.0


def violations(constraints: Sequence[Constraint], problem: PlanningProblem, choice: Ints) -> list[str]:
    """What a plan breaks, in words: `choice` (n, T) holds the index of each cell's offer.

    Soft limits cannot be broken in this sense; see `soft_outcomes`.
    """
    chosen = indicator(problem, choice)
    broken: list[str] = []
    for constraint in constraints:
        if isinstance(constraint, Soft):
            continue
        said = sentence(constraint.code, constraint.params())
        forbidden = constraint.forbids(problem)
        if forbidden is not None:
            for i, t, k in np.argwhere(forbidden & (chosen.reshape(problem.shape) > 0)):
                where = f"{problem.skus[i]}, week of {problem.weeks[t]}: {problem.offers[k]}"
                broken.append(f"{said} ({where})")
        rows = constraint.rows(problem)
        totals = rows.totals(chosen)
        broken += [f"{said} ({rows.labels[r]}: {totals[r]:g})" for r in np.flatnonzero(excess(rows, totals))]
    return broken


def soft_outcomes(
    constraints: Sequence[Constraint], problem: PlanningProblem, choice: Ints
) -> tuple[SoftOutcome, ...]:
    """Each soft limit, kept or given up: by how much, where most, and at what cost."""
    chosen = indicator(problem, choice)
    found = []
    for index, constraint in enumerate(constraints):
        if not isinstance(constraint, Soft):
            continue
        rows = constraint.rows(problem)
        over = excess(rows, rows.totals(chosen))
        found.append(
            SoftOutcome(
                constraint=index,
                code=constraint.code,
                params=constraint.params(),
                broken_by=float(over.sum()),
                cost_minor=float(over.sum()) * constraint.penalty_minor,
                worst=rows.labels[int(over.argmax())] if over.any() else "",
            )
        )
    return tuple(found)


def counts_money(constraint: Constraint) -> bool:
    """Whether the limit's rows add up money, so that its price is money for money."""
    inner = constraint.constraint if isinstance(constraint, Soft) else constraint
    return isinstance(inner, (Budget, SupplierFunding, MarginOver, PriceOrder))


def excess(rows: Rows, totals: Floats) -> Floats:
    """By how much each row is outside its limits, (R,); a millionth of the limit is rounding."""
    limits = [np.where(np.isfinite(limit), np.abs(limit), 0.0) for limit in (rows.low, rows.high)]
    sizes = np.maximum.reduce([np.ones(len(rows)), *limits])
    over = np.maximum(np.maximum(totals - rows.high, rows.low - totals), 0.0)
    return np.asarray(np.where(over > 1e-6 * sizes, over, 0.0))


def indicator(problem: PlanningProblem, choice: Ints) -> Floats:
    """1 at the flat index of every chosen cell, else 0."""
    n, n_weeks, n_offers = problem.shape
    chosen = np.zeros(n * n_weeks * n_offers)
    chosen[np.arange(n * n_weeks) * n_offers + choice.ravel()] = 1.0
    return chosen
