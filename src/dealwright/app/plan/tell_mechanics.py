"""The mechanics of a plan in words, English and Chinese, with what each rests on."""

from __future__ import annotations

from typing import Any

from dealwright.plan.mechanics import Mechanic, assumption, describe
from dealwright.plan.plan import PromotionPlan


def mechanics_document(plan: PromotionPlan) -> list[dict[str, Any]]:
    """Each mechanic that could have been planned, in the order of the scenario, and how often it was.

    `name` is what offers call it; `assumptions` are sentences, means over its products.
    """
    problem, choice = plan.problem, plan.solution.choice
    first: dict[Mechanic, int] = {}
    counts: dict[Mechanic, int] = {}
    for k, offer in enumerate(problem.offers):
        if offer.mechanic is not None:
            first.setdefault(offer.mechanic, k)
            counts[offer.mechanic] = counts.get(offer.mechanic, 0) + int((choice == k).sum())
    return [
        {
            "kind": mechanic.kind,
            "name": describe(mechanic, currency=problem.offers[k].currency),
            "name_zh": describe(mechanic, "zh", currency=problem.offers[k].currency),
            "n_promotions": counts[mechanic],
            "assumptions": _told(plan, k, "en"),
            "assumptions_zh": _told(plan, k, "zh"),
        }
        for mechanic, k in first.items()
    ]


def _told(plan: PromotionPlan, k: int, language: str) -> list[str]:
    currency = plan.problem.offers[k].currency
    return [assumption(each, language, currency=currency) for each in plan.problem.terms.assumptions[k]]
