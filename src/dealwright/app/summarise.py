"""The main job's result as one plain document: what summary.json holds and every page is drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from dealwright.app.customers.profile_customers import CustomerProfiles
from dealwright.app.customers.summarise_customers import known_customers_document
from dealwright.app.demand.summarise_demand import decomposition_document, forecast_document
from dealwright.app.plain import plain, plain_estimate, plain_row
from dealwright.app.plan.explain_promotion import Explainer
from dealwright.app.plan.simulate_plan import ScenarioOutcome
from dealwright.app.plan.summarise_plan import plan_document
from dealwright.app.plan.try_what_ifs import what_ifs_document
from dealwright.app.run_loop import LoopResult
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.core.version import __version__
from dealwright.data.finding import Finding, Severity

FORMAT = 1
"""Version of the document's shape."""
N_CURVES = 8
"""Categories whose lift curve is drawn: those with most planned promotions."""


def summarise(result: LoopResult) -> dict[str, Any]:
    """Plain values only (JSON); money in major units, shares between 0 and 1, days as ISO text."""
    plan = result.planned.plan
    explainer = Explainer.of(result.planned, minor_per_major=_per_major(result))
    return {
        "format": FORMAT,
        "dealwright": __version__,
        "seed": result.seed,
        "currency": result.currency,
        "credit": result.credit,
        "scenario": result.scenario.model_dump(mode="json"),
        "data": _data(result),
        "assumptions": _assumptions(result),
        "why_no_customers": result.why_no_customers,
        "customers": None if result.customers is None else customers_document(result.customers),
        "known_customers": _known_customers(result),
        "forecast": forecast_document(result.demand),
        "lift_curves": _lift_curves(result),
        "decomposition": decomposition_document(result.demand),
        "distributions": _distributions(result),
        "plan": plan_document(
            result.planned,
            result.scenario,
            flattery_minor=result.flattery_minor,
            minor_per_major=_per_major(result),
        ),
        "explanations": [plain(explainer.promotion(name).to_dict()) for name in plan.table["promotion_id"]],
        "products": [plain(explainer.product(sku)) for sku in plan.problem.skus],
        "outcomes": [_outcome(outcome) for outcome in result.outcomes],
        "what_ifs": what_ifs_document(result.what_ifs, result.planned),
        "replan": None if result.replanned is None else result.replanned.to_dict(),
        "stock": _stock(result),
    }


def _data(result: LoopResult) -> dict[str, Any]:
    """The data report, with what only planning has found."""
    document = result.data.to_dict()
    below = result.planned.below_cost
    if below:
        n = len(result.planned.plan.problem.skus)
        some = below[:5]
        found = Finding(
            "below_cost", Severity.WARNING, "costs", len(below), len(below) / n, some, ", ".join(some)
        ).to_dict()
        return {**document, "findings": [found, *(finding.to_dict() for finding in result.data.findings)]}
    return document


def _per_major(result: LoopResult) -> int:
    return int(10 ** exponent(result.currency))


def _assumptions(result: LoopResult) -> list[dict[str, Any]]:
    """What was assumed, as codes with their parameters; only what was really used."""
    assumed = result.scenario.assumptions
    n = len(result.planned.plan.problem.skus)
    used: list[dict[str, Any]] = []
    if result.planned.n_costs_assumed:
        used.append({"code": "cost", "share": assumed.cost_share, "count": result.planned.n_costs_assumed})
    used.append(
        {
            "code": "funding",
            "branded": assumed.funded_share_branded,
            "own_label": assumed.funded_share_own_label,
        }
    )
    used.append({"code": "support", "display": float(assumed.display_cost), "mailer": float(assumed.mailer_cost)})
    if result.supply.n_counted < n:
        used.append({"code": "stock", "weeks": assumed.cover_weeks, "count": n - result.supply.n_counted})
    used.append({"code": "arrivals"})
    used.append({"code": "priors"})
    return used


