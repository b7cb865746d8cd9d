"""What the coming weeks sell without promotion, as joint draws with the response to promotions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.features import Offers, calendar_features, lagged, neighbour_gain
from dealwright.demand.fit import SHARED, CategoryFit, Fit, lift_at_mode
from dealwright.demand.response import MOST_LIFT, DemandResponse

Floats = NDArray[np.float64]

LEVEL_HALF_LIFE_WEEKS = 6.0
"""How fast old weeks lose weight when the current level is taken."""
LEAST_LEFT = 0.2
"""Share of a week's units that neighbours and the week before leave at least, as in the fit."""
LEVEL_INERTIA = 20.0
"""Units (times dispersion) of evidence that the average level still holds."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far levels move between the last known week and the weeks forecast; log standard deviations.

    `shop` moves all products together, `category` those of one category, `item` each on its own.
    `noise` multiplies the dispersion of single weeks. Learnt in `backtest.calibrate`.
    """

    shop: float = 0.08
    category: float = 0.08
    item: float = 0.10
    noise: float = 1.0


def fitted_units(fit: Fit, panel: Panel, *, country: str) -> tuple[Floats, Floats]:
    """Baseline and expected units of the weeks the model saw, each (n, T)."""
    calendar = calendar_features(panel.starts, fit.holidays, country=country)
    offers = Offers.of(panel)
    gain = np.expm1(np.clip(lift_at_mode(fit.categories, offers), -1.0, MOST_LIFT))
    pressure = neighbour_gain(gain, fit.shares, panel.market_of)
    regular = np.log(panel.price) - fit.mean_log_price[:, None]
    trend = np.linspace(-1.0, 0.0, len(panel.starts))
    baseline, expected = np.zeros_like(gain), np.zeros_like(gain)
    for f in fit.categories:
        shared = dict(zip(SHARED, f.mode[2 * f.n :], strict=False))
        season = f.mode[2 * f.n + len(SHARED) :] @ calendar
        log_base = (
            f.mode[: f.n, None] - shared["regular_elasticity"] * regular[f.rows] + shared["trend"] * trend + season
        )
        baseline[f.rows] = np.exp(log_base)
        taken = shared["switching"] * pressure[f.rows] + shared["pull_forward"] * lagged(gain)[f.rows]
        own = 1.0 + gain[f.rows]
        expected[f.rows] = baseline[f.rows] * np.maximum(own - taken, LEAST_LEFT * own)
    return baseline, expected


def current_level(fit: Fit, panel: Panel, *, country: str) -> Floats:
    """Recent actual over expected units, drawn towards 1 where few units were sold; shape (n,)."""
    _, expected = fitted_units(fit, panel, country=country)
    age = np.arange(len(panel.starts))[::-1]
    weight = panel.is_active * 0.5 ** (age / LEVEL_HALF_LIFE_WEEKS)
    inertia = LEVEL_INERTIA * _by_product(fit, [f.dispersion for f in fit.categories])
    actual = (weight * panel.units).sum(axis=1)
    return np.asarray((actual + inertia) / ((weight * expected).sum(axis=1) + inertia))


def forecast(
    fit: Fit,
    panel: Panel,
    weeks: Sequence[date],
    *,
    country: str,
    drift: Drift,
    n_draws: int,
    rng: np.random.Generator,
) -> DemandResponse:
    """Draw baselines for `weeks` and the response coefficients that go with them.

    Regular prices stay at their last value; the trend stops (its slope is not projected); season and holidays
    repeat with the effect the fitted weeks taught.
    """
    n = len(panel.skus)
    calendar = calendar_features(weeks, fit.holidays, country=country)
    last_regular = np.log(panel.price[:, -1]) - fit.mean_log_price
    out = {name: np.zeros((n_draws, n)) for name in ("elasticity", *SHARED)}
    baseline = np.zeros((n_draws, n, len(weeks)))
    shop = rng.normal(0.0, drift.shop, (n_draws, 1, 1))
    level = np.log(current_level(fit, panel, country=country))
    for f in fit.categories:
        draws = _draw(f, n_draws, rng)
        shared = draws[:, 2 * f.n : 2 * f.n + len(SHARED)]
        out["elasticity"][:, f.rows] = draws[:, f.n : 2 * f.n]
        for k, name in enumerate(SHARED):
            out[name][:, f.rows] = shared[:, k, None]
        season = draws[:, 2 * f.n + len(SHARED) :] @ calendar
        moved = shop + rng.normal(0.0, drift.category, (n_draws, 1, 1))
        moved = moved + rng.normal(0.0, drift.item, (n_draws, f.n, 1))
        at_last_price = draws[:, : f.n] - out["regular_elasticity"][:, f.rows] * last_regular[f.rows]
        # exp of a normal has a mean above 1; without the correction drift would raise every forecast.
        spread = 0.5 * (drift.shop**2 + drift.category**2 + drift.item**2)
        log_base = (at_last_price + level[f.rows])[:, :, None] + season[:, None, :] + moved - spread
        # A product that never sold yet has a level that nothing but its vague prior tells: forecast none of it.
        has_sold = np.asarray(panel.is_active[f.rows].any(axis=1))
        baseline[:, f.rows] = np.exp(np.clip(log_base, -10, 12)) * has_sold[None, :, None]
    display_reach, mailer_reach = (_reach(rows, panel) for rows in (panel.display, panel.mailer))
    return DemandResponse(
        skus=tuple(panel.skus),
        weeks=tuple(weeks),
        category_of=panel.category_of,
        elasticity=out["elasticity"],
        display=out["display"],
        mailer=out["mailer"],
        switching=np.clip(out["switching"], 0.0, 1.0),
        pull_forward=np.clip(out["pull_forward"], 0.0, 0.8),
        baseline=baseline,
        shares=fit.shares,
        dispersion=np.maximum(_by_product(fit, [f.dispersion for f in fit.categories]) * drift.noise, 1.0),
        greatest_depth=_greatest_depth(panel),
        display_reach=display_reach,
        mailer_reach=mailer_reach,
        n_price_points=fit.n_price_points,
    )


def _draw(f: CategoryFit, n_draws: int, rng: np.random.Generator) -> Floats:
    root = np.linalg.cholesky(f.covariance + 1e-10 * np.eye(len(f.mode)))
    return np.asarray(f.mode + rng.normal(size=(n_draws, len(f.mode))) @ root.T)


def _by_product(fit: Fit, values: Sequence[Floats]) -> Floats:
    out = np.zeros(sum(f.n for f in fit.categories))
    for f, own in zip(fit.categories, values, strict=True):
        out[f.rows] = own
    return out


def _greatest_depth(panel: Panel) -> Floats:
    """The 95th percentile of promotion depths seen in the product's category, shape (n,)."""
    deepest = np.zeros(len(panel.skus))
    is_promoted = panel.is_depth_known & panel.is_active & (panel.depth > 0.02)
    for k in range(len(panel.categories)):
        rows = panel.category_of == k
        seen = panel.depth[rows][is_promoted[rows]]
        deepest[rows] = np.quantile(seen, 0.95) if seen.size else 0.0
    return deepest


def _reach(share: Floats, panel: Panel) -> Floats:
    """Share of the shop covered when there is a display (or mailer): upper decile seen in the category."""
    reach = np.zeros(len(panel.skus))
    for k in range(len(panel.categories)):
        rows = panel.category_of == k
        seen = share[rows][share[rows] > 0.05]
        reach[rows] = np.quantile(seen, 0.9) if seen.size >= 3 else 0.0
    return reach
