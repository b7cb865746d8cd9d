"""Planning many products: schedules of single products chosen together, with a proven bound.

What concerns one product alone (how often, how far apart, how long) is solved exactly by dynamic programming over
its weeks; limits between products and the envelope of the cross effects (see `cross`) are rows of a master
programme (see `plan.calendar`). The plan is valued with the true objective, and improved on it by solving again
with each promotion's value as it is beside the plan's other promotions, until nothing is gained.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack, vstack

from dealwright.core.errors import InfeasibleError
from dealwright.plan.calendar import (
    CalendarAnswer,
    CalendarProblem,
    CouplingRows,
    ExtraColumns,
    ItemRules,
    Past,
    solve_calendar,
)
from dealwright.plan.constraints import Constraint, EventGap, EventLength, Gap, MostPerProduct
from dealwright.plan.constraints.check import indicator
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.cross import Cells, CrossEffects, envelope
from dealwright.plan.solvers.feasible import any_choice, given_up_rows, settle, smallest_conflict
from dealwright.plan.solvers.protocol import ShadowPrice, Solution
from dealwright.plan.solvers.rows import RowSystem, Slack, row_system
from dealwright.plan.solvers.sieve import worth_considering

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Column generation with exact schedules per product; for hundreds to tens of thousands of products.

    Stops when the gap is below `relative_gap` or its efforts are spent, never by the clock. Shadow prices are those
    of limits between products: a product's own limits are inside its schedule and have none.
    """

    relative_gap: float = 1e-3
    node_limit: int = 100
    most_rounds: int = 4
    seed: int = 0

    def solve(self, problem: PlanningProblem, constraints: list[Constraint]) -> Solution:
        """The best plan and a bound on all plans; InfeasibleError with the smallest conflict if there is none."""
        system = settle(problem, row_system(problem, constraints))
        if system is None:
            raise InfeasibleError(smallest_conflict(problem, constraints))
        model = _Model.build(problem, system, constraints)
        answer = self._solve(model.calendar())
        best = answer.choice
        if best is None:
            best = None if answer.is_impossible else any_choice(problem, system)
        if best is None:
            raise InfeasibleError(smallest_conflict(problem, constraints))

        def worth(choice: Ints) -> float:
            return problem.objective(choice) - system.given_up(indicator(problem, choice))

        best = self._improve(model, best, worth)
        objective, reached = problem.objective(best), worth(best)
        return Solution(
            best,
            objective,
            bound=max(answer.bound, reached) + objective - reached,
            shadow_prices=model.shadow_prices(answer),
        )

    def _solve(self, calendar: CalendarProblem, *, start: Sequence[Ints] = ()) -> CalendarAnswer:
        return solve_calendar(
            calendar, relative_gap=self.relative_gap, seed=self.seed, node_limit=self.node_limit, start=start
        )

    def _improve(self, model: _Model, best: Ints, worth: Callable[[Ints], float]) -> Ints:
        """Solve again beside the plan's own promotions as long as that gains."""
        for _ in range(self.most_rounds):
            found = self._solve(model.beside(best), start=[best]).choice
            if found is None or worth(found) <= worth(best) + 1e-9 * abs(worth(best)):
                break
            best = found
        return best


