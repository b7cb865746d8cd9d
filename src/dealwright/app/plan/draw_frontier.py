"""What a little less of one objective buys of another: plans between the best for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_objective import COUNTS, objective_for
from dealwright.app.plan.plan_promotions import Posed, pose_plan
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.plan.constraints import Soft
from dealwright.plan.frontier import TradeOff, frontier
from dealwright.plan.objective import NAMES
from dealwright.plan.problem import PlanningProblem, pursue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import SOLVERS


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A plan that no other beats in both: what it adds of each (money in major units, else pieces or customers).

    `of_bound` and `against_bound` are the most that any plan with as much of the other can have; None if nothing is
    proven, as where limits may be broken: what is proven then is about plans that break them no more. `spend` is
    expected, `profit` as well.
    """

    of: float
    against: float
    of_bound: float | None
    against_bound: float | None
    n_promotions: int
    spend: float
    profit: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "of": self.of,
            "against": self.against,
            "of_bound": self.of_bound,
            "against_bound": self.against_bound,
            "n_promotions": self.n_promotions,
            "spend": self.spend,
            "profit": self.profit,
        }


@dataclass(frozen=True, slots=True)
class Frontier:
    """The points, the most of `of` first."""

    of: str
    against: str
    currency: str
    points: tuple[FrontierPoint, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; objectives in `counts` are pieces or customers, all others money."""
        return {
            "of": self.of,
            "against": self.against,
            "currency": self.currency,
            "counts": [name for name in (self.of, self.against) if name in COUNTS],
            "points": [point.to_dict() for point in self.points],
        }


def check_frontier(of: str, against: str, *, n_points: int) -> None:
    """InputError listing unknown objectives, one named twice, and too few points."""
    mistakes = [
        problem
        for name in (of, against)
        if name not in NAMES
        for problem in InputError.unknown("objective", name, NAMES).problems
    ]
    if of == against:
        mistakes.append(f"{of} against itself is a single plan; name two objectives, such as profit and units")
    if n_points < 2:
        mistakes.append(f"a frontier has at least its two ends, not {n_points} points")
    if mistakes:
        raise InputError(*mistakes)


def draw_frontier(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    of: str,
    against: str,
    n_points: int = 7,
    currency: str,
    progress: Progress = silent,
) -> Frontier:
    """At most `n_points` plans within the scenario's limits; what it says of objective and risk does not count."""
    check_frontier(of, against, n_points=n_points)
    progress("weighing every offer", 0.0)
    neutral = scenario.model_copy(update={"objective": {"profit": 1.0}, "risk": None})
    posed = pose_plan(demand, tables, neutral, currency=currency)
    first, second = (_valued(posed, name) for name in (of, against))
    solver = SOLVERS.make(scenario.solver)
    found = frontier(
        first,
        second,
        lambda problem, more: solver.solve(problem, [*posed.constraints, *more]),
        n_points=n_points,
        progress=lambda what, share: progress(what, 0.1 + 0.9 * share),
    )
    progress("done", 1.0)
    return Frontier(of, against, currency, tuple(_point(plan, posed, 10 ** exponent(currency)) for plan in found))


def _valued(posed: Posed, name: str) -> PlanningProblem:
    objective = objective_for({name: 1.0}, posed.facts)
    return pursue(posed.by_profit, posed.response, objective)


def _point(plan: TradeOff, posed: Posed, per_major: int) -> FrontierPoint:
    problem = posed.by_profit
    n, n_weeks, _ = problem.shape
    i, t = np.ogrid[:n, :n_weeks]
    is_proven = not any(isinstance(limit, Soft) for limit in posed.constraints)
    return FrontierPoint(
        of=plan.first / per_major,
        against=plan.second / per_major,
        of_bound=_finite(plan.first_bound / per_major) if is_proven else None,
        against_bound=_finite(plan.second_bound / per_major) if is_proven else None,
        n_promotions=int((plan.choice > 0).sum()),
        spend=float(problem.spend[i, t, plan.choice].sum()) / per_major,
        profit=problem.objective(plan.choice) / per_major,
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
