"""What a little less of one objective buys of another: plans between the best for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate
from dealwright.app.plan.plan_objective import COUNTS, objective_for
from dealwright.app.plan.plan_promise import learn_stray, promise_of_choice
from dealwright.app.plan.plan_promotions import Posed, pose_plan
from dealwright.app.plan.simulate_plan import PROMISE_METHOD, money_draws, plan_money
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.demand.features import Offers
from dealwright.plan.constraints import Soft
from dealwright.plan.frontier import TradeOff, frontier
from dealwright.plan.objective import NAMES
from dealwright.plan.problem import PlanningProblem, pursue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import SOLVERS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A plan that no other beats in both: what it adds of each (money in major units, else pieces or customers).

    Those are what the model expects when the plan's promotions are added up pair by pair, `spend` and `profit` as
    well. `of_bound` and `against_bound` are the most that any plan with as much of the other can have of that; None
    if nothing is proven, as where limits may be broken: what is proven then is about plans that break them no more.
    `promise` is the extra profit that the plan promises: simulated, all promotions at once, without what choosing
    flatters.
    """

    of: float
    against: float
    of_bound: float | None
    against_bound: float | None
    n_promotions: int
    spend: float
    profit: float
    promise: Estimate

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
            "promise": plain_estimate(self.promise),
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
    seed: int,
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
    promises = _promises(demand, posed, found, is_for_profit="profit" in (of, against), seed=seed)
    progress("done", 1.0)
    points = (
        _point(plan, posed, draws, 10 ** exponent(currency)) for plan, draws in zip(found, promises, strict=True)
    )
    return Frontier(of, against, currency, tuple(points))


def _valued(posed: Posed, name: str) -> PlanningProblem:
    objective = objective_for({name: 1.0}, posed.facts)
    return pursue(posed.by_profit, posed.response, objective)


def _promises(
    demand: DemandForecast, posed: Posed, found: Sequence[TradeOff], *, is_for_profit: bool, seed: int
) -> list[Floats]:
    """Draws (D,) of what each plan promises beyond no promotion, by the promise of the one that expects most.

    Where profit is not traded no plan was chosen for it, and nothing flatters that.
    """
    problem, economics = posed.by_profit, posed.by_profit.economics
    none = money_draws(demand, Offers.none(*problem.shape[:2]), economics).profit
    extra = [plan_money(demand, problem, plan.choice, economics).profit - none for plan in found]
    best = int(np.argmax([draws.mean() for draws in extra]))
    stray, limits = learn_stray(demand), list(posed.constraints)
    promise = promise_of_choice(problem, posed.response, found[best].choice, limits, stray, seed=seed)
    promise = promise if is_for_profit else replace(promise, flattery=0.0)
    return [draws + promise.shared(draws, of=extra[best]) for draws in extra]


def _point(plan: TradeOff, posed: Posed, promise: Floats, per_major: int) -> FrontierPoint:
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
        promise=Estimate.from_draws(promise / per_major, method=PROMISE_METHOD),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
