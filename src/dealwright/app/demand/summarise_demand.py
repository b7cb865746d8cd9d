"""What was learnt about demand as a plain document: accuracy, models, ranges, and every product's response."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.demand.past_promotions import LEAST_CUT, LEAST_SUPPORT, past_promotions
from dealwright.app.plain import plain, plain_estimate, plain_row
from dealwright.data import columns as c
from dealwright.demand.backtest import teachers
from dealwright.demand.blend import learn_blend
from dealwright.demand.halo import Halo
from dealwright.demand.intervals import learn_spread
from dealwright.demand.score import share_inside
from dealwright.demand.volume import VOLUMES, noise_of, volume_of

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Levels of ranges that are checked; at 0.8 the ranges are those that are handed out."""


def forecast_document(demand: DemandForecast) -> dict[str, Any]:
    """What was learnt, how good it is, and every product's baseline and response with 80 % intervals."""
    coefficients = demand.response.coefficients()
    weekly = demand.response.baseline.mean(axis=2)
    low, high = np.quantile(weekly, [0.1, 0.9], axis=0)
    coefficients = coefficients.assign(baseline=weekly.mean(axis=0), baseline_low=low, baseline_high=high)
    coefficients["name"] = [str(name) for name in demand.panel.products[c.NAME]]
    coefficients["category"] = [demand.panel.categories[k] for k in demand.panel.category_of]
    return {
        "n_products": len(demand.panel.skus),
        "first_week": str(demand.panel.starts[0]),
        "last_week": str(demand.panel.starts[-1]),
        "left_out": demand.left_out,
        "stock_out_weeks": demand.n_stock_out_weeks,
        "wrong_sign": demand.response.wrong_sign(),
        "shop_elasticity": demand.fit.shop_elasticity,
        "score": _score(demand),
        "coverage": _coverage(demand),
        "blend": _blend(demand),
        "halo": _halo(demand.fit.halo),
        "coefficients": [plain_row(row) for row in coefficients.to_dict("records")],
    }


def decomposition_document(demand: DemandForecast) -> dict[str, Any]:
    """Units of past weeks by part; actual = baseline + uplift - cannibalised + halo - pulled_forward + unexplained.

    `promotions` are the promotions shown one by one, chosen by `rule`.
    """
    return {
        "weeks": [str(week) for week in demand.panel.starts],
        **demand.decomposition.by_period(),
        "rule": {"least_cut": LEAST_CUT, "least_support": LEAST_SUPPORT},
        "promotions": [promotion.to_dict() for promotion in past_promotions(demand)],
    }


def _halo(halo: Halo) -> dict[str, Any]:
    """Pairs of categories of which one brings the other sales; `code` says why there are none."""
    typical = None if halo.typical is None else plain_estimate(halo.typical)
    return {"n_pairs": len(halo.mean), "code": halo.verdict.code or None, "share_of_baskets": typical}


def _score(demand: DemandForecast) -> dict[str, Any] | None:
    """Of the latest trial, judged by what the earlier ones taught; `models` are alone, without the blend."""
    score = demand.score
    if score is None:
        return None
    return {
        "origin": str(score.origin),
        "weeks": score.n_periods,
        "wape": score.blend.wape,
        "bias": score.blend.bias,
        "rmsse": plain(score.blend.rmsse),
        "pinball": score.blend.pinball,
        "reference_wape": score.reference_wape,
        "coverage": score.coverage,
        "total_coverage": score.total_coverage,
        "models": [
            {"model": name, "weight": score.weights[name], **_errors(asdict(accuracy))}
            for name, accuracy in score.models.items()
        ],
    }


def _errors(accuracy: dict[str, float]) -> dict[str, Any]:
    return {name: plain(accuracy[name]) for name in ("wape", "bias", "rmsse", "mase")}


def _coverage(demand: DemandForecast) -> dict[str, Any] | None:
    """How often ranges of the latest trial held what was sold, by level and by week ahead (at 80 %)."""
    if demand.score is None:
        return None
    latest, earlier = demand.trials[0], teachers(demand.trials)
    blend = learn_blend(earlier)
    spread = learn_spread(earlier, [blend.mix(t.forecasts, t.level) for t in earlier])
    mean = blend.mix(latest.forecasts, latest.level)
    noise, volume = noise_of(latest.past), volume_of(latest.level)
    tails = [(1 - level) / 2 for level in LEVELS]
    bounds = spread.quantiles(mean, noise, volume, sorted([*tails, *(1 - tail for tail in tails)]))
    low, high = spread.range80(mean, noise, volume)
    use = latest.is_judged
    achieved = {0.8: share_inside(latest.actual, low, high, use)}
    for k, level in enumerate(sorted(LEVELS, reverse=True)):
        achieved.setdefault(level, share_inside(latest.actual, bounds[k], bounds[-1 - k], use))
    return {
        "origin": str(latest.origin),
        "n_series": len(latest.rows),
        "levels": [{"nominal": level, "achieved": achieved[level]} for level in LEVELS],
        "by_week": [
            plain(share_inside(latest.actual[:, t], low[:, t], high[:, t], use[:, t]))
            for t in range(latest.actual.shape[1])
        ],
    }


def _blend(demand: DemandForecast) -> dict[str, Any]:
    """The mix that the coming weeks are forecast with; `weight` is the mean over the products planned."""
    blend = demand.blend
    volume = volume_of(demand.panel.units.mean(axis=1))
    weight = blend.weights[volume].mean(axis=0)
    return {
        "n_trials": len(demand.trials),
        "correction": blend.correction,
        "loss": plain(blend.blend_loss),
        "models": [
            {
                "model": name,
                "weight": float(weight[k]),
                "by_volume": dict(zip(VOLUMES, (float(w) for w in blend.weights[:, k]), strict=True)),
                "loss": plain(float(blend.loss[k])),
            }
            for k, name in enumerate(blend.models)
        ],
    }
