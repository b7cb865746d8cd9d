"""Fit the response of demand to promotions, borrowing strength where a series' own data are thin.

Per category, a Poisson log-linear model with a dispersion per series and Gaussian priors, fitted by Newton's
method to its posterior mode:

    log E[units] = level_i + elasticity_i * log(usual price / promoted price)
                   + (display + mailer) * (1 + depth interaction)
                   + log(1 - (switching * neighbours' gain + sum_k pull_k * own gain k periods ago) / (1 + gain))
                   - regular_elasticity * log(usual price / its mean) + competitor * log(competitor / usual price)
                   + advertising + season + holidays + trend + slow drift of the series
                   + availability * log share of time on the shelf + neighbours_out * neighbours off the shelf
                   + surprise * what supplier deals do not explain of the cut (see `demand.surprise`)

Gains, and the slope of what is taken, are those of the coefficients of the round before (Gauss and Newton's way).
An elasticity is the category's plus its group's (subcategory; the product, in a panel of stores) plus the series'
own. Three levels of pooling by empirical Bayes: series towards groups, groups towards categories, categories
towards the shop, and the shop towards the stated priors. How far each strays is learnt.

The slow drift (see `demand.drift`) takes out what moves demand for weeks and is not in the data. Without it,
promotions set in answer to demand would be credited with the demand they answered to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import ADVERTISING, COMPETITOR, COST, Panel
from dealwright.demand.counts import (
    LEAST_LOG_UNITS,
    MOST_LOG_UNITS,
    Scatter,
    expected_units,
    posterior_mode,
)
from dealwright.demand.drift import drift_without, learn_memory
from dealwright.demand.features import (
    N_HARMONICS,
    Offers,
    base_shares,
    calendar_features,
    known_holidays,
    neighbour_gain,
)
from dealwright.demand.halo import Candidates, Halo, find_halo
from dealwright.demand.losses import Shares, Taking, Tangent
from dealwright.demand.nested import Coefficients, Design, Nested, Precision, SlopeVariances
from dealwright.demand.prior import GROUPED, PULLS, SHARED, Prior
from dealwright.demand.surprise import Surprise, find_surprise

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryFit:
    """The posterior of one category: its mode, and the factors to draw from around it.

    `rows` are the category's m rows of the panel. `mode.shared` are the `SHARED` coefficients, then season and
    holidays. Units scatter around their mean m with a variance of `dispersion` (m,) * m + `misfit` * m^2.
    """

    rows: Ints
    mode: Coefficients
    nested: Nested
    dispersion: Floats
    misfit: float
    variances: SlopeVariances

    @property
    def level(self) -> Floats:
        """Log of a usual period's units, (m,)."""
        return self.mode.own[:, 0]

    @property
    def elasticity(self) -> Floats:
        """Per cent more units per per cent less price, (m,)."""
        return np.asarray(self.elasticities(self.mode))

    def elasticities(self, c: Coefficients) -> Floats:
        """Elasticities (..., m) of coefficients or draws of them."""
        return np.asarray(c.own[..., 1] + self.of_groups("elasticity", c))

    def of_groups(self, name: str, c: Coefficients) -> Floats:
        """A coefficient of `SHARED` with what the series' groups add to it, (..., m), of coefficients or draws."""
        shared = c.shared[..., SHARED.index(name), None]
        if name not in GROUPED:
            return np.asarray(np.broadcast_to(shared, (*shared.shape[:-1], len(self.rows))))
        return np.asarray(shared + c.group[..., self.nested.group_of, GROUPED.index(name)])

    def shared(self, name: str) -> float:
        """One of the `SHARED` coefficients at the mode."""
        return float(self.mode.shared[SHARED.index(name)])


