"""What the coming periods sell without promotion, as joint draws with the response to promotions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import ADVERTISING, COMPETITOR, Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.counts import LEAST_LOG_UNITS, MOST_LOG_UNITS
from dealwright.demand.drift import slow_drift
from dealwright.demand.features import Offers, calendar_features, log_availability, neighbours_missing
from dealwright.demand.losses import Taking
from dealwright.demand.nested import Coefficients
from dealwright.demand.posterior import CategoryFit, Fit, lift_at_mode
from dealwright.demand.prior import PULLS, SHARED
from dealwright.demand.response import DemandResponse
from dealwright.demand.volume import noise_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVEL_HALF_LIFE_DAYS = 28.0
"""How fast old periods lose weight when the current level is taken."""
LEVEL_BELIEVED = 2.0
"""Standard deviations of a period's scatter beyond which its sales say no more of the level."""
LEVEL_ROUNDS = 6
LEVEL_INERTIA = 3.0
"""Units (over their dispersion) of evidence that the average level still holds."""

MOST_CORRECTED = 3.0
"""How many times the response model's own baseline another forecast may move it."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far levels move between the last known period and those forecast; log standard deviations.

    `shop` moves all series together, `category` those of one category, `item` each on its own.
    `noise` multiplies the dispersion of single periods. Learnt in `backtest.calibrate`.
    """

    shop: float = 0.08
    category: float = 0.08
    item: float = 0.10
    noise: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the model makes of known periods, at the posterior mode and without drift; each (n, T).

    `gain` is relative to the baseline; expected = baseline * (1 + gain) * (1 - taken).
    """

    baseline: Floats
    gain: Floats
    taking: Taking
    taken: Floats

    @property
    def expected(self) -> Floats:
        """Expected units."""
        return self.baseline * (1.0 + self.gain) * (1.0 - self.taken)


def fitted_units(fit: Fit, panel: Panel) -> Fitted:
    """Baseline and expected units of a panel's periods; the panel may reach further than that of the fit."""
    calendar = calendar_features(panel.starts, fit.holidays, country=fit.country)
    lift = lift_at_mode(fit, Offers.of(panel))
    gain = lift.gain
    pressure = lift.pressure(fit.shares, panel.market_of)
    regular = np.log(panel.price) - fit.mean_log_price[:, None]
    trend = fit.trend(panel.starts)
    eta = np.zeros_like(gain)
    for f in fit.categories:
        eta[f.rows] = (
            f.level[:, None]
            - f.shared("regular_elasticity") * regular[f.rows]
            + f.shared("trend") * trend
            + f.mode.shared[len(SHARED) :] @ calendar
        )
    eta += _driven(fit, panel.drivers)
    on_shelf = fit.shared("availability")[:, None] * log_availability(panel)
    on_shelf = on_shelf + fit.shared("neighbours_out")[:, None] * neighbours_missing(panel, fit.shares)
    baseline = np.exp(np.clip(eta + on_shelf, LEAST_LOG_UNITS, MOST_LOG_UNITS))
    brought = _brought(fit, panel, baseline, gain)
    taking = Taking.of(gain, pressure, brought, additivity=fit.additivity)
    taken = taking.taken(fit.taking_shares)
    return Fitted(baseline, gain, taking, taken)


def _brought(fit: Fit, panel: Panel, baseline: Floats, gain: Floats) -> Floats:
    """What complements' promotions bring, relative to the baseline, (n, T)."""
    belongs = np.equal.outer(np.arange(len(panel.categories)), panel.category_of).astype(np.float64)
    active = belongs @ (panel.is_active * baseline)
    uplift = belongs @ (panel.is_active * baseline * np.maximum(gain, 0.0))
    gained = fit.halo.matrix(len(panel.categories)) @ uplift / np.maximum(active, 1e-9)
    return np.asarray(gained[panel.category_of])


_DRIVERS = (("competitor", COMPETITOR), ("advertising", ADVERTISING))
"""Coefficients, and the drivers of a panel that they multiply."""


def _driven(fit: Fit, drivers: Mapping[str, Floats]) -> Floats | float:
    terms = [fit.shared(name)[:, None] * drivers[driver] for name, driver in _DRIVERS if driver in drivers]
    return sum(terms) if terms else 0.0


