"""The plan's part of the summary: what is run, what it is worth and what holds it back, as plain values."""

from __future__ import annotations

from typing import Any

import numpy as np

from dealwright.app.plain import plain, plain_row
from dealwright.app.plan.plan_objective import PLAIN
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.app.plan.tell_mechanics import mechanics_document
from dealwright.core.period import WEEK
from dealwright.plan.constraints import SoftOutcome, counts_money
from dealwright.plan.scenario import Scenario


def plan_document(
    planned: PlannedPromotions, scenario: Scenario, *, flattery_minor: float, minor_per_major: int
) -> dict[str, Any]:
    """Money in major units; `bound` is None where something else than expected profit was pursued.

    `profit` is what the model expects; `bound` and `gap` are about that, no plan within the limits is expected to
    earn more than `bound`, a share `gap` on top of it. Of it `flattery` (at most nothing) is taken off because the
    plan was chosen by it: what is promised are the two together, and no proof is about them. `interaction` is what
    the promotions are worth all at once beyond their sum, often less than nothing; `by_pairs` is what the solver
    reached and proved for its own objective, in which promotions add up pair by pair.
    """
    plan = planned.plan
    objective = _objective(planned, scenario, minor_per_major)
    choice = plan.solution.choice
    return {
        "weeks": [str(week) for week in plan.problem.weeks],
        "last_day": str(plan.problem.weeks[-1] + WEEK - (WEEK / 7)),
        "solver": scenario.solver,
        "profit": planned.profit_minor / minor_per_major,
        "objective": objective,
        "bound": objective["bound"] if objective["is_plain"] else None,
        "gap": _finite(plan.solution.gap),
        "interaction": (planned.profit_minor - planned.by_profit.apart(choice)) / minor_per_major,
        "flattery": -flattery_minor / minor_per_major,
        "by_pairs": {
            "value": planned.by_pairs.objective / minor_per_major,
            "bound": _finite(planned.by_pairs.bound / minor_per_major),
            "gap": _finite(planned.by_pairs.gap),
        },
        "spend": float(plan.table["spend"].sum()),
        "promotions": [plain_row(row) for row in plan.table.to_dict("records")],
        "mechanics": mechanics_document(plan),
        "limits": [{"code": item.code, "params": plain(item.params())} for item in plan.constraints],
        "binding": binding_document(planned, minor_per_major=minor_per_major),
        "soft": [_soft(planned, outcome, minor_per_major) for outcome in planned.soft],
        "n_products": len(plan.problem.skus),
        "n_categories": len(plan.problem.categories),
    }


def binding_document(planned: PlannedPromotions, *, minor_per_major: int) -> list[dict[str, Any]]:
    """Limits that cost something: how many of their rows bind, and the dearest one's price."""
    plan = planned.plan
    by_limit: dict[int, list[tuple[str, float]]] = {}
    for price in plan.solution.shadow_prices:
        by_limit.setdefault(price.constraint, []).append((price.label, price.price_minor))
    found = []
    for index, rows in by_limit.items():
        limit = plan.constraints[index]
        label, dearest = max(rows, key=lambda row: row[1])
        # Where rows are in money their price is money per money; all others are per slot or promotion.
        is_money = counts_money(limit)
        per = 1.0 if is_money else float(minor_per_major)
        found.append(
            {
                "code": limit.code,
                "params": plain(limit.params()),
                "n_rows": len(rows),
                "dearest": label,
                "price": dearest / per,
                "per": "money" if is_money else "unit",
                "total": sum(price for _, price in rows) / per,
            }
        )
    return sorted(found, key=lambda item: -item["total"])


def _objective(planned: PlannedPromotions, scenario: Scenario, minor_per_major: int) -> dict[str, Any]:
    """What was pursued, what the plan has of it and the most any has; `luck` if bad luck counts."""
    solution, luck = planned.plan.solution, planned.luck
    return {
        "weights": dict(scenario.objective),
        "is_plain": scenario.objective == PLAIN and luck is None,
        "value": solution.objective / minor_per_major,
        "bound": _finite(solution.bound / minor_per_major),
        "luck": None
        if luck is None or scenario.risk is None
        else {
            "weight": scenario.risk.weight,
            "tail": scenario.risk.tail,
            "mean": luck.profile.gain.value / minor_per_major,
            "worst": luck.profile.cvar / minor_per_major,
            "neutral_mean": luck.neutral.gain.value / minor_per_major,
            "neutral_worst": luck.neutral.cvar / minor_per_major,
        },
    }


def _soft(planned: PlannedPromotions, outcome: SoftOutcome, minor_per_major: int) -> dict[str, Any]:
    """A limit that may be broken: by how much it was (major units if it counts money), where most, at what cost."""
    is_money = counts_money(planned.plan.constraints[outcome.constraint])
    return {
        "code": outcome.code,
        "params": plain(outcome.params),
        "is_kept": outcome.is_kept,
        "broken_by": outcome.broken_by / (minor_per_major if is_money else 1),
        "per": "money" if is_money else "unit",
        "cost": outcome.cost_minor / minor_per_major,
        "where": outcome.worst,
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
