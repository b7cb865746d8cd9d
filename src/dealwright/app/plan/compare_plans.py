"""Plans of several scenarios beside one another, on the same possible truths about demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate
from dealwright.app.plan.plan_promise import Promise, promise_of
from dealwright.app.plan.plan_promotions import (
    MOST_ROUNDS,
    PlannedPromotions,
    check_scenario,
    pose_plan,
    solve_posed,
)
from dealwright.app.plan.simulate_plan import METHOD, money_draws, plan_money
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.demand.features import Offers
from dealwright.plan.changes import Change, changes, count
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import check_same_demand
from dealwright.plan.solvers import SOLVERS, Solver
from dealwright.plan.solvers.start import choice_from

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """A plan and what it adds to no promotion: `extra` (D,) draw by draw, `spend`, in major units."""

    name: str
    planned: PlannedPromotions
    extra: Floats
    spend: Estimate
    minor_per_major: int

    @classmethod
    def weigh(
        cls, name: str, planned: PlannedPromotions, demand: DemandForecast, *, minor_per_major: int
    ) -> Contender:
        """Simulate a plan and no promotion, both at the plan's own prices and costs."""
        problem, economics = planned.plan.problem, planned.economics
        with_plan = plan_money(demand, problem, planned.plan.solution.choice, economics)
        without = money_draws(demand, Offers.none(*problem.shape[:2]), economics)
        return cls(
            name=name,
            planned=planned,
            extra=(with_plan.profit - without.profit) / minor_per_major,
            spend=Estimate.from_draws(with_plan.spend / minor_per_major, method=METHOD),
            minor_per_major=minor_per_major,
        )

    def less(self, promise: Promise, *, base: Contender) -> Contender:
        """Without what choosing flatters, by the `promise` of the `base`."""
        return replace(self, extra=self.extra + promise.shared(self.extra, of=base.extra) / self.minor_per_major)

    @property
    def extra_profit(self) -> Estimate:
        """Against no promotion."""
        return Estimate.from_draws(self.extra, method=METHOD)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON.

        `objective`, `bound` and `gap` are about what the model expects of what was pursued; `extra_profit` is
        without what choosing flatters, and no proof is about it.
        """
        solution = self.planned.plan.solution
        bound, gap = solution.bound / self.minor_per_major, solution.gap
        return {
            "name": self.name,
            "n_promotions": len(self.planned.plan.table),
            "extra_profit": plain_estimate(self.extra_profit),
            "spend": plain_estimate(self.spend),
            "objective": solution.objective / self.minor_per_major,
            "bound": bound if np.isfinite(bound) else None,
            "gap": gap if np.isfinite(gap) else None,
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """A plan beside the base: what it earns more (draw by draw, so that what both share cancels), what differs."""

    contender: Contender
    difference: Estimate
    changes: tuple[Change, ...]

    @classmethod
    def of(cls, contender: Contender, base: Contender) -> Beside:
        """Hold it against the base."""
        return cls(
            contender,
            Estimate.from_draws(contender.extra - base.extra, method=METHOD),
            changes(base.planned.promotions, contender.planned.promotions),
        )

    def to_dict(self, names: dict[str, str]) -> dict[str, Any]:
        """Plain values, for JSON; `names` of products by SKU."""
        return {
            **self.contender.to_dict(),
            "difference": plain_estimate(self.difference),
            "counts": dict(count(self.changes)),
            "changes": [change_document(change, names) for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The base, and the others beside it."""

    currency: str
    base: Contender
    others: tuple[Beside, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; money in major units."""
        names = product_names(self.base.planned)
        return {
            "currency": self.currency,
            "base": self.base.to_dict(),
            "others": [other.to_dict(names) for other in self.others],
        }


def compare_plans(
    demand: DemandForecast,
    tables: Tables,
    scenarios: Sequence[tuple[str, Scenario]],
    *,
    currency: str,
    seed: int,
    progress: Progress = silent,
) -> Comparison:
    """A plan for each named scenario, the first of which is the base; nothing is learnt again.

    The base's plan is a start for the others, so that none with looser limits is worse. InputError if a scenario
    would need another forecast (see `check_scenarios`); InfeasibleError if one leaves no plan.
    """
    check_scenarios(scenarios, currency=currency)
    per_major = 10 ** exponent(currency)
    made: list[Contender] = []
    for name, scenario in scenarios:
        progress(f"planning {name}", len(made) / len(scenarios))
        start = made[0].planned if made else None
        planned = plan_from(demand, tables, scenario, currency=currency, start=start)
        made.append(Contender.weigh(name, planned, demand, minor_per_major=per_major))
    promise = promise_of(demand, made[0].planned, seed=seed)
    base, *others = [one.less(promise, base=made[0]) for one in made]
    progress("done", 1.0)
    return Comparison(currency, base, tuple(Beside.of(other, base) for other in others))


def check_scenarios(scenarios: Sequence[tuple[str, Scenario]], *, currency: str) -> None:
    """InputError listing what can be known to be wrong before anything slow runs."""
    mistakes: list[str] = []
    for name, scenario in scenarios:
        try:
            check_scenario(scenario, currency=currency)
        except InputError as error:
            mistakes += [f"{name}: {problem}" for problem in error.problems]
    try:
        check_same_demand(scenarios)
    except InputError as error:
        mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)


def plan_from(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    start: PlannedPromotions | None,
    solver: Solver | None = None,
    most_rounds: int = MOST_ROUNDS,
) -> PlannedPromotions:
    """A scenario's plan, no worse than `start` where that keeps its limits; `solver` in place of the scenario's."""
    posed = pose_plan(demand, tables, scenario, currency=currency)
    starts = () if start is None else (choice_from(posed.problem, start.promotions),)
    return solve_posed(posed, solver or SOLVERS.make(scenario.solver), starts=starts, most_rounds=most_rounds)


def product_names(planned: PlannedPromotions) -> dict[str, str]:
    """Of all planned products, by SKU."""
    return dict(zip(planned.plan.problem.skus, planned.plan.problem.names, strict=True))


def change_document(change: Change, names: dict[str, str]) -> dict[str, Any]:
    """Plain values, for JSON."""
    return {
        "kind": change.kind,
        "sku": change.sku,
        "name": names.get(change.sku, change.sku),
        "week": str(change.week),
        "was": None if change.was is None else str(change.was),
        "now": None if change.now is None else str(change.now),
    }
