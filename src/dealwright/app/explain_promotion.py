"""Why a promotion was chosen, or a product was not: its profit part by part, and what else was weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dealwright.app.plan_promotions import PlannedPromotions
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.plan.plan import CellDraws, cell_draws
from dealwright.plan.problem import PlanningProblem

N_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the profit of one promotion comes about.

    `parts` are (code, major units, low, high); their values sum to the profit. `alternatives` are other offers
    of the same product and week with what each would have earned, best first. `limits` names the limits the
    promotion uses up.
    """

    promotion_id: str
    parts: tuple[tuple[str, Estimate], ...]
    profit: Estimate
    alternatives: tuple[tuple[str, float], ...]
    limits: tuple[tuple[str, dict[str, object]], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "promotion_id": self.promotion_id,
            "parts": [{"code": code, **_plain(estimate)} for code, estimate in self.parts],
            "profit": _plain(self.profit),
            "alternatives": [{"offer": offer, "profit": profit} for offer, profit in self.alternatives],
            "limits": [{"code": code, "params": params} for code, params in self.limits],
        }


def explain_promotion(planned: PlannedPromotions, promotion_id: str, *, minor_per_major: int) -> Explanation:
    """Trace the numbers of one promotion; InputError with the nearest name if there is none."""
    plan = planned.plan
    row = plan.row(promotion_id)
    problem = plan.problem
    i, t = problem.skus.index(row["sku"]), problem.weeks.index(row["week"])
    k = int(plan.solution.choice[i, t])
    cell = cell_draws(problem, planned.response, i, t, k)
    parts = tuple(
        (code, Estimate.from_draws(draws / minor_per_major)) for code, draws in _parts(problem, cell, i, k).items()
    )
    return Explanation(
        promotion_id=promotion_id,
        parts=parts,
        profit=Estimate.from_draws(cell.profit / minor_per_major),
        alternatives=_alternatives(planned, i, t, k, minor_per_major),
        limits=_limits(planned, i, t, k),
    )


def why_not(planned: PlannedPromotions, sku: str, *, minor_per_major: int) -> dict[str, Any]:
    """Why a product has no (further) promotion: forbidden, unprofitable, or others used the limits better."""
    problem = planned.plan.problem
    if sku not in problem.skus:
        raise InputError(
            f"product {sku!r} is not planned: it is not among the {len(problem.skus)} products with enough recent "
            "history; see scope in the scenario"
        )
    i = problem.skus.index(sku)
    refused: dict[str, int] = {}
    allowed = np.ones(problem.shape[1:], dtype=bool)
    promotes = np.array([offer.is_promotion for offer in problem.offers])
    for constraint in planned.plan.constraints:
        forbidden = constraint.forbids(problem)
        if forbidden is not None and forbidden[i].any():
            refused[constraint.code] = int(forbidden[i].any(axis=0).sum())
            allowed &= ~forbidden[i]
    values = np.where(allowed & promotes[None, :], problem.value[i], -np.inf)
    t, k = np.unravel_index(int(values.argmax()), values.shape)
    best = float(values[t, k])
    chosen = planned.plan.table[planned.plan.table["sku"] == sku]
    code = "promoted" if len(chosen) else "crowded_out" if best > 0 else "loses_money"
    if not np.isfinite(best):
        code = "forbidden"
    return {
        "sku": sku,
        "name": problem.names[i],
        "code": code,
        "promotions": list(chosen["promotion_id"]),
        "best_offer": str(problem.offers[int(k)]) if np.isfinite(best) else None,
        "best_week": str(problem.weeks[int(t)]) if np.isfinite(best) else None,
        "best_profit": best / minor_per_major if np.isfinite(best) else None,
        "offers_refused": refused,
        "n_offers": int(promotes.sum()),
    }


def _parts(problem: PlanningProblem, cell: CellDraws, i: int, k: int) -> dict[str, np.ndarray[Any, Any]]:
    """Profit in money a merchandiser can follow; the parts sum to `cell.profit` in every draw."""
    e = problem.economics
    regular = float(e.regular_margin[i])
    given = float(e.price[i] * problem.depth[i, k])
    funded = given * float(e.funded_share[i])
    sold = cell.baseline + cell.uplift
    return {
        "margin_on_extra_units": regular * cell.uplift,
        "discount_on_usual_units": -given * cell.baseline,
        "discount_on_extra_units": -given * cell.uplift,
        "supplier_funding": funded * sold,
        "gained_by_complements": cell.halo_margin,
        "lost_by_neighbours": -cell.neighbours_loss,
        "lost_next_week": -cell.next_week_loss,
        "display_and_mailer": np.full_like(sold, -cell.support),
    }


def _alternatives(
    planned: PlannedPromotions, i: int, t: int, chosen: int, minor_per_major: int
) -> tuple[tuple[str, float], ...]:
    problem = planned.plan.problem
    values = problem.value[i, t] / minor_per_major
    forbidden = np.zeros(len(values), dtype=bool)
    for constraint in planned.plan.constraints:
        mask = constraint.forbids(problem)
        if mask is not None:
            forbidden |= mask[i, t]
    others = [k for k in np.argsort(-values, kind="stable") if k != chosen and not forbidden[k]]
    return tuple((str(problem.offers[k]), float(values[k])) for k in others[:N_ALTERNATIVES])


def _limits(planned: PlannedPromotions, i: int, t: int, k: int) -> tuple[tuple[str, dict[str, object]], ...]:
    """Limits whose row is full and holds this promotion."""
    problem, choice = planned.plan.problem, planned.plan.solution.choice
    n, n_weeks, n_offers = problem.shape
    here = (i * n_weeks + t) * n_offers + k
    chosen = (np.arange(n)[:, None] * n_weeks + np.arange(n_weeks)) * n_offers + choice
    is_chosen = np.zeros(problem.value.size, dtype=bool)
    is_chosen[chosen.ravel()] = True
    full = []
    for constraint in planned.plan.constraints:
        for row in constraint.rows(problem):
            inside = row.cells == here
            if not inside.any() or not np.isfinite(row.high):
                continue
            used = float(row.weights[is_chosen[row.cells]].sum())
            if used >= 0.999 * row.high:
                full.append((constraint.code, {**constraint.params(), "where": row.label}))
                break
    return tuple(full)


def _plain(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "level": estimate.level}