@dataclass(frozen=True, slots=True)
class _Model:
    """The problem's pieces: item rules, the coupling rows left, cells worth a thought, cross effects, slack."""

    problem: PlanningProblem
    rules: ItemRules
    system: RowSystem
    slack: Slack
    is_kept: Flags
    cells: Cells
    cross: CrossEffects

    @classmethod
    def build(cls, problem: PlanningProblem, system: RowSystem, constraints: Sequence[Constraint]) -> _Model:
        is_kept, others = worth_considering(problem, system, system.is_allowed, drop_outdone=False)
        cells = Cells.of(np.flatnonzero(is_kept), problem)
        inside = [k for k, constraint in enumerate(constraints) if isinstance(constraint, _IN_SCHEDULES)]
        coupling = system.only(set(range(len(constraints))) - set(inside), system.is_allowed)
        coupling = replace(coupling, most_given_up=system.most_given_up)
        rules = _rules(problem, [constraints[k] for k in inside])
        slack = Slack.of(coupling, coupling.is_soft)
        return cls(problem, rules, coupling, slack, is_kept, cells, envelope(cells, problem, others))

    def calendar(self) -> CalendarProblem:
        """With the envelope of the cross effects, which proves a bound."""
        problem, cross, slack = self.problem, self.cross, self.slack
        n_cross, n_slack, n_cells = len(cross.value), len(slack.row), problem.value.size
        crossed = cross.rows.tocoo()
        in_cells = crossed.col < len(self.cells)
        by_cell = coo_array(
            (crossed.data[in_cells], (crossed.row[in_cells], self.cells.flat[crossed.col[in_cells]])),
            shape=(crossed.shape[0], n_cells),
        )
        by_column = coo_array(
            (crossed.data[~in_cells], (crossed.row[~in_cells], crossed.col[~in_cells] - len(self.cells))),
            shape=(crossed.shape[0], n_cross),
        )
        extra = ExtraColumns(
            value=np.concatenate([cross.value, -self.system.penalty[slack.row]]),
            upper=np.concatenate([cross.upper, slack.upper]),
            matrix=csr_array((0, n_cross + n_slack)),
        )
        limits = hstack([csr_array((len(self.system.low), n_cross)), slack.matrix])
        return self._calendar(
            problem.value,
            extra,
            [limits, hstack([by_column, csr_array((crossed.shape[0], n_slack))])],
            [csr_array(by_cell)],
        )

    def beside(self, choice: Ints) -> CalendarProblem:
        """Without cross columns: each offer at its value beside the other promotions of `choice`."""
        problem, slack = self.problem, self.slack
        n, n_weeks, _ = problem.shape
        i, t = np.ogrid[:n, :n_weeks]
        given, taken = problem.given_up[i, choice], problem.taken[i, t, choice]
        given_others, taken_others = (problem.of_others(values) for values in (given, taken))
        value = problem.value + given_others[:, :, None] * problem.taken
        value = value + taken_others[:, :, None] * problem.given_up[:, None, :]
        n_slack = len(slack.row)
        extra = ExtraColumns(-self.system.penalty[slack.row], slack.upper, csr_array((0, n_slack)))
        return self._calendar(value, extra, [slack.matrix], [])

    def _calendar(
        self, value: Floats, extra: ExtraColumns, of_extra: list[csr_array], more: list[csr_array]
    ) -> CalendarProblem:
        """Rows: the limits, those of `more` (at most zero), and what settled priorities may give up."""
        problem, system = self.problem, self.system
        n, _, n_offers = problem.shape
        caps, most = given_up_rows(system, self.slack, len(extra.value) - len(self.slack.row))
        n_more = sum(part.shape[0] for part in more)
        high = np.concatenate([system.high, np.zeros(n_more), most])
        low = np.concatenate([system.low, np.full(n_more + len(most), -np.inf)])
        is_allowed = self.is_kept.reshape(problem.shape).copy()
        is_allowed[:, :, 0] = True
        return CalendarProblem(
            plain=np.where(is_allowed, value, 0.0),
            scaled=np.zeros_like(value),
            factor=np.ones((n, 0, n_offers)),
            is_allowed=is_allowed,
            rules=self.rules,
            past=Past.none(n),
            rows=CouplingRows(
                csr_array(vstack([system.matrix, *more, csr_array((len(most), problem.value.size))])), low, high
            ),
            extra=replace(extra, matrix=csr_array(vstack([*of_extra, caps]))),
        )

    def shadow_prices(self, answer: CalendarAnswer) -> tuple[ShadowPrice, ...]:
        """Limits that bind in the master programme, largest price first."""
        priced = zip(self.system.owner, self.system.labels, np.abs(answer.row_price), strict=False)
        found = [ShadowPrice(owner, label, float(price)) for owner, label, price in priced if price > 1e-6]
        return tuple(sorted(found, key=lambda found: -found.price_minor))


_IN_SCHEDULES = (MostPerProduct, Gap, EventLength, EventGap)


def _rules(problem: PlanningProblem, constraints: Sequence[Constraint]) -> ItemRules:
    """What hard limits on single products say together of each one's schedule."""
    rules = ItemRules.same(len(problem.skus))
    most, gap = rules.most.copy(), rules.gap.copy()
    shortest, longest = rules.least_length.copy(), rules.most_length.copy()
    for limit in constraints:
        match limit:
            case MostPerProduct(limit=least, products=products):
                flags = products.flags(problem)
                most[flags] = np.minimum(most[flags], least)
            case Gap(weeks=weeks, products=products):
                flags = products.flags(problem)
                gap[flags], longest[flags] = np.maximum(gap[flags], weeks), 1
            case EventGap(weeks=weeks, products=products):
                flags = products.flags(problem)
                gap[flags] = np.maximum(gap[flags], weeks)
            case EventLength(least=least, most=longest_event, products=products):
                flags = products.flags(problem)
                shortest[flags] = np.maximum(shortest[flags], least)
                longest[flags] = np.minimum(longest[flags], longest_event)
    return ItemRules(most, gap, shortest, longest)
