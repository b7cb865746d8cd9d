"""Fit the response of demand to promotions, borrowing strength where a series' own data are thin.

Per category, a Poisson log-linear model with a dispersion per series and Gaussian priors, fitted by Newton's
method to its posterior mode:

    log E[units] = level_i + elasticity_i * log(usual price / promoted price)
                   + (display + mailer) * (1 + depth interaction)
                   + log(kept(switching * neighbours' gain + sum_k pull_k * own gain k periods ago))
                   - regular_elasticity * log(usual price / its mean) + competitor * log(competitor / usual price)
                   + advertising + season + holidays + trend + slow drift of the series
                   + availability * log share of time on the shelf + neighbours_out * neighbours off the shelf
                   + surprise * what supplier deals do not explain of the cut (see `demand.surprise`)

`losses.kept` lies between 1 - losses / (1 + gain), losses being units off the baseline, and exp(-losses), losses
being shares of what is sold; the sales say where. Gains, and the slope of what is taken, are those of the
coefficients of the round before (Gauss and Newton's way).
An elasticity is the category's plus its group's (subcategory; the product, in a panel of stores) plus the series'
own. Three levels of pooling by empirical Bayes: series towards groups, groups towards categories, categories
towards the shop, and the shop towards the stated priors. How far each strays is learnt.

The slow drift (see `demand.drift`) takes out what moves demand for weeks and is not in the data. Without it,
promotions set in answer to demand would be credited with the demand they answered to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import ADVERTISING, COMPETITOR, COST, Panel
from dealwright.demand.additivity import UNKNOWN_ADDITIVITY, learn_additivity
from dealwright.demand.blocks import Block, BlockFit, Sales, blocks_of, fit_block
from dealwright.demand.counts import units_of
from dealwright.demand.drift import slow_drift
from dealwright.demand.features import (
    Offers,
    base_shares,
    calendar_features,
    known_holidays,
    log_availability,
    neighbours_missing,
)
from dealwright.demand.halo import Candidates, Halo, find_halo
from dealwright.demand.hyper import Hyper
from dealwright.demand.lift import Lift, lift_of, taking_shares
from dealwright.demand.losses import Shares, Taking, Tangent
from dealwright.demand.nested import Arrows, Coefficients, Design, Precision, SlopeVariances
from dealwright.demand.posterior import CategoryFit, Fit
from dealwright.demand.prior import GROUPED, PULLS, SHARED, SWITCHING, Prior
from dealwright.demand.surprise import Surprise, find_surprise

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    n_price_points: Ints
    occasional: tuple[Floats, ...]
    blocks: tuple[Block, ...]
    candidates: Candidates | None

    @classmethod
    def begin(cls, panel: Panel, country: str, prior: Prior, candidates: Candidates | None) -> _Fitting:
        names = tuple(known_holidays(panel.starts, country=country))
        offers, shares, none = Offers.of(panel), base_shares(panel), np.zeros_like(panel.units)
        surprise = find_surprise(offers.log_price_cut, panel.drivers.get(COST), panel.is_active)
        return cls(
            panel=panel,
            prior=prior,
            country=country,
            offers=offers,
            holidays=names,
            calendar=calendar_features(panel.starts, names, country=country),
            shares=shares,
            mean_log_price=np.asarray(np.log(panel.price).mean(axis=1)),
            typical_cut=_typical_cut(panel),
            surprise=surprise,
            n_price_points=_price_points(panel),
            occasional=(
                panel.drivers.get(COMPETITOR, none),
                panel.drivers.get(ADVERTISING, none),
                surprise.unexplained,
                log_availability(panel),
                neighbours_missing(panel, shares),
            ),
            blocks=tuple(blocks_of(panel.category_of, _group_labels(panel))),
            candidates=candidates,
        )

    def run(self) -> Fit:
        panel, prior = self.panel, self.prior
        n = len(panel.products)
        hyper = Hyper.start(prior)
        cut = self.offers.log_price_cut
        shown = prior.display * self.offers.display + prior.mailer * self.offers.mailer
        lift = Lift(prior.elasticity * cut, shown)
        pulls = prior.shared[[SHARED.index(name) for name in PULLS]]
        shares = Shares(
            np.full((len(SWITCHING), n), prior.switching),
            np.repeat(pulls[:, None], n, axis=1),
            np.full(n, prior.rival_pull),
        )
        additivity = UNKNOWN_ADDITIVITY
        drift = np.zeros_like(panel.units)
        halo, brought = Halo.none(), np.zeros_like(panel.units)
        fits: list[BlockFit] = []
        for n_done in range(_N_ROUNDS):
            gain, pressure = lift.gain, lift.pressure(self.shares, panel.market_of)
            taking = Taking.of(gain, pressure, brought, additivity=additivity)
            tangent = Tangent.around(taking, shares)
            before: Sequence[BlockFit | None] = fits or [None] * len(self.blocks)
            fits = [
                self._fit_block(block, tangent, drift, hyper, last)
                for block, last in zip(self.blocks, before, strict=True)
            ]
            used, hyper = hyper, hyper.learn(fits, by_store=c.STORE in panel.products)
            answers = self._answers(fits)
            lift, shares = lift_of(answers, self.offers, self.typical_cut), taking_shares(answers)
            expected = self._by_series([units_of(f.log_units) for f in fits])
            noise = self._by_series([f.scatter.noise for f in fits])
            misfit = self._by_series([f.scatter.misfit for f in fits])
            drift = slow_drift(panel, expected, noise, misfit)
            expected = expected * np.exp(drift)
            without = expected / (1.0 - taking.taken(shares))
            if 0 < n_done < _N_ROUNDS - 1:  # the first round knows but the prior, after the last nothing is fitted
                weight = panel.is_active / (noise[:, None] + misfit[:, None] * expected)
                additivity = learn_additivity(
                    panel.units, without, weight, gain=gain, pressure=pressure, brought=brought, shares=shares
                )
            baseline = without / (1.0 + gain)
            halo, brought = self._halo(expected, baseline, gain, brought, noise)
        known = [category for f in fits for category in _category_fits(f, self._precision(f.block, used))]
        return self._fit(known, hyper, halo, additivity)

    def _answers(self, fits: Sequence[BlockFit]) -> dict[str, Floats]:
        """Each of the `SHARED` coefficients as it holds for each series, its own slope among them, (n,)."""
        answers = {name: self._by_series([f.of_groups(name) for f in fits]) for name in SHARED}
        return answers | {"elasticity": answers["elasticity"] + self._by_series([f.at.own[:, 1] for f in fits])}

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

    def _fit(self, fits: list[CategoryFit], hyper: Hyper, halo: Halo, additivity: float) -> Fit:
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
            n_price_points=self.n_price_points,
            halo=halo,
            deal_strength=self.surprise.strength,
            prior=self.prior,
            shop_sd=hyper.unknown,
            additivity=additivity,
        )

    def _precision(self, block: Block, hyper: Hyper) -> Precision:
        return hyper.precision(len(self.calendar), is_alone=block.is_alone)

    def _by_series(self, values: Sequence[Floats]) -> Floats:
        """Values (m, ...) of each block, laid out in the panel's order."""
        out = np.zeros((len(self.panel.units), *values[0].shape[1:]))
        for block, own in zip(self.blocks, values, strict=True):
            out[block.rows] = own
        return out

    def _fit_block(
        self, block: Block, tangent: Tangent, drift: Floats, hyper: Hyper, before: BlockFit | None
    ) -> BlockFit:
        panel, rows, n_calendar = self.panel, block.rows, len(self.calendar)
        return fit_block(
            block,
            Sales(panel.units[rows], panel.is_active[rows].astype(np.float64)),
            self._design(block, tangent),
            offset=tangent.offset[rows],
            drift=drift[rows],
            shared=np.concatenate([hyper.shared, np.zeros(n_calendar)]),
            precision=self._precision(block, hyper),
            before=before,
        )

    def _design(self, block: Block, tangent: Tangent) -> Design:
        """What a block's coefficients multiply, in the order of `SHARED`, then season and holidays."""
        panel, rows = self.panel, block.rows
        offers = Offers(self.offers.depth[rows], self.offers.display[rows], self.offers.mailer[rows])
        cut = offers.log_price_cut
        columns = [
            cut,
            cut * (cut - self.typical_cut),
            offers.display,
            offers.mailer,
            offers.display * cut,
            offers.mailer * cut,
            *(-tangent.pressure[:, rows]),
            *(-tangent.before[:, rows]),
            -tangent.pressure_before[rows],
            self.mean_log_price[rows, None] - np.log(panel.price[rows]),
            *(_unless_zero(values, rows) for values in self.occasional),
            np.linspace(-1.0, 0.0, len(panel.starts)),
            *self.calendar,
        ]
        return Design.of(columns, grouped=[SHARED.index(name) for name in GROUPED], nesting=block.nesting)


