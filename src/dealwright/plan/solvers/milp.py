"""Exact planning: a mixed-integer programme whose relaxation of the cross effects proves the bound.

The true objective is linear in the choice but for products of two promotions of one category and week: margin
given up by one times units taken by the other (see `cross`). Written as an envelope they are never below the
truth, so the programme's optimum bounds every admissible plan; the plan found is valued with the true objective.
Soft limits have slack at their penalty; those with a priority are settled beforehand (see `feasible.settle`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from dealwright.core.errors import InfeasibleError
from dealwright.plan.constraints import Constraint
from dealwright.plan.constraints.check import indicator
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.cross import (
    Cells,
    envelope,
    exact,
    incidence,
    n_exact_columns,
    widen,
)
from dealwright.plan.solvers.feasible import any_choice, choice_of, given_up_rows, settle, smallest_conflict
from dealwright.plan.solvers.highs import LinearAnswer, Programme, solve_integer, solve_linear
from dealwright.plan.solvers.protocol import ShadowPrice, Solution
from dealwright.plan.solvers.rows import RowSystem, Slack, row_system
from dealwright.plan.solvers.sieve import worth_considering

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


_HARDLY_FEWER = 0.9
"""A round that would drop fewer than a tenth of the cells costs more than it tightens."""


@dataclass(frozen=True, slots=True)
class Milp:
    """HiGHS branch and cut, in a few rounds.

    After each round the cells that no plan better than the best one found can use (by their reduced cost) are
    dropped; with fewer neighbours left the envelope is tighter and the next bound lower. As soon as few enough
    cells are left, cross effects are written neighbour by neighbour, which is exact. Stops when the gap is below
    `relative_gap` or nothing more can be dropped: never by the clock, so the same input gives the same plan on
    any machine.
    """

    relative_gap: float = 5e-4
    node_limit: int = 200
    most_rounds: int = 6
    most_columns: int = 30_000

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The best plan and a bound on all plans; InfeasibleError with the smallest conflict if there is none.

        With soft limits, what a plan is worth is its profit less the penalties of what it gives up; the bound is on
        the profit of plans that give up no more than this one.
        """
        system = settle(problem, row_system(problem, constraints))
        if system is None:
            raise InfeasibleError(smallest_conflict(problem, constraints))
        model = _Model.build(problem, system, system.is_allowed)
        relaxed = model.relax()
        best, bound = model.optimise(self.relative_gap / 2, self.node_limit)
        if best is None:
            # Either nothing is admissible, or the search ended before it met anything that is.
            best, bound = any_choice(problem, system), -relaxed.value if relaxed else 0.0
        if best is None:
            raise InfeasibleError(smallest_conflict(problem, constraints))
        prices = model.shadow_prices(relaxed)

        def worth(choice: Ints) -> float:
            return problem.objective(choice) - system.given_up(indicator(problem, choice))

        for _ in range(self.most_rounds):
            reached = worth(best)
            left = model.still_of_use(relaxed, reached)
            is_exact = n_exact_columns(Cells.of(np.flatnonzero(left), problem)) <= self.most_columns
            is_stuck = left.sum() > _HARDLY_FEWER * len(model.cells) and is_exact == model.is_exact
            if bound - reached <= self.relative_gap * abs(reached) or is_stuck:
                break
            model = _Model.build(problem, system, left, is_exact=is_exact)
            relaxed = model.relax()
            choice, new_bound = model.optimise(self.relative_gap / 2, self.node_limit)
            if choice is None or new_bound < reached - 1e-6 * abs(reached):
                # The best plan found is still admissible here, so such an answer cannot be right: not believed.
                break
            bound = min(bound, new_bound)
            best = max(best, choice, key=worth)
        objective, reached = problem.objective(best), worth(best)
        return Solution(best, objective, bound=max(bound, reached) + objective - reached, shadow_prices=prices)


