"""Fit the response of demand to promotions, borrowing strength where a product's own data are thin.

Per category, a Poisson log-linear model with item-specific dispersion and Gaussian priors, fitted by Newton's
method to its posterior mode (iteratively re-weighted least squares with a ridge per coefficient):

    log E[units] = level_i + elasticity_i * log(usual price / promoted price) + display + mailer
                   + log(1 - (switching * neighbours' gain + pull_forward * own gain of last week) / (1 + gain))
                   - regular_elasticity * log(usual price / its mean) + season + holidays + trend

Gains, and the slope of what is taken, are those of the coefficients of the round before (Gauss and Newton's way).
Two levels of pooling by empirical Bayes: an item's elasticity is drawn towards its category's, a category's
coefficients towards the shop's, and the shop's towards the stated priors. Priors follow the published averages
of scanner-data studies: promotional elasticity about 2 to 3, one third of the extra units taken from
neighbours, a small part from the next week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.features import (
    N_HARMONICS,
    Offers,
    base_shares,
    calendar_features,
    known_holidays,
    lagged,
    neighbour_gain,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHARED = ("display", "mailer", "switching", "pull_forward", "regular_elasticity", "trend")
"""Category-level coefficients, in the order they stand in; season and holidays follow them."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Where the shop's average response is expected before any data, and how much products may differ.

    Means and standard deviations of normal distributions. The `*_spread` say how far a category may stray from
    the shop and an item from its category.
    """

    elasticity: float = 2.0
    elasticity_sd: float = 1.0
    category_spread: float = 0.5
    item_spread: float = 0.7
    display: float = 0.3
    mailer: float = 0.3
    vehicle_sd: float = 0.3
    switching: float = 0.33
    switching_sd: float = 0.15
    pull_forward: float = 0.10
    pull_forward_sd: float = 0.08
    regular_elasticity: float = 1.0
    regular_elasticity_sd: float = 0.7
    trend_sd: float = 0.3
    season_sd: float = 0.15
    holiday_sd: float = 0.20

    @property
    def shared(self) -> Floats:
        """Means of the `SHARED` coefficients."""
        return np.array(
            [self.display, self.mailer, self.switching, self.pull_forward, self.regular_elasticity, 0.0]
        )

    @property
    def shared_sd(self) -> Floats:
        """Standard deviations of the `SHARED` coefficients."""
        vehicles = [self.vehicle_sd, self.vehicle_sd]
        rest = [self.switching_sd, self.pull_forward_sd, self.regular_elasticity_sd, self.trend_sd]
        return np.array(vehicles + rest)


@dataclass(frozen=True, slots=True)
class CategoryFit:
    """The posterior of one category: mode and covariance of [levels, elasticities, shared, season, holidays].

    `rows` are the category's product rows in the panel; there are 2 * len(rows) + len(shared...) coefficients.
    `dispersion` is (len(rows),): variance over mean of a week's units.
    """

    rows: Ints
    mode: Floats
    covariance: Floats
    dispersion: Floats

    @property
    def n(self) -> int:
        """How many products."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Fit:
    """Fits of all categories, and what is needed to lay out new weeks the same way."""

    categories: tuple[CategoryFit, ...]
    shares: Floats
    mean_log_price: Floats
    holidays: tuple[str, ...]
    shop_elasticity: float
    n_price_points: Ints
    prior: Prior