def customers_document(profiles: CustomerProfiles) -> dict[str, Any]:
    """Segments and how they were chosen; `*_minor` medians are in minor units."""
    segmentation = profiles.segmentation
    n = len(profiles.features)
    if segmentation is None:
        return {"n_customers": n, "why_no_segments": profiles.verdict.reason, "segments": []}
    return {
        "n_customers": n,
        "k": segmentation.k,
        "is_clear_cut": segmentation.is_clear_cut,
        "is_stable": segmentation.is_stable,
        "silhouettes": {str(k): float(v) for k, v in segmentation.silhouettes.items()},
        "stabilities": {str(k): float(v) for k, v in segmentation.stabilities.items()},
        "segments": [
            {
                "code": segment.code,
                "parts": list(segment.parts),
                "name_en": segment.name_en,
                "name_zh": segment.name_zh,
                "size": segment.size,
                "share": segment.share,
                "revenue_share": segment.revenue_share,
                "medians": plain(segment.medians),
            }
            for segment in segmentation.segments
        ],
    }


def _known_customers(result: LoopResult) -> dict[str, Any] | None:
    """None if sales do not name customers."""
    if result.customers is None or result.known_customers is None:
        return None
    return known_customers_document(result.known_customers, result.customers, minor_per_major=_per_major(result))


def _lift_curves(result: LoopResult) -> list[dict[str, Any]]:
    """Sales against usual sales by depth, price cut alone, in the categories with most planned promotions."""
    response, panel = result.demand.response, result.demand.panel
    planned = result.planned.plan.table["category"].value_counts()
    curves = []
    for category in planned.index[:N_CURVES]:
        k = panel.categories.index(category)
        rows = np.flatnonzero(panel.category_of == k)
        deepest = float(response.greatest_depth[rows].max())
        weight = panel.units[rows].sum(axis=1)
        depths = np.arange(0.0, 0.55, 0.05)
        bands = []
        for depth in depths:
            gain = response.gain(np.full(len(panel.skus), depth), 0.0, 0.0)[:, rows]
            estimate = Estimate.from_draws(1.0 + (gain * weight).sum(axis=1) / weight.sum())
            bands.append(
                {"depth": float(depth), **plain_estimate(estimate), "is_seen": bool(depth <= deepest + 1e-9)}
            )
        curves.append({"category": category, "n_products": len(rows), "greatest_depth": deepest, "points": bands})
    return curves


def _distributions(result: LoopResult) -> dict[str, Any]:
    """Histograms of usual prices, and of depths: in the history (weeks with a cut) and in the plan."""
    panel = result.demand.panel
    price = panel.price[:, -1] / _per_major(result)
    seen = panel.depth[panel.is_depth_known & panel.is_active & (panel.depth > 0.02)]
    planned = result.planned.plan.table["depth"].to_numpy(dtype=np.float64)
    edges = np.arange(0.0, 0.65, 0.05)
    top = float(np.ceil(np.quantile(price, 0.98))) if len(price) else 1.0
    return {
        "price": _histogram(np.minimum(price, top), np.linspace(0.0, top, 21)),
        "past_depth": _histogram(seen, edges),
        "planned_depth": _histogram(planned[planned > 0], edges),
        "promoted_share_past": float((panel.depth[panel.is_active] > 0.02).mean()),
    }


def _histogram(values: np.ndarray[Any, Any], edges: np.ndarray[Any, Any]) -> dict[str, list[float]]:
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
    return {"edges": [float(edge) for edge in edges], "counts": [int(count) for count in counts]}


def _outcome(outcome: ScenarioOutcome) -> dict[str, Any]:
    parts = ("units", "revenue", "profit", "extra_profit", "spend")
    return {
        "code": outcome.code,
        "n_promotions": outcome.n_promotions,
        **{name: plain_estimate(getattr(outcome, name)) for name in parts},
    }


def _stock(result: LoopResult) -> dict[str, Any]:
    supply = result.supply
    total = {
        name: {
            "opening": float(projection.opening.sum()),
            "closing": [float(units) for units in projection.closing.mean.sum(axis=0)],
            "lost": [float(units) for units in projection.lost.mean.sum(axis=0)],
        }
        for name, projection in (("without_plan", supply.without_plan), ("with_plan", supply.with_plan))
    }
    return {
        "is_assumed": supply.supply.is_assumed,
        "n_counted": supply.n_counted,
        "extra_units": int(supply.extra_units.sum()),
        "totals": total,
        "products": [plain_row(row) for row in supply.table.to_dict("records")],
    }
