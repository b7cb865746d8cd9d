"""Three questions every plan is asked: half the money, no deep cuts, twice the room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.compare_plans import Beside, Contender, plan_from, product_names
from dealwright.app.plan.plan_promise import Promise
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import SOLVERS, Columns, Milp, Solver

_HASTY: dict[str, Solver] = {
    "milp": Milp(relative_gap=3e-3, node_limit=20, most_rounds=2),
    "columns": Columns(relative_gap=3e-3, node_limit=20, most_rounds=1),
}
"""Answers to be near enough for a what-if; the gap is shown."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question by its `code` and `params`, and the plan that answers it; None if none can, with the reason."""

    code: str
    params: dict[str, float]
    beside: Beside | None
    why_none: str = ""

    def to_dict(self, names: dict[str, str]) -> dict[str, Any]:
        """Plain values, for JSON."""
        answer = None if self.beside is None else self.beside.to_dict(names)
        return {"code": self.code, "params": dict(self.params), "answer": answer, "why_none": self.why_none}


def try_what_ifs(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    planned: PlannedPromotions,
    *,
    promise: Promise,
    currency: str,
    progress: Progress = silent,
) -> tuple[WhatIf, ...]:
    """Plans for the three questions on the same draws, solved in haste from the plan, whose `promise` is given."""
    expected = Contender.weigh(scenario.name, planned, demand, minor_per_major=10 ** exponent(currency))
    base = expected.less(promise, base=expected)
    solver = _HASTY.get(scenario.solver) or SOLVERS.make(scenario.solver)
    questions, found = tuple(_questions(scenario, planned, currency)), []
    for number, question in enumerate(questions):
        progress("asking what if", number / len(questions))
        try:
            asked = Scenario.checked(question.changes_to(scenario))
            answer = plan_from(
                demand, tables, asked, currency=currency, start=planned, solver=solver, most_rounds=1
            )
        except InputError as error:
            found.append(WhatIf(question.code, question.params, None, str(error)))
            continue
        contender = Contender.weigh(question.code, answer, demand, minor_per_major=base.minor_per_major)
        found.append(
            WhatIf(question.code, question.params, Beside.of(contender.less(promise, base=expected), base))
        )
    progress("asking what if", 1.0)
    return tuple(found)


def what_ifs_document(what_ifs: tuple[WhatIf, ...], planned: PlannedPromotions) -> list[dict[str, Any]]:
    """Plain values, for JSON."""
    names = product_names(planned)
    return [what_if.to_dict(names) for what_if in what_ifs]


@dataclass(frozen=True, slots=True)
class _Question:
    code: str
    params: dict[str, float]
    limits: dict[str, Any]
    whole: dict[str, Any]

    def changes_to(self, scenario: Scenario) -> dict[str, Any]:
        given = scenario.model_dump(exclude_unset=True)
        return {**given, **self.whole, "limits": {**given.get("limits", {}), **self.limits}}


def _questions(scenario: Scenario, planned: PlannedPromotions, currency: str) -> Iterator[_Question]:
    limits, table = scenario.limits, planned.plan.table
    cent = Decimal(1).scaleb(-exponent(currency))
    spent = limits.budget if limits.budget is not None else Decimal(str(table["spend"].sum()))
    half = (spent / 2).quantize(cent, rounding=ROUND_HALF_UP)
    yield _Question("budget_halved", {"budget": float(half)}, {"budget": half}, {})
    deepest = float(table["offer_depth"].max()) if len(table) else 0.0
    deepest = deepest or max(scenario.depths, default=0.0)
    if deepest > 0:
        shallower = tuple(depth for depth in scenario.depths if depth < deepest)
        yield _Question("deepest_removed", {"depth": deepest}, {}, {"depths": shallower})
    twice = {name: 2 * getattr(limits, name) for name in ("slots_per_category", "display_slots", "mailer_slots")}
    yield _Question("slots_doubled", dict(twice), twice, {})