@dataclass(frozen=True, slots=True)
class Fit:
    """Fits of all categories, and what is needed to lay out new periods the same way."""

    categories: tuple[CategoryFit, ...]
    shares: Floats
    mean_log_price: Floats
    typical_cut: float
    holidays: tuple[str, ...]
    country: str
    first: date
    last: date
    shop_elasticity: float
    n_price_points: Ints
    halo: Halo
    deal_strength: float
    prior: Prior

    def by_series(self, values: Sequence[Floats]) -> Floats:
        """Values (m, ...) of each category's rows, laid out in the panel's order."""
        out = np.zeros((sum(len(f.rows) for f in self.categories), *values[0].shape[1:]))
        for f, own in zip(self.categories, values, strict=True):
            out[f.rows] = own
        return out

    def shared(self, name: str) -> Floats:
        """A coefficient of `SHARED` at the mode, as it holds for each series' group, (n,)."""
        return self.by_series([f.of_groups(name, f.mode) for f in self.categories])

    @property
    def taking_shares(self) -> Shares:
        """What of an uplift is taken from neighbours and later periods, at the mode."""
        pulls = np.array([self.shared(name) for name in PULLS])
        return Shares(self.shared("switching"), pulls, self.shared("rival_pull"))

    @property
    def dispersion(self) -> Floats:
        """Variance over mean of a period's units, (n,)."""
        return self.by_series([f.dispersion for f in self.categories])

    @property
    def misfit(self) -> Floats:
        """What the model gets wrong in proportion, a variance relative to the squared mean, (n,)."""
        return self.by_series([np.full(len(f.rows), f.misfit) for f in self.categories])

    def trend(self, starts: Sequence[date]) -> Floats:
        """-1 in the first period of the fit, 0 in its last and after: slopes are not projected."""
        span = max((self.last - self.first).days, 1)
        return np.array([-max((self.last - start).days, 0) / span for start in starts])


def fit_response(
    panel: Panel,
    *,
    country: str,
    prior: Prior | None = None,
    complements: Sequence[Complement] | None = None,
) -> Fit:
    """Fit every category; InputError if the data cannot tell what a promotion does.

    `complements` are the categories bought together; None: no baskets are known, so all pairs are looked at.
    """
    prior = prior or Prior()
    refuse_unteachable(panel)
    candidates = None
    if complements is not None:
        candidates = Candidates.of_complements(complements, panel.categories, panel.starts)
    with threadpool_limits(limits=1, user_api="blas"):  # small matrices: threads would only wait
        return _Fitting.begin(panel, country, prior, candidates).run()


_N_ROUNDS = 5
_SHOP_KNOWN = 0.7  # once the shop's mean is learnt, what is left to vary is between categories
MOST_FITTED_LIFT = 3.0