@dataclass(frozen=True, slots=True)
class _Model:
    """Variables: the cells kept, then the columns of the cross effects, then the slack of soft limits."""

    problem: PlanningProblem
    system: RowSystem
    cells: Cells
    programme: Programme
    is_exact: bool

    @classmethod
    def build(
        cls, problem: PlanningProblem, system: RowSystem, allowed: Flags, *, is_exact: bool = False
    ) -> _Model:
        """Only cells of `allowed` (flat) take part."""
        n, n_weeks, n_offers = problem.shape
        is_kept, others = worth_considering(problem, system, allowed)
        cells = Cells.of(np.flatnonzero(is_kept), problem)
        cross = exact(cells, problem, others) if is_exact else envelope(cells, problem, others)
        one_each = incidence(cells.flat // n_offers, np.ones(len(cells)), n * n_weeks)
        slack = Slack.of(system, system.is_soft)
        # Soft rows that no plan can break have no slack and hold by themselves.
        n_cross, n_before = len(cross.value), len(cells) + len(cross.value)
        caps, most = given_up_rows(system, slack, n_before)
        limits = hstack([widen(system.matrix[:, cells.flat], n_cross), slack.matrix])
        beside = [widen(one_each, n_cross + len(slack.row)), widen(cross.rows, len(slack.row)), caps]
        high = [system.high, np.ones(n * n_weeks), np.zeros(cross.rows.shape[0]), most]
        n_rows = sum(len(part) for part in high[1:])
        programme = Programme(
            cost=np.concatenate([-problem.value.ravel()[cells.flat], -cross.value, system.penalty[slack.row]]),
            matrix=csr_array(vstack([limits, *beside])),
            low=np.concatenate([system.low, np.full(n_rows, -np.inf)]),
            high=np.concatenate(high),
            upper=np.concatenate([np.ones(len(cells)), cross.upper, slack.upper]),
        )
        return cls(problem, system, cells, programme, is_exact)

    def optimise(self, relative_gap: float, node_limit: int) -> tuple[Ints | None, float]:
        """The choice (n, T), None if nothing is admissible, and an upper bound on what any is worth."""
        if len(self.cells) == 0:
            # Nothing can be promoted; that is a plan only if no limit asks for more.
            nothing = choice_of(np.empty(0, dtype=np.int64), self.problem)
            x = indicator(self.problem, nothing)
            return (nothing, -self.system.given_up(x)) if self.system.keeps(x) else (None, 0.0)
        is_cell = np.arange(len(self.programme.cost)) < len(self.cells)
        answer = solve_integer(self.programme, is_cell, relative_gap=relative_gap, node_limit=node_limit)
        if answer is None:
            return None, 0.0
        return choice_of(self.cells.flat[answer.x[is_cell] > 0.5], self.problem), -answer.bound

    def relax(self) -> LinearAnswer | None:
        """Solve the linear relaxation; None if it is empty or has no solution."""
        return solve_linear(self.programme) if len(self.cells) else None

    def still_of_use(self, relaxed: LinearAnswer | None, objective: float) -> Flags:
        """Flat flags of the cells that a plan worth more than `objective` could contain."""
        left = np.zeros(self.problem.value.size, dtype=np.bool_)
        if relaxed is None:
            left[self.cells.flat] = True
        else:
            # A column at zero raises the cost by its reduced cost; one at its limit of 1 has none to pay.
            at_least = -relaxed.value - np.maximum(relaxed.reduced_cost[: len(self.cells)], 0.0)
            left[self.cells.flat[at_least > objective - 1e-6]] = True
        return left

    def shadow_prices(self, relaxed: LinearAnswer | None) -> tuple[ShadowPrice, ...]:
        """Limits that bind in the linear relaxation, largest price first."""
        if relaxed is None:
            return ()
        found = [
            ShadowPrice(owner, label, float(price))
            for owner, label, price in zip(self.system.owner, self.system.labels, relaxed.row_price, strict=False)
            if price > 1e-6
        ]
        return tuple(sorted(found, key=lambda found: -found.price_minor))
