"""How good the forecast would have been: fitted before an origin, judged after it.

The promotions and regular prices of the judged weeks are taken as known, as a plan knows them; nothing else of
those weeks is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.features import Offers
from dealwright.demand.fit import Prior, fit_response, refuse_unteachable
from dealwright.demand.forecast import Drift, forecast
from dealwright.demand.response import draw_units

Floats = NDArray[np.float64]

LEVEL = 0.8
REFERENCE_WEEKS = 4
"""The reference every forecast must beat: the mean of the last four weeks."""


@dataclass(frozen=True, slots=True)
class Score:
    """Errors and coverage over one window of `n_weeks` weeks from `origin` on, all products together.

    `wape` = sum of absolute errors over units sold; `bias` = forecast over actual units minus 1;
    `coverage` = share of product-weeks, `total_coverage` of products' totals, inside their 80 % interval.
    """

    origin: date
    n_weeks: int
    wape: float
    bias: float
    reference_wape: float
    coverage: float
    total_coverage: float


@dataclass(frozen=True, slots=True)
class Window:
    """Means (D, n, H) forecast for the weeks after an origin, and what was sold (n, H)."""

    origin: date
    mean: Floats
    dispersion: Floats
    actual: Floats
    reference: Floats
    category_of: NDArray[np.int64]


def backtest(
    panel: Panel, *, country: str, rng: np.random.Generator, horizon: int = 8, prior: Prior | None = None
) -> tuple[Drift, Score | None]:
    """Learn the drift from one origin and judge the calibrated forecast at the next.

    Two windows of `horizon` weeks at the end of the data: the first calibrates, the second, untouched, is
    scored. Drift for the future is learnt from both. With fewer than 3 * horizon + 4 weeks, or where promotions
    began only after the first origin, there is nothing to judge by: the default drift and no score.
    """
    if len(panel.starts) < 3 * horizon + 4:
        return Drift(), None
    origins = [panel.starts[-2 * horizon], panel.starts[-horizon]]
    try:
        refuse_unteachable(panel.until(origins[0]))
    except InputError:
        return Drift(), None
    first = forecast_window(panel, origins[0], horizon, country=country, drift=Drift(0, 0, 0), rng=rng, prior=prior)
    drift = calibrate([first], rng)
    second = forecast_window(panel, origins[1], horizon, country=country, drift=drift, rng=rng, prior=prior)
    score = _score(second, rng)
    undrifted = forecast_window(
        panel, origins[1], horizon, country=country, drift=Drift(0, 0, 0), rng=rng, prior=prior
    )
    return calibrate([first, undrifted], rng), score


def forecast_window(
    panel: Panel,
    origin: date,
    horizon: int,
    *,
    country: str,
    drift: Drift,
    rng: np.random.Generator,
    prior: Prior | None = None,
) -> Window:
    """Fit on what was known before `origin` and forecast the `horizon` weeks from it on."""
    known = panel.until(origin)
    start = len(known.starts)
    window = slice(start, start + horizon)
    fit = fit_response(known, country=country, prior=prior)
    response = forecast(fit, known, panel.starts[window], country=country, drift=drift, n_draws=200, rng=rng)
    offers = Offers(panel.depth[:, window], panel.display[:, window], panel.mailer[:, window])
    recent = known.units[:, -REFERENCE_WEEKS:].mean(axis=1, keepdims=True)
    return Window(
        origin=origin,
        mean=response.volumes(offers).total,
        dispersion=response.dispersion,
        actual=panel.units[:, window],
        reference=np.repeat(recent, horizon, axis=1),
        category_of=panel.category_of,
    )


def _score(window: Window, rng: np.random.Generator) -> Score:
    actual, mean = window.actual, window.mean.mean(axis=0)
    units = draw_units(window.mean, window.dispersion[None, :, None], rng)
    return Score(
        origin=window.origin,
        n_weeks=actual.shape[1],
        wape=float(np.abs(actual - mean).sum() / actual.sum()),
        bias=float(mean.sum() / actual.sum() - 1),
        reference_wape=float(np.abs(actual - window.reference).sum() / actual.sum()),
        coverage=_coverage(units, actual),
        total_coverage=_coverage(units.sum(axis=2), actual.sum(axis=1)),
    )


def _coverage(draws: Floats, actual: Floats) -> float:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return float(((actual >= low) & (actual <= high)).mean())


def calibrate(windows: list[Window], rng: np.random.Generator) -> Drift:
    """Drift that explains how far totals missed: of the shop, of categories beyond it, of products beyond those.

    Each level's log error has a variance that chance alone explains in part; what is left is drift.
    """
    shop, category, item = [], [], []
    for w in windows:
        expected, sold = w.mean.mean(axis=0).sum(axis=1), w.actual.sum(axis=1)
        shop.append(np.log(sold.sum() / expected.sum()))
        ratio = sold.sum() / expected.sum()
        n_categories = int(w.category_of.max()) + 1
        belongs = np.equal.outer(np.arange(n_categories), w.category_of).astype(np.float64)
        category_expected, category_sold = belongs @ expected, belongs @ sold
        chance = belongs @ (expected * w.dispersion)
        category.append(_excess(category_expected * ratio, category_sold, chance))
        within = (category_sold / np.maximum(category_expected, 1e-9))[w.category_of]
        item.append(_excess(expected * within, sold, expected * w.dispersion))
    drift = Drift(
        shop=float(np.clip(np.sqrt(np.mean(np.square(shop))), 0.03, 0.3)),
        category=float(np.clip(np.sqrt(np.mean(category)), 0.02, 0.3)),
        item=float(np.clip(np.sqrt(np.mean(item)), 0.02, 0.5)),
    )
    return Drift(drift.shop, drift.category, drift.item, noise=_noise(windows, drift, rng))


def _excess(expected: Floats, sold: Floats, chance: Floats) -> float:
    """Relative variance of `sold` around `expected` beyond the variance `chance`; robust to a few misses."""
    has_sales = expected > 1.0
    gap = (sold - expected)[has_sales] ** 2 - chance[has_sales]
    weight = np.minimum(expected[has_sales] ** 2, np.quantile(expected[has_sales] ** 2, 0.9))
    relative = np.clip(gap / expected[has_sales] ** 2, -0.5, 0.5)
    return float(max(np.average(relative, weights=weight), 0.0)) if weight.size else 0.0


def _noise(windows: list[Window], drift: Drift, rng: np.random.Generator) -> float:
    """The factor on single weeks' dispersion that makes 80 % intervals hold 80 % of product-weeks."""
    spread = np.hypot(np.hypot(drift.shop, drift.category), drift.item)
    factors = np.array([0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.8, 2.2, 2.7, 3.3])
    held = []
    for factor in factors:
        covers = []
        for w in windows:
            moved = w.mean * np.exp(rng.normal(0.0, spread, (*w.mean.shape[:2], 1)))
            units = draw_units(moved, np.maximum(w.dispersion * factor, 1.0)[None, :, None], rng)
            covers.append(_coverage(units, w.actual))
        held.append(np.mean(covers))
    return float(factors[int(np.argmin(np.abs(np.array(held) - LEVEL)))])