def fit_response(panel: Panel, *, country: str, prior: Prior | None = None) -> Fit:
    """Fit every category; InputError if the data cannot tell what a promotion does."""
    prior = prior or Prior()
    refuse_unteachable(panel)
    offers = Offers.of(panel)
    names = known_holidays(panel.starts, country=country)
    calendar = calendar_features(panel.starts, names, country=country)
    shares = base_shares(panel)
    mean_log_price = np.asarray(np.log(panel.price).mean(axis=1))
    lift = prior.elasticity * offers.log_price_cut + prior.display * offers.display + prior.mailer * offers.mailer
    n = len(panel.skus)
    switching, pull_forward = np.full(n, prior.switching), np.full(n, prior.pull_forward)
    hyper = _Hyper.start(prior)
    groups = [np.flatnonzero(panel.category_of == k) for k in range(len(panel.categories))]
    fits: list[CategoryFit] = []
    for _ in range(_N_ROUNDS):
        gain = np.expm1(np.clip(lift, -1.0, _MOST_LIFT))
        pressure = neighbour_gain(gain, shares, panel.market_of)
        losses = _Losses.around(switching, pull_forward, gain=gain, pressure=pressure)
        regular = np.log(panel.price) - mean_log_price[:, None]
        fits = [_fit_category(rows, panel, offers, losses, regular, calendar, prior, hyper) for rows in groups]
        hyper = hyper.learn(fits)
        lift = lift_at_mode(fits, offers)
        switching, pull_forward = (shared_at_mode(fits, name) for name in ("switching", "pull_forward"))
    return Fit(
        categories=tuple(fits),
        shares=shares,
        mean_log_price=mean_log_price,
        holidays=tuple(names),
        shop_elasticity=hyper.elasticity,
        n_price_points=_price_points(panel),
        prior=prior,
    )


_N_ROUNDS = 4
_SHOP_KNOWN = 0.7  # once the shop's mean is learnt, what is left to vary is between categories
_MOST_LIFT = 3.0
_MOST_TAKEN = 0.8  # of a week's units; beyond it the logarithm is so steep that one week would rule the fit
_N_NEWTON = 25


def refuse_unteachable(panel: Panel) -> None:
    """InputError if these weeks cannot tell what a promotion does."""
    if len(panel.starts) < 8:
        raise InputError(
            f"{len(panel.starts)} weeks of sales are too few to learn from; at least 8 are needed, 52 are better"
        )
    promoted = (panel.depth > 0.02) & panel.is_depth_known & panel.is_active
    share = promoted.sum(axis=1) / np.maximum(panel.is_active.sum(axis=1), 1)
    has_support = (panel.display.max() > 0) or (panel.mailer.max() > 0)
    if not promoted.any() and not has_support:
        raise InputError(
            "no product ever changed its price and none was on display or in a mailer, so the sales cannot tell "
            "what a promotion would do; import a longer history, discount amounts or the table 'promotions'"
        )
    if (share > 0.95).all():
        raise InputError(
            "every product was on promotion in almost every week, so no sales show what happens without one; "
            "import weeks without promotion, or regular prices in the table 'prices'"
        )


@dataclass(frozen=True, slots=True)
class _Losses:
    """log(1 - taken) as `offset` - switching * `pressure` - pull_forward * `before`; each (n, T).

    `taken` is the share of a week's own units that neighbours and the week before take: units are taken from the
    baseline, so on a promoted week they are a smaller part. Linear around given coefficients.
    """

    offset: Floats
    pressure: Floats
    before: Floats

    @classmethod
    def around(cls, switching: Floats, pull_forward: Floats, *, gain: Floats, pressure: Floats) -> _Losses:
        """The tangent at `switching` and `pull_forward`, both (n,)."""
        by_neighbours, by_last_week = pressure / (1.0 + gain), lagged(gain) / (1.0 + gain)
        taken = np.clip(switching, 0.0, 1.0)[:, None] * by_neighbours
        taken = taken + np.clip(pull_forward, 0.0, 1.0)[:, None] * by_last_week
        slope = np.where(taken < _MOST_TAKEN, 1.0 / (1.0 - np.minimum(taken, _MOST_TAKEN)), 0.0)
        offset = np.log1p(-np.minimum(taken, _MOST_TAKEN)) + slope * taken
        return cls(offset, slope * by_neighbours, slope * by_last_week)