def refuse_unteachable(panel: Panel) -> None:
    """InputError if these periods cannot tell what a promotion does."""
    if len(panel.starts) < 8:
        raise InputError(
            f"{len(panel.starts)} weeks of sales are too few to learn from; at least 8 are needed, 52 are better"
        )
    if not panel.is_active.any():
        raise InputError(
            "by the counts in the table 'stock' no product was on the shelf in any week, so no sales show what was "
            "wanted; check its units, or leave the table out"
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
class _Hyper:
    """The shop's averages and how far categories, groups and series stray; learnt by empirical Bayes."""

    shared: Floats
    shared_sd: Floats
    group_spread: Floats
    item_spread: float
    prior: Prior

    @classmethod
    def start(cls, prior: Prior) -> _Hyper:
        return cls(prior.shared, prior.shared_sd, prior.grouped_spread, prior.item_spread, prior)

    def learn(self, fits: list[CategoryFit]) -> _Hyper:
        """Move to the precision-weighted mean of what the categories' data say beyond the prior."""
        prior = self.prior
        mean, shop_sd = prior.shared, prior.shared_sd.copy()
        shop_sd[0] = prior.elasticity_sd
        values = np.array([f.mode.shared[: len(SHARED)] for f in fits])
        variances = np.array([f.variances.shared[: len(SHARED)] for f in fits])
        every = zip(values.T, variances.T, self.shared_sd, mean, shop_sd, strict=True)
        shared = np.array([_pool(*of_one) for of_one in every])
        shared[SHARED.index("trend")] = 0.0
        shared_sd = prior.shared_sd * _SHOP_KNOWN
        shared_sd[0] = prior.category_spread
        k = SHARED.index("surprise")
        answers = _answers_to_demand(values[:, k], variances[:, k], self.shared[k], self.shared_sd[k])
        shared[k], shared_sd[k] = (shared[k], prior.surprise_spread) if answers else (0.0, _NO_SURPRISE)
        return replace(
            self,
            shared=shared,
            shared_sd=shared_sd,
            group_spread=np.array(
                [
                    _spread([f.mode.group[:, r] for f in fits], [f.variances.group[:, r] for f in fits], spread)
                    for r, spread in enumerate(prior.grouped_spread)
                ]
            ),
            item_spread=_spread(
                [f.mode.own[:, 1] for f in fits], [f.variances.own for f in fits], prior.item_spread
            ),
        )

    def precision(self, n_calendar: int, *, has_groups: bool) -> Precision:
        """Prior precisions of one category; a group that is alone strays only as its series do."""
        n_waves = 2 * N_HARMONICS
        calendar_sd = [self.prior.season_sd] * n_waves + [self.prior.holiday_sd] * (n_calendar - n_waves)
        return Precision(
            own=np.array([0.01, self.item_spread**-2.0]),
            group=self.group_spread**-2.0 if has_groups else np.full(len(GROUPED), 1e6),
            shared=np.concatenate([self.shared_sd, calendar_sd]) ** -2.0,
        )


def _pool(values: Floats, variances: Floats, used_sd: float, prior_mean: float, prior_sd: float) -> float:
    """Mean of the shop: categories weighted by how much their data (not their prior) say."""
    information = np.maximum(1.0 / variances - 1.0 / used_sd**2, 1e-6)
    weights = 1.0 / (1.0 / information + used_sd**2)
    precision = weights.sum() + 1.0 / prior_sd**2
    return float(((weights * values).sum() + prior_mean / prior_sd**2) / precision)


_NO_SURPRISE = 0.02
_DOUBT = 1.28  # standard errors: one shop in five that prices blindly is still asked whether it answers to demand


def _answers_to_demand(values: Floats, variances: Floats, mean: float, used_sd: float) -> bool:
    """Whether the categories' own evidence on `surprise`, the prior taken out, is clearly away from zero together.

    Where it is not, prices are taken to be set without regard to hidden demand: keeping the question open would
    cost every elasticity much of its precision.
    """
    if used_sd <= _NO_SURPRISE:
        return False
    information = np.maximum(1.0 / variances - 1.0 / used_sd**2, 0.0)
    evidence = float((values / variances - mean / used_sd**2).sum())
    return bool(information.sum() > 0 and abs(evidence) > _DOUBT * np.sqrt(information.sum()))


_SPREAD_EVIDENCE = 10.0  # series' worth of belief in the prior's spread


def _spread(modes: list[Floats], variances: list[Floats], prior: float) -> float:
    """The EM step for a standard deviation around zero: spread of the modes plus what is unknown of each."""
    square, unknown = np.concatenate(modes) ** 2, np.concatenate(variances)
    total = (square + unknown).sum() + _SPREAD_EVIDENCE * prior**2
    return float(np.clip(np.sqrt(total / (len(square) + _SPREAD_EVIDENCE)), 0.05, 1.5))


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What stays the same from round to round."""

    panel: Panel
    prior: Prior
    country: str
    offers: Offers
    holidays: tuple[str, ...]
    calendar: Floats
    shares: Floats
    mean_log_price: Floats
    typical_cut: float
    surprise: Surprise
    categories: tuple[Ints, ...]
    groups: tuple[Ints, ...]
    candidates: Candidates | None

    @classmethod
    def begin(cls, panel: Panel, country: str, prior: Prior, candidates: Candidates | None) -> _Fitting:
        names = tuple(known_holidays(panel.starts, country=country))
        categories = [np.flatnonzero(panel.category_of == k) for k in range(len(panel.categories))]
        categories = [rows for rows in categories if len(rows)]
        label = _group_labels(panel)
        return cls(
            panel=panel,
            prior=prior,
            country=country,
            offers=Offers.of(panel),
            holidays=names,
            calendar=calendar_features(panel.starts, names, country=country),
            shares=base_shares(panel),
            mean_log_price=np.asarray(np.log(panel.price).mean(axis=1)),
            typical_cut=_typical_cut(panel),
            surprise=find_surprise(Offers.of(panel).log_price_cut, panel.drivers.get(COST), panel.is_active),
            categories=tuple(categories),
            groups=tuple(np.unique(label[rows], return_inverse=True)[1] for rows in categories),
            candidates=candidates,
        )

    def run(self) -> Fit:
        panel, prior = self.panel, self.prior
        n = len(panel.products)
        hyper = _Hyper.start(prior)
        cut = self.offers.log_price_cut
        lift = prior.elasticity * cut + prior.display * self.offers.display + prior.mailer * self.offers.mailer
        pulls = prior.shared[[SHARED.index(name) for name in PULLS]]
        shares = Shares(
            np.full(n, prior.switching), np.repeat(pulls[:, None], n, axis=1), np.full(n, prior.rival_pull)
        )
        drift = np.zeros_like(panel.units)
        halo, brought = Halo.none(), np.zeros_like(panel.units)
        fits: list[CategoryFit] = []
        fit: Fit | None = None
        for _ in range(_N_ROUNDS):
            gain = np.expm1(np.clip(lift, -1.0, MOST_FITTED_LIFT))
            pressure = neighbour_gain(gain, self.shares, panel.market_of)
            taking = Taking.of(gain, pressure, brought)
            tangent = Tangent.around(taking, shares)
            shared = self._shared(tangent)
            offset = tangent.offset + drift
            started: list[Coefficients | None] = [f.mode for f in fits]
            started = started or [None] * len(self.categories)
            fits = [
                _fit_category(
                    panel,
                    rows,
                    _design(cut, shared, rows, group_of),
                    offset[rows],
                    hyper,
                    begin,
                )
                for rows, group_of, begin in zip(self.categories, self.groups, started, strict=True)
            ]
            hyper = hyper.learn(fits)
            fit = self._fit(fits, hyper, halo)
            lift = lift_at_mode(fit, self.offers)
            shares = fit.taking_shares
            expected = _predicted(fits, cut, shared, tangent.offset)
            drift = slow_drift(panel, expected, fit.dispersion, fit.misfit)
            expected = expected * np.exp(drift)
            baseline = expected / ((1.0 + gain) * (1.0 - taking.taken(shares)))
            halo, brought = self._halo(expected, baseline, gain, brought, fit.dispersion)
        assert fit is not None
        return replace(fit, halo=halo)

    def _halo(
        self, expected: Floats, baseline: Floats, gain: Floats, brought: Floats, dispersion: Floats
    ) -> tuple[Halo, Floats]:
        """Complements, and what they bring to each series relative to its baseline (n, T)."""
        panel = self.panel
        belongs = np.equal.outer(np.arange(len(panel.categories)), panel.category_of).astype(np.float64)
        active = panel.is_active.astype(np.float64)
        uplift = belongs @ (active * baseline * np.maximum(gain, 0.0))
        before = belongs @ (active * baseline * brought)
        halo = find_halo(
            belongs @ (active * (panel.units - expected)) + before,
            uplift,
            belongs @ (active * dispersion[:, None] * expected),
            self.candidates,
        )
        gained = halo.matrix(len(panel.categories)) @ uplift / np.maximum(belongs @ (active * baseline), 1e-9)
        return halo, gained[panel.category_of]

    def _fit(self, fits: list[CategoryFit], hyper: _Hyper, halo: Halo) -> Fit:
        return Fit(
            categories=tuple(fits),
            shares=self.shares,
            mean_log_price=self.mean_log_price,
            typical_cut=self.typical_cut,
            holidays=self.holidays,
            country=self.country,
            first=self.panel.starts[0],
            last=self.panel.starts[-1],
            shop_elasticity=float(hyper.shared[0]),
            n_price_points=_price_points(self.panel),
            halo=halo,
            deal_strength=self.surprise.strength,
            prior=self.prior,
        )

    def _shared(self, tangent: Tangent) -> Floats:
        """What the shared coefficients multiply, (P, n, T)."""
        panel, offers = self.panel, self.offers
        n, n_periods = panel.units.shape
        cut = offers.log_price_cut
        none = np.zeros((n, n_periods))
        regular = np.log(panel.price) - self.mean_log_price[:, None]
        rows = [
            cut,
            cut * (cut - self.typical_cut),
            offers.display,
            offers.mailer,
            offers.display * cut,
            offers.mailer * cut,
            -tangent.pressure,
            *(-tangent.before),
            -tangent.pressure_before,
            -regular,
            panel.drivers.get(COMPETITOR, none),
            panel.drivers.get(ADVERTISING, none),
            self.surprise.unexplained,
            log_availability(panel),
            neighbours_missing(panel, self.shares),
            np.broadcast_to(np.linspace(-1.0, 0.0, n_periods), (n, n_periods)),
            *(np.broadcast_to(row, (n, n_periods)) for row in self.calendar),
        ]
        return np.stack(rows)


def _typical_cut(panel: Panel) -> float:
    """Mean logarithm of usual over promoted price, over the periods with a price cut that was seen."""
    cuts = -np.log1p(-panel.depth[(panel.depth > 0.02) & panel.is_depth_known & panel.is_active])
    return float(cuts.mean()) if cuts.size else 0.2


def log_availability(panel: Panel) -> Floats:
    """Log of the share of the period on the shelf, (n, T)."""
    return np.asarray(np.log(np.maximum(panel.availability, LEAST_AVAILABILITY)))


LEAST_AVAILABILITY = 0.05


def neighbours_missing(panel: Panel, shares: Floats) -> Floats:
    """Share of the market that is off the shelf, each series itself left out, (n, T)."""
    return neighbour_gain(1.0 - panel.availability, shares, panel.market_of)


def _group_labels(panel: Panel) -> NDArray[np.str_]:
    """Whose elasticities are most alike: the stores of a product, or else the products of a subcategory."""
    if c.STORE in panel.products:
        return np.array([str(sku) for sku in panel.products[c.SKU]])
    if c.SUBCATEGORY not in panel.products:
        return np.full(len(panel.products), "")
    return np.array([str(name) for name in panel.products[c.SUBCATEGORY]])


def _design(cut: Floats, shared: Floats, rows: Ints, group_of: Ints) -> Design:
    """What a category's coefficients multiply, of arrays of all series."""
    own = shared[:, rows]
    return Design(cut[rows], own[[SHARED.index(name) for name in GROUPED]], own, group_of, int(group_of.max()) + 1)


def _predicted(fits: list[CategoryFit], cut: Floats, shared: Floats, offset: Floats) -> Floats:
    """Expected units without slow drift, (n, T)."""
    eta = offset.copy()
    for f in fits:
        design = _design(cut, shared, f.rows, f.nested.group_of)
        eta[f.rows] += design.predict(f.mode)
    return np.asarray(np.exp(np.clip(eta, LEAST_LOG_UNITS, MOST_LOG_UNITS)))


def slow_drift(panel: Panel, expected: Floats, noise: Floats, misfit: Floats) -> Floats:
    """Log of what each series sells around each period over what was expected, that period left out; (n, T).

    `noise` and `misfit` (n,) say how units scatter around `expected` (n, T): variance = noise * m + misfit * m^2.
    """
    sure = np.maximum(expected, 0.1)
    residual = np.clip(panel.units / sure - 1.0, -1.0, MOST_SURPRISE)
    variance = np.where(panel.is_active, noise[:, None] / sure + misfit[:, None], _UNKNOWN)
    residual = np.where(panel.is_active, residual, 0.0)
    return drift_without(residual, variance, learn_memory(residual, variance))


MOST_SURPRISE = 2.0
"""Sales beyond three times what was expected teach nothing about how a series drifts."""
_UNKNOWN = 1e6


def _fit_category(
    panel: Panel, rows: Ints, design: Design, offset: Floats, hyper: _Hyper, start: Coefficients | None
) -> CategoryFit:
    """Posterior mode of one category, alternating Newton steps and dispersion."""
    use = panel.is_active[rows].astype(np.float64)
    units = panel.units[rows]
    n_used = np.maximum(use.sum(axis=1), 1)
    typical = (use * units).sum(axis=1) / n_used
    m, n_calendar = len(rows), len(design.shared) - len(SHARED)
    precision = hyper.precision(n_calendar, has_groups=design.n_groups > 1)
    mean = Coefficients(
        np.zeros((m, 2)),
        np.zeros((design.n_groups, len(GROUPED))),
        np.concatenate([hyper.shared, np.zeros(n_calendar)]),
    )
    level = np.log(np.maximum(typical, 0.05))
    mode = start or replace(mean, own=np.column_stack([level, np.zeros(m)]))
    scatter = Scatter(np.maximum(typical * 0.2, 1.5), 0.0)
    if start is not None:
        scatter = Scatter.of(units, expected_units(design, offset, mode), use)
    for _ in range(1 if start else 2):  # later rounds start close to where they end
        weight = use / scatter.over_mean(expected_units(design, offset, mode))
        mode = posterior_mode(design, offset, units, weight, mode, mean, precision)
        scatter = Scatter.of(units, expected_units(design, offset, mode), use)
    expected = expected_units(design, offset, mode)
    nested = Nested.factorise(design, expected * use / scatter.over_mean(expected), precision)
    return CategoryFit(
        rows, mode, nested, scatter.noise, scatter.misfit, nested.slope_variances(SHARED.index("elasticity"))
    )


def lift_at_mode(fit: Fit, offers: Offers) -> Floats:
    """Log lift of every series and period at the posterior mode, before neighbours and earlier periods."""
    cut = offers.log_price_cut
    slope = fit.by_series([f.elasticity for f in fit.categories])[:, None]
    slope = slope + fit.shared("curvature")[:, None] * (cut - fit.typical_cut)
    display, mailer, display_depth, mailer_depth = (
        fit.shared(name)[:, None] for name in ("display", "mailer", "display_depth", "mailer_depth")
    )
    return np.asarray(
        (slope + display_depth * offers.display + mailer_depth * offers.mailer) * cut
        + display * offers.display
        + mailer * offers.mailer
    )


def _price_points(panel: Panel) -> Ints:
    """How many clearly different depths (5-point steps) each series showed."""
    steps = np.round(np.where(panel.is_depth_known & panel.is_active, panel.depth, 0.0) / 0.05).astype(int)
    return np.array([len(set(row)) for row in steps.tolist()], dtype=np.int64)