def wanted_units(fit: Fit, panel: Panel) -> Floats:
    """What customers wanted in known periods, had every shelf been full all the time, (n, T)."""
    full = replace(panel, availability=np.ones_like(panel.availability))
    known = fitted_units(fit, panel)
    drift = slow_drift(panel, known.expected, fit.dispersion, fit.misfit)
    return np.asarray(fitted_units(fit, full).expected * np.exp(drift))


def still_offered(panel: Panel) -> Flags:
    """Active periods, and those after the last sale: nobody knows yet whether a product is gone, (n, T)."""
    has_begun = np.maximum.accumulate(panel.is_active, axis=1)
    comes_back = np.maximum.accumulate(panel.is_active[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(panel.is_active | (has_begun & ~comes_back))


def current_level(fit: Fit, panel: Panel) -> Floats:
    """Recent actual over expected units, drawn towards 1 where few units were sold; shape (n,).

    A period's sales count as far as they lie within `LEVEL_BELIEVED` standard deviations of the level itself
    (Huber 1964): one promotion the fit cannot explain does not raise all that follows, a lasting rise does.
    """
    expected = fitted_units(fit, panel).expected
    age = np.arange(len(panel.starts))[::-1] * panel.period_days
    # A promoted period says less of the level than it sells: how strong a promotion is, is misjudged in proportion.
    scatter = fit.dispersion[:, None] + fit.misfit[:, None] * expected
    weight = still_offered(panel) * 0.5 ** (age / LEVEL_HALF_LIFE_DAYS) / scatter
    known = (weight * expected).sum(axis=1) + LEVEL_INERTIA
    level = ((weight * panel.units).sum(axis=1) + LEVEL_INERTIA) / known
    for _ in range(LEVEL_ROUNDS):
        centre = level[:, None] * expected
        reach = LEVEL_BELIEVED * np.sqrt(scatter * centre)
        believed = np.clip(panel.units, centre - reach, centre + reach)
        level = ((weight * believed).sum(axis=1) + LEVEL_INERTIA) / known
    return np.asarray(level)


def forecast(
    fit: Fit,
    panel: Panel,
    ahead: Ahead,
    *,
    drift: Drift,
    n_draws: int,
    rng: np.random.Generator,
    expected: Floats | None = None,
) -> DemandResponse:
    """Draw baselines for the periods of `ahead` and the response coefficients that go with them.

    The offers of `ahead` are not used: the response answers any. The trend stops (its slope is not projected);
    season and holidays repeat with the effect the fitted periods taught. `expected` (n, H), if given, is a better
    forecast of the units sold without promotion: draws are scaled to have it as their mean.
    """
    answers, baseline = _draw(fit, panel, ahead, drift=drift, n_draws=n_draws, rng=rng)
    if expected is not None:
        own = np.maximum(baseline.mean(axis=0), 1e-9)
        baseline = baseline * np.clip(expected / own, 1.0 / MOST_CORRECTED, MOST_CORRECTED)
    display_reach, mailer_reach = (_reach(rows, panel) for rows in (panel.display, panel.mailer))
    return DemandResponse(
        skus=tuple(panel.skus),
        weeks=ahead.starts,
        category_of=panel.category_of,
        elasticity=answers["elasticity"],
        curvature=answers["curvature"],
        typical_cut=fit.typical_cut,
        display=answers["display"],
        mailer=answers["mailer"],
        display_depth=answers["display_depth"],
        mailer_depth=answers["mailer_depth"],
        switching=np.clip(answers["switching"], 0.0, 1.0),
        support_switching=np.clip(answers["support_switching"], 0.0, 1.0),
        rival_pull=_gone_or_not(answers["rival_pull"]),
        pulls=np.stack([_gone_or_not(answers[name]) for name in PULLS]),
        halo=fit.halo.draw(n_draws, rng),
        halo_of=fit.halo.of,
        halo_to=fit.halo.to,
        additivity=fit.additivity,
        baseline=baseline,
        shares=fit.shares,
        dispersion=np.maximum(noise_of(panel.units) * drift.noise, 1.0),
        greatest_depth=_greatest_depth(panel),
        display_reach=display_reach,
        mailer_reach=mailer_reach,
        n_price_points=fit.n_price_points,
    )


def _draw(
    fit: Fit, panel: Panel, ahead: Ahead, *, drift: Drift, n_draws: int, rng: np.random.Generator
) -> tuple[dict[str, Floats], Floats]:
    """Draws of every coefficient of `SHARED` (D, n), and of the baselines that go with them (D, n, H)."""
    n = len(panel.products)
    answers = {name: np.zeros((n_draws, n)) for name in SHARED}
    baseline = np.zeros((n_draws, n, ahead.n_periods))
    calendar = calendar_features(ahead.starts, fit.holidays, country=fit.country)
    regular = np.log(ahead.price) - fit.mean_log_price[:, None]
    shop = rng.normal(0.0, drift.shop, (n_draws, 1, 1))
    level = np.log(current_level(fit, panel))
    averages = fit.draw_shop(n_draws, rng)
    for f in fit.categories:
        rows = f.rows
        drawn = f.draw(averages, rng)
        own = _answers_of(f, drawn)
        for name in SHARED:
            answers[name][:, rows] = own[name]
        season = (drawn.shared[:, len(SHARED) :] @ calendar)[:, None, :]
        moved = shop + _moved(drift, n_draws, len(rows), rng)
        at_price = own["regular_elasticity"][:, :, None] * regular[rows]
        log_base = (drawn.own[..., 0] + level[rows])[:, :, None] - at_price + season + moved
        # Levels were drawn with these coefficients: at the mode of the one, the other would spread for nothing.
        for name, driver in _DRIVERS:
            if driver in ahead.drivers:
                log_base = log_base + own[name][:, :, None] * ahead.drivers[driver][rows]
        # A product that never sold yet has a level that nothing but its vague prior tells: forecast none of it.
        has_sold = np.asarray(panel.is_active[rows].any(axis=1))
        baseline[:, rows] = np.exp(np.clip(log_base, LEAST_LOG_UNITS, MOST_LOG_UNITS)) * has_sold[None, :, None]
    return answers, baseline


def _answers_of(f: CategoryFit, drawn: Coefficients) -> dict[str, Floats]:
    """Each coefficient of `SHARED` as drawn for each series, its own slope among them, (D, m)."""
    answers = {name: f.of_groups(name, drawn) for name in SHARED}
    return answers | {"elasticity": answers["elasticity"] + drawn.own[..., 1]}


def _moved(drift: Drift, n_draws: int, m: int, rng: np.random.Generator) -> Floats:
    """How far a category and its series move, in logarithms (D, m, 1); with the shop's, exp has a mean of one.

    exp of a normal has a mean above 1; without the correction drift would raise every forecast.
    """
    moved = rng.normal(0.0, drift.category, (n_draws, 1, 1)) + rng.normal(0.0, drift.item, (n_draws, m, 1))
    return np.asarray(moved - 0.5 * (drift.shop**2 + drift.category**2 + drift.item**2))


def _gone_or_not(draws: Floats) -> Floats:
    """Shares that promotions take from later periods (D, n): not below zero on average.

    Single draws may be: cutting each off at zero would raise the mean wherever little or nothing is taken.
    """
    return np.asarray(np.minimum(draws - np.minimum(draws.mean(axis=0), 0.0), 0.8))


def _greatest_depth(panel: Panel) -> Floats:
    """The 95th percentile of promotion depths seen in the product's category, shape (n,)."""
    deepest = np.zeros(len(panel.products))
    is_promoted = panel.is_depth_known & panel.is_active & (panel.depth > 0.02)
    for k in range(len(panel.categories)):
        rows = panel.category_of == k
        seen = panel.depth[rows][is_promoted[rows]]
        deepest[rows] = np.quantile(seen, 0.95) if seen.size else 0.0
    return deepest


def _reach(share: Floats, panel: Panel) -> Floats:
    """Share of the shop covered when there is a display (or mailer): upper decile seen in the category."""
    reach = np.zeros(len(panel.products))
    for k in range(len(panel.categories)):
        rows = panel.category_of == k
        seen = share[rows][share[rows] > 0.05]
        reach[rows] = np.quantile(seen, 0.9) if seen.size >= 3 else 0.0
    return reach
