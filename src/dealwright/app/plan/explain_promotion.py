"""Why a promotion was chosen, or a product was not: its profit part by part, and what else was weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plain import plain_estimate
from dealwright.app.plan.limit_use import LimitUse, UsedLimit
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.plan.plan import CellDraws, cell_draws
from dealwright.plan.problem import PlanningProblem

Flags = NDArray[np.bool_]

N_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the profit of one promotion comes about.

    `parts` are (code, major units, low, high); their values sum to the profit. `alternatives` are other offers
    of the same product and week with what each would have earned, best first. `limits` are those the promotion uses
    up, with what more room in them would bring.
    """

    promotion_id: str
    parts: tuple[tuple[str, Estimate], ...]
    profit: Estimate
    alternatives: tuple[tuple[str, float], ...]
    limits: tuple[UsedLimit, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "promotion_id": self.promotion_id,
            "parts": [{"code": code, **plain_estimate(estimate)} for code, estimate in self.parts],
            "profit": plain_estimate(self.profit),
            "alternatives": [{"offer": offer, "profit": profit} for offer, profit in self.alternatives],
            "limits": [limit.to_dict() for limit in self.limits],
        }


def explain_promotion(planned: PlannedPromotions, promotion_id: str, *, minor_per_major: int) -> Explanation:
    """Trace the numbers of one promotion; InputError with the nearest name if there is none."""
    return Explainer.of(planned, minor_per_major=minor_per_major).promotion(promotion_id)


def why_not(planned: PlannedPromotions, sku: str, *, minor_per_major: int) -> dict[str, Any]:
    """Why a product has no (further) promotion: forbidden, unprofitable, or others used the limits better."""
    return Explainer.of(planned, minor_per_major=minor_per_major).product(sku)


@dataclass(frozen=True, slots=True, eq=False)
class Explainer:
    """A plan to ask about promotions and products; `forbidden` has (n, T, K) flags for each limit that forbids."""

    planned: PlannedPromotions
    use: LimitUse
    forbidden: tuple[tuple[str, Flags], ...]
    minor_per_major: int

    @classmethod
    def of(cls, planned: PlannedPromotions, *, minor_per_major: int) -> Explainer:
        """Ask a plan."""
        plan = planned.plan
        found = [(constraint.code, constraint.forbids(plan.problem)) for constraint in plan.constraints]
        forbidden = tuple((code, flags) for code, flags in found if flags is not None)
        return cls(planned, LimitUse.of(plan, minor_per_major=minor_per_major), forbidden, minor_per_major)

    def promotion(self, promotion_id: str) -> Explanation:
        """Trace the numbers of one promotion; InputError with the nearest name if there is none."""
        plan = self.planned.plan
        row, problem = plan.row(promotion_id), plan.problem
        i, t = problem.skus.index(row["sku"]), problem.weeks.index(row["week"])
        k = int(plan.solution.choice[i, t])
        cell = cell_draws(problem, self.planned.response, i, t, k)
        parts = tuple(
            (code, Estimate.from_draws(draws / self.minor_per_major))
            for code, draws in _parts(problem, cell, i, k).items()
        )
        return Explanation(
            promotion_id=promotion_id,
            parts=parts,
            profit=Estimate.from_draws(cell.profit / self.minor_per_major),
            alternatives=self._alternatives(i, t, k),
            limits=self.use.used_up_by(i, t, k),
        )

    def product(self, sku: str) -> dict[str, Any]:
        """Why a product has no (further) promotion.

        `best_*` is the offer that would serve the objective best if nothing else were in its way; `kept_out_by` are
        the limits it would break beside the plan, for want of which it stands back.
        """
        problem = self.planned.plan.problem
        if sku not in problem.skus:
            raise InputError(
                f"product {sku!r} is not planned: it is not among the {len(problem.skus)} products with enough "
                "recent history; see scope in the scenario"
            )
        i = problem.skus.index(sku)
        refused = {code: int(flags[i].any(axis=0).sum()) for code, flags in self.forbidden if bool(flags[i].any())}
        promotes = np.array([offer.is_promotion for offer in problem.offers])
        values = np.where(self._allowed(i) & promotes[None, :], problem.value[i], -np.inf)
        t, k = (int(place) for place in np.unravel_index(int(values.argmax()), values.shape))
        chosen = self.planned.plan.table[self.planned.plan.table["sku"] == sku]
        told = {
            "sku": sku,
            "name": problem.names[i],
            "code": _code(float(values[t, k]), is_promoted=len(chosen) > 0),
            "promotions": list(chosen["promotion_id"]),
            "best_offer": None,
            "best_week": None,
            "best_profit": None,
            "offers_refused": refused,
            "n_offers": int(promotes.sum()),
            "kept_out_by": [],
        }
        if not np.isfinite(values[t, k]):
            return told
        is_crowded = told["code"] == "crowded_out"
        return told | {
            "best_offer": str(problem.offers[k]),
            "best_week": str(problem.weeks[t]),
            "best_profit": float(self.planned.by_profit.value[i, t, k]) / self.minor_per_major,
            "kept_out_by": [limit.to_dict() for limit in self.use.keeping_out(i, t, k)] if is_crowded else [],
        }

    def _alternatives(self, i: int, t: int, chosen: int) -> tuple[tuple[str, float], ...]:
        problem = self.planned.plan.problem
        is_allowed = self._allowed(i)[t]
        best_first = np.argsort(-problem.value[i, t], kind="stable")
        others = [int(k) for k in best_first if k != chosen and is_allowed[k]]
        profit = self.planned.by_profit.value[i, t] / self.minor_per_major
        return tuple((str(problem.offers[k]), float(profit[k])) for k in others[:N_ALTERNATIVES])

    def _allowed(self, i: int) -> Flags:
        """Offers of a product that no limit forbids, (T, K)."""
        allowed = np.ones(self.planned.plan.problem.shape[1:], dtype=np.bool_)
        for _, flags in self.forbidden:
            allowed &= ~flags[i]
        return allowed


def _code(best: float, *, is_promoted: bool) -> str:
    if not np.isfinite(best):
        return "forbidden"
    if is_promoted:
        return "promoted"
    return "crowded_out" if best > 0 else "loses_money"


def _parts(problem: PlanningProblem, cell: CellDraws, i: int, k: int) -> dict[str, np.ndarray[Any, Any]]:
    """Profit in money a merchandiser can follow; the parts sum to `cell.profit` in every draw."""
    e = problem.economics
    regular = float(e.regular_margin[i])
    terms = problem.terms
    given, extra = float(e.price[i] * terms.discount_share[i, k]), float(terms.extra_minor[i, k])
    funded = given * float(e.funded_share[i])
    sold, fixed = cell.baseline + cell.uplift, float(terms.fixed_minor[i, k])
    return {
        "margin_on_extra_units": regular * cell.uplift,
        "discount_on_usual_units": -given * cell.baseline,
        "discount_on_extra_units": -given * cell.uplift,
        "supplier_funding": funded * sold,
        **({"given_beside": -extra * sold} if extra else {}),
        "gained_by_complements": cell.halo_margin,
        "lost_by_neighbours": -cell.neighbours_loss,
        "lost_next_week": -cell.next_week_loss,
        "display_and_mailer": np.full_like(sold, fixed - cell.support),
        **({"weekly_cost": np.full_like(sold, -fixed)} if fixed else {}),
    }