@dataclass(frozen=True, slots=True)
class _Hyper:
    """The shop's averages and how far categories stray; learnt from the categories (empirical Bayes)."""

    elasticity: float
    elasticity_sd: float
    item_spread: float
    shared: Floats
    shared_sd: Floats
    prior: Prior

    @classmethod
    def start(cls, prior: Prior) -> _Hyper:
        return cls(
            elasticity=prior.elasticity,
            elasticity_sd=float(np.hypot(prior.elasticity_sd, prior.category_spread)),
            item_spread=prior.item_spread,
            shared=prior.shared,
            shared_sd=prior.shared_sd,
            prior=prior,
        )

    def learn(self, fits: list[CategoryFit]) -> _Hyper:
        """Move to the precision-weighted mean of what the categories' data say beyond the prior."""
        prior = self.prior
        category = np.array([f.mode[f.n : 2 * f.n].mean() for f in fits])
        variance = np.array([f.covariance[f.n : 2 * f.n, f.n : 2 * f.n].mean() for f in fits])
        elasticity = _pool(category, variance, self.elasticity_sd, prior.elasticity, prior.elasticity_sd)
        spread = [f.mode[f.n : 2 * f.n].var(ddof=1) for f in fits if f.n > 2]
        shared = self.shared.copy()
        for k in range(len(SHARED) - 1):
            values = np.array([f.mode[2 * f.n + k] for f in fits])
            variances = np.array([f.covariance[2 * f.n + k, 2 * f.n + k] for f in fits])
            used_sd, mean, sd = self.shared_sd[k], prior.shared[k], prior.shared_sd[k]
            shared[k] = _pool(values, variances, float(used_sd), float(mean), float(sd))
        return replace(
            self,
            elasticity=elasticity,
            elasticity_sd=prior.category_spread,
            item_spread=float(np.clip(np.sqrt(np.mean(spread)) if spread else prior.item_spread, 0.3, 1.0)),
            shared=shared,
            shared_sd=prior.shared_sd * _SHOP_KNOWN,
        )


def _pool(values: Floats, variances: Floats, used_sd: float, prior_mean: float, prior_sd: float) -> float:
    """Mean of the shop: categories weighted by how much their data (not their prior) say."""
    information = np.maximum(1.0 / variances - 1.0 / used_sd**2, 1e-6)
    weights = 1.0 / (1.0 / information + used_sd**2)
    precision = weights.sum() + 1.0 / prior_sd**2
    return float(((weights * values).sum() + prior_mean / prior_sd**2) / precision)


def _fit_category(
    rows: Ints,
    panel: Panel,
    offers: Offers,
    losses: _Losses,
    regular: Floats,
    calendar: Floats,
    prior: Prior,
    hyper: _Hyper,
) -> CategoryFit:
    """Posterior mode and covariance of one category, alternating Newton steps and dispersion."""
    n, n_weeks = len(rows), len(panel.starts)
    use = panel.is_active[rows].ravel()
    trend = np.linspace(-1.0, 0.0, n_weeks)
    item = np.repeat(np.arange(n), n_weeks)
    shared = [
        offers.display[rows].ravel(),
        offers.mailer[rows].ravel(),
        -losses.pressure[rows].ravel(),
        -losses.before[rows].ravel(),
        -regular[rows].ravel(),
        np.tile(trend, n),
        *(np.tile(row, n) for row in calendar),
    ]
    levels = np.zeros((n * n_weeks, n))
    levels[np.arange(n * n_weeks), item] = 1.0
    design = np.column_stack([levels, levels * offers.log_price_cut[rows].ravel()[:, None], *shared])[use]
    offset = losses.offset[rows].ravel()[use]
    units = panel.units[rows].ravel()[use]
    item = item[use]
    mean, precision = _prior_of(n, calendar.shape[0], prior, hyper)
    mode = mean.copy()
    typical = np.array([units[item == i].mean() if (item == i).any() else 0.0 for i in range(n)])
    mode[:n] = np.log(np.maximum(typical, 0.05))
    dispersion = np.maximum(typical * 0.2, 1.5)
    for _ in range(3):
        mode, _ = _newton(design, offset, units, dispersion[item], mode, mean, precision)
        expected = np.exp(np.clip(offset + design @ mode, -10, 12))
        dispersion = _dispersion(units, expected, item, n)
    mode, covariance = _newton(design, offset, units, dispersion[item], mode, mean, precision)
    return CategoryFit(rows=rows, mode=mode, covariance=covariance, dispersion=dispersion)


