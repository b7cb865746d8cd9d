"""How good the forecast would have been, and how far levels move that nobody could know.

Both are told by trials at earlier dates. The latest trial judges what those taught that were over before it began:
nothing of its weeks is used but the promotions and regular prices, as a plan knows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.blend import learn_blend
from dealwright.demand.choice import Choice
from dealwright.demand.forecast import Drift
from dealwright.demand.intervals import learn_spread
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.response import draw_units
from dealwright.demand.score import JUDGED, Accuracy, accuracy, share_inside
from dealwright.demand.trial import LEAST_PAST, Trial, run_trials, trial_origins
from dealwright.demand.volume import NOISE_INERTIA, noise_of, volume_of

Floats = NDArray[np.float64]

LEVEL = 0.8
N_DRAWS = 200
N_TRIALS = 4
"""Trials that are asked for: three teach, the latest judges."""
REFERENCE = "mean4"
"""The model every forecast must beat: the mean of the last four periods."""


@dataclass(frozen=True, slots=True)
class Score:
    """How the blend did from `origin` over `n_periods`, beside each of its models alone.

    `coverage` is the share of single series and periods inside their 80 % range, `total_coverage` that of series'
    totals. `weights` are the blend's mean weights over the series judged.
    """

    origin: date
    n_periods: int
    blend: Accuracy
    models: Mapping[str, Accuracy]
    weights: Mapping[str, float]
    coverage: float
    total_coverage: float

    @property
    def reference_wape(self) -> float:
        """The error of the mean of the last four periods."""
        return self.models[REFERENCE].wape


def hold_trials(
    pool: Panel, models: Mapping[str, DemandModel], *, horizon: int, choice: Choice | None = None
) -> list[Trial]:
    """As many trials as the history bears, latest first; none where it is too short or teaches no promotion."""
    n_origins = next((n for n in range(N_TRIALS, 0, -1) if _bears(len(pool.starts), n, horizon)), 0)
    trials = []
    for origin in trial_origins(pool, horizon=horizon, n_origins=n_origins) if n_origins else []:
        try:
            trials += run_trials(pool, models, origins=[origin], horizon=horizon, choice=choice)
        except InputError:
            break  # promotions began later: earlier origins teach nothing either
    return trials


def _bears(n_periods: int, n_origins: int, horizon: int) -> bool:
    return n_periods >= LEAST_PAST + horizon + (n_origins - 1) * max(horizon // 2, 1)


def judge(trials: Sequence[Trial], rng: np.random.Generator) -> Score | None:
    """Judge the latest trial by what `teachers` taught; None without one, or if nothing was on sale to judge by."""
    earlier = teachers(trials)
    if not earlier or not (trials[0].actual * trials[0].is_judged).any():
        return None
    latest, use = trials[0], trials[0].is_judged
    blend = learn_blend(earlier)
    mixed = [blend.mix(t.forecasts, t.level) for t in earlier]
    spread, drift = learn_spread(earlier, mixed), calibrate(earlier, mixed, rng)
    mean, noise, volume = blend.mix(latest.forecasts, latest.level), noise_of(latest.past), volume_of(latest.level)
    quantiles = spread.quantiles(mean, noise, volume, JUDGED)
    low, high = spread.range80(mean, noise, volume)
    moved = _moved(mean, drift, latest.category_of, rng)
    totals = draw_units(moved, np.maximum(noise * drift.noise, 1.0)[None, :, None], rng)
    totals = (totals * use).sum(axis=2)
    weights = blend.weights[volume].mean(axis=0)
    return Score(
        origin=latest.origin,
        n_periods=latest.actual.shape[1],
        blend=accuracy(mean, latest.actual, latest.past, quantiles, is_judged=use),
        models={
            name: accuracy(made, latest.actual, latest.past, is_judged=use)
            for name, made in latest.forecasts.items()
        },
        weights=dict(zip(blend.models, (float(w) for w in weights), strict=True)),
        coverage=share_inside(latest.actual, low, high, use),
        total_coverage=_coverage(totals, (latest.actual * use).sum(axis=1), np.asarray(use.any(axis=1))),
    )


def teachers(trials: Sequence[Trial]) -> list[Trial]:
    """The trials that were over before the latest, the first, began."""
    return [t for t in trials[1:] if t.was_over_before(trials[0])]


def _coverage(draws: Floats, actual: Floats, use: NDArray[np.bool_]) -> float:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return share_inside(actual, low, high, use)


def calibrate(trials: Sequence[Trial], forecasts: Sequence[Floats], rng: np.random.Generator) -> Drift:
    """Drift that explains how far totals missed: of the shop, of categories beyond it, of series beyond those.

    Each level's log error has a variance that chance alone explains in part; what is left is drift. The default
    without a trial, and if nothing in them was on sale.
    """
    if not any(t.is_judged.any() for t in trials):
        return Drift()
    shop, category, item = [], [], []
    for t, mean in zip(trials, forecasts, strict=True):
        expected, sold = (mean * t.is_judged).sum(axis=1), (t.actual * t.is_judged).sum(axis=1)
        noise = _scatter(t, mean)
        ratio = max(sold.sum(), 1.0) / max(expected.sum(), 1.0)
        shop.append(np.log(ratio))
        belongs = np.equal.outer(np.unique(t.category_of), t.category_of).astype(np.float64)
        number = np.searchsorted(np.unique(t.category_of), t.category_of)
        category_expected, category_sold = belongs @ expected, belongs @ sold
        category.append(_excess(category_expected * ratio, category_sold, belongs @ (expected * noise)))
        within = (category_sold / np.maximum(category_expected, 1e-9))[number]
        item.append(_excess(expected * within, sold, expected * noise))
    drift = Drift(
        shop=float(np.clip(np.sqrt(np.mean(np.square(shop))), 0.03, 0.3)),
        category=float(np.clip(np.sqrt(np.mean(category)), 0.02, 0.3)),
        item=float(np.clip(np.sqrt(np.mean(item)), 0.02, 0.5)),
    )
    return Drift(drift.shop, drift.category, drift.item, noise=_noise(trials, forecasts, drift, rng))


def _scatter(trial: Trial, forecast: Floats) -> Floats:
    """Variance over mean of single periods around the forecast at the level the window turned out to have, (n,).

    Promotions that the forecast knew are no chance: the scatter of sales between neighbouring periods
    (`noise_of`) would count them as such, and leave nothing for drift. Drawn towards the median of all series.
    """
    use = trial.is_judged
    expected, sold = (forecast * use).sum(axis=1), (trial.actual * use).sum(axis=1)
    fitted = forecast * (sold / np.maximum(expected, 1e-9))[:, None]
    square = (use * (trial.actual - fitted) ** 2).sum(axis=1) / np.maximum(sold, 1.0)
    left = np.maximum(use.sum(axis=1) - 1, 1) / np.maximum(use.sum(axis=1), 1)
    own = square / left
    n_periods = use.sum(axis=1)
    typical = float(np.median(own[sold > 0])) if (sold > 0).any() else 1.0
    return np.asarray((own * n_periods + typical * NOISE_INERTIA) / (n_periods + NOISE_INERTIA))


def _excess(expected: Floats, sold: Floats, chance: Floats) -> float:
    """Relative variance of `sold` around `expected` beyond the variance `chance`; robust to a few misses."""
    has_sales = expected > 1.0
    if not has_sales.any():
        return 0.0
    square = expected[has_sales] ** 2
    gap = (sold - expected)[has_sales] ** 2 - chance[has_sales]
    relative = np.clip(gap / square, -0.5, 0.5)
    return float(max(np.average(relative, weights=np.minimum(square, np.quantile(square, 0.9))), 0.0))


def _moved(mean: Floats, drift: Drift, category_of: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Draws (D, n, H) of the mean with its level moved by drift."""
    n, n_categories = len(mean), int(category_of.max(initial=0)) + 1
    log = rng.normal(0.0, drift.shop, (N_DRAWS, 1)) + rng.normal(0.0, drift.item, (N_DRAWS, n))
    log = log + rng.normal(0.0, drift.category, (N_DRAWS, n_categories))[:, category_of]
    spread = 0.5 * (drift.shop**2 + drift.category**2 + drift.item**2)
    return np.asarray(mean * np.exp(log - spread)[:, :, None])


def _noise(trials: Sequence[Trial], forecasts: Sequence[Floats], drift: Drift, rng: np.random.Generator) -> float:
    """The factor on the noise of single periods that makes 80 % intervals hold 80 % of them."""
    factors = np.array([0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.8, 2.2, 2.7, 3.3])
    moved = [_moved(mean, drift, t.category_of, rng) for t, mean in zip(trials, forecasts, strict=True)]
    held = []
    for factor in factors:
        draws = [
            draw_units(m, np.maximum(noise_of(t.past) * factor, 1.0)[None, :, None], rng)
            for t, m in zip(trials, moved, strict=True)
        ]
        shares = [_coverage(units, t.actual, t.is_judged) for units, t in zip(draws, trials, strict=True)]
        held.append(np.nanmean(shares))
    return float(factors[int(np.argmin(np.abs(np.array(held) - LEVEL)))])