def _unless_zero(values: Floats, rows: Ints) -> Floats:
    """Some rows; a single one, of zeros, if there is nothing else in any."""
    return values[rows] if values.any() else values[0]


def _category_fits(fitted: BlockFit, precision: Precision) -> list[CategoryFit]:
    """The fits of a block's categories, found with `precision`."""
    nesting, of, moved = fitted.block.nesting, fitted.variances, _by_shop(fitted.arrows, precision)
    parts = zip(nesting.series_of, nesting.groups_of, fitted.arrows.by_category(), strict=True)
    return [
        CategoryFit(
            rows=fitted.block.rows[series],
            mode=Coefficients(fitted.at.own[series], fitted.at.group[groups], fitted.at.shared[k]),
            nested=nested,
            dispersion=fitted.scatter.noise[series],
            misfit=float(fitted.scatter.misfit[series.start]),
            variances=SlopeVariances(of.own[series], of.group[groups], of.total[series], of.shared[k]),
            by_shop=Coefficients(moved.own[:, series], moved.group[:, groups], moved.shared[:, k]),
        )
        for k, (series, groups, nested) in enumerate(parts)
    ]


def _by_shop(arrows: Arrows, precision: Precision) -> Coefficients:
    """By how much modes move with each of the shop's averages: own (P, m, 2), group (P, g, R), shared (P, C, .)."""
    n_categories, n_shared = arrows.shared.shape[:2]
    none = Coefficients(
        np.zeros((len(arrows.own), 2)), np.zeros(arrows.group.shape[:2]), np.zeros((n_categories, n_shared))
    )
    moved = []
    for k in range(len(SHARED)):
        pulled = none.shared.copy()
        pulled[:, k] = precision.shared[k]
        moved.append(arrows.solve(replace(none, shared=pulled)))
    return Coefficients(*(np.stack([getattr(c, part) for c in moved]) for part in ("own", "group", "shared")))


def _typical_cut(panel: Panel) -> float:
    """Mean logarithm of usual over promoted price, over the periods with a price cut that was seen."""
    cuts = -np.log1p(-panel.depth[(panel.depth > 0.02) & panel.is_depth_known & panel.is_active])
    return float(cuts.mean()) if cuts.size else 0.2


def _group_labels(panel: Panel) -> NDArray[np.str_]:
    """Whose elasticities are most alike: the stores of a product, or else the products of a subcategory."""
    if c.STORE in panel.products:
        return np.array([str(sku) for sku in panel.products[c.SKU]])
    if c.SUBCATEGORY not in panel.products:
        return np.full(len(panel.products), "")
    return np.array([str(name) for name in panel.products[c.SUBCATEGORY]])


def _price_points(panel: Panel) -> Ints:
    """How many clearly different depths (5-point steps) each series showed."""
    steps = np.round(np.where(panel.is_depth_known & panel.is_active, panel.depth, 0.0) / 0.05).astype(int)
    return np.asarray((np.diff(np.sort(steps, axis=1), axis=1) > 0).sum(axis=1) + 1, dtype=np.int64)