def _prior_of(n: int, n_calendar: int, prior: Prior, hyper: _Hyper) -> tuple[Floats, Floats]:
    """Prior mean (p,) and precision matrix (p, p); levels are all but free."""
    n_waves = 2 * N_HARMONICS
    mean = np.concatenate([np.zeros(n), np.full(n, hyper.elasticity), hyper.shared, np.zeros(n_calendar)])
    calendar_sd = [prior.season_sd] * n_waves + [prior.holiday_sd] * (n_calendar - n_waves)
    precision = np.diag(np.concatenate([np.full(n, 10.0), np.ones(n), hyper.shared_sd, calendar_sd]) ** -2.0)
    # Items of a category share what is unknown about the category, so their elasticities move together.
    together = np.full((n, n), hyper.elasticity_sd**2) + np.eye(n) * hyper.item_spread**2
    precision[n : 2 * n, n : 2 * n] = np.linalg.inv(together)
    return mean, precision


def _newton(
    design: Floats,
    offset: Floats,
    units: Floats,
    dispersion: Floats,
    start: Floats,
    mean: Floats,
    precision: Floats,
) -> tuple[Floats, Floats]:
    """Newton's method with step halving on the penalised quasi-Poisson likelihood."""

    def objective(beta: Floats) -> float:
        eta = np.clip(offset + design @ beta, -10, 12)
        gap = beta - mean
        return float(((np.exp(eta) - units * eta) / dispersion).sum() + 0.5 * gap @ precision @ gap)

    beta, value = start, objective(start)
    for _ in range(_N_NEWTON):
        expected = np.exp(np.clip(offset + design @ beta, -10, 12))
        gradient = design.T @ ((expected - units) / dispersion) + precision @ (beta - mean)
        hessian = (design.T * (expected / dispersion)) @ design + precision
        step = cho_solve(cho_factor(hessian), gradient)
        size = 1.0
        while size > 1e-4 and (trial := objective(beta - size * step)) > value:
            size /= 2
        if size <= 1e-4:
            break
        beta, improvement, value = beta - size * step, value - trial, trial
        if improvement < 1e-6 * (1 + abs(value)):
            break
    expected = np.exp(np.clip(offset + design @ beta, -10, 12))
    hessian = (design.T * (expected / dispersion)) @ design + precision
    return beta, np.asarray(np.linalg.inv(hessian), dtype=np.float64)


def _dispersion(units: Floats, expected: Floats, item: Ints, n: int) -> Floats:
    """Pearson dispersion per item, shrunk to the category's median; never below Poisson's."""
    pearson = (units - expected) ** 2 / np.maximum(expected, 0.1)
    count = np.bincount(item, minlength=n)
    own = np.bincount(item, weights=pearson, minlength=n) / np.maximum(count - 3, 1)
    typical = np.median(own)
    return np.asarray(np.maximum((own * count + typical * 10) / (count + 10), 1.0))


def lift_at_mode(fits: Sequence[CategoryFit], offers: Offers) -> Floats:
    """Log lift of every product and week at the posterior mode, before neighbours and last week."""
    lift = np.zeros_like(offers.depth)
    for f in fits:
        display, mailer = f.mode[2 * f.n], f.mode[2 * f.n + 1]
        lift[f.rows] = (
            f.mode[f.n : 2 * f.n, None] * offers.log_price_cut[f.rows]
            + display * offers.display[f.rows]
            + mailer * offers.mailer[f.rows]
        )
    return lift


def shared_at_mode(fits: Sequence[CategoryFit], name: str) -> Floats:
    """A coefficient of `SHARED`, as it holds for each product at the posterior mode; shape (n,)."""
    out = np.zeros(sum(f.n for f in fits))
    for f in fits:
        out[f.rows] = f.mode[2 * f.n + SHARED.index(name)]
    return out


def _price_points(panel: Panel) -> Ints:
    """How many clearly different depths (5-point steps) each product showed."""
    steps = np.round(np.where(panel.is_depth_known & panel.is_active, panel.depth, 0.0) / 0.05).astype(int)
    return np.array([len(set(row)) for row in steps.tolist()], dtype=np.int64)
