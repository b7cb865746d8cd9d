"""What products without any history will sell, judged by those that are most like them.

The level comes from a ridge regression of the settled products' fitted log levels on their attributes, pooled over
the shop: category, subcategory, brand, own label, pack size, store, and price against the category's. The response
comes from the fit: elasticity of the subcategory (or category), vehicles, season and holidays of the category.

How far attributes miss is measured on products left out: the regression forecasts each without having seen it, in
any store, and what it misses by is what a new product's forecast scatters by (cross-conformal; Vovk 2015).

Levels are those of a settled product. Nothing here knows how fast a launch is found by shoppers, how long novelty
lasts or when it reaches the shelves; and products that failed and were taken off are not among those learnt from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.attributes import Attributes, Ridge, described
from dealwright.demand.counts import LEAST_LOG_UNITS, MOST_LOG_UNITS
from dealwright.demand.features import Offers, calendar_features
from dealwright.demand.forecast import current_level
from dealwright.demand.lift import MOST_FITTED_LIFT
from dealwright.demand.losses import Shares, Taking
from dealwright.demand.posterior import CategoryFit, Fit
from dealwright.demand.prior import PULLS, SHARED
from dealwright.demand.response import draw_units, rising

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_SETTLED = 10
"""Products; fewer cannot say how far attributes miss."""
SETTLED_DAYS = 56
"""A product is settled after so many days on sale, if it still sold in the last as many."""
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class LevelModel:
    """Log units of a usual period by attributes, learnt from `n_products` settled products.

    `misses` (k,) are log levels less what was forecast of them with their product left out. `coverage` is the
    share of settled series inside 80 % ranges that their own group of left-out products had no part in.
    """

    ridge: Ridge
    misses: Floats
    coverage: float
    n_products: int

    def draw(self, attributes: Attributes, n_draws: int, rng: np.random.Generator) -> Floats:
        """Draws (D, m) of log levels."""
        # Of k misses and one more, each of the k + 1 gaps between them is as likely: wider than the misses alone.
        rank = rng.random((n_draws, len(attributes.labels))) * (len(self.misses) + 1)
        chance = np.interp(rank, np.arange(1, len(self.misses) + 1), np.sort(self.misses))
        return np.asarray(self.ridge.predict(attributes)[None, :] + chance)


@dataclass(frozen=True, slots=True)
class NewForecast:
    """`units`: a row per new product (and store) and period with expected units `mean` and an 80 % range `low`,
    `high` of what is sold in it, chance included; once the product is settled. `levels` is what it rests on."""

    units: pd.DataFrame
    levels: LevelModel


def forecast_new(
    fit: Fit,
    panel: Panel,
    products: pd.DataFrame,
    *,
    starts: Sequence[date],
    offers: Offers,
    rng: np.random.Generator,
    n_draws: int = 1000,
) -> NewForecast:
    """Forecast new `products` over the periods `starts`, under their own `offers`, each (m, H).

    `products` has columns of the products table (sku, category; subcategory, brand, own label and pack size where
    known) and `regular_price` in minor units; `store_id` too if the panel is of single stores. Promotions of other
    products are not counted. InputError, all at once: unknown category or store, no price, a product that has
    sold before, offers of another shape, too few settled products to learn from.
    """
    _refuse_unusable(panel, products, offers, len(starts))
    levels = learn_levels(fit, panel)
    attributes = described(products, panel)
    level = levels.draw(attributes, n_draws, rng)
    gain, taken = _response(fit, panel, products, offers, n_draws, rng)
    log_base = level[:, :, None] + _calendar(fit, panel, products, starts)
    mean = np.exp(np.clip(log_base, LEAST_LOG_UNITS, MOST_LOG_UNITS)) * (1.0 + gain) * (1.0 - taken)
    units = draw_units(mean, _dispersion(fit, panel, products)[None, :, None], rng)
    low, high = np.quantile(units, [_LOW, _HIGH], axis=0)
    return NewForecast(_laid_out(products, starts, low, mean.mean(axis=0), high), levels)


def learn_levels(fit: Fit, panel: Panel) -> LevelModel:
    """Learn from the settled series of a panel; InputError if they are of fewer than `LEAST_SETTLED` products."""
    rows = settled(panel)
    skus = np.array(panel.skus)[rows]
    n_products = len(set(skus.tolist()))
    if n_products < LEAST_SETTLED:
        raise InputError(
            f"{n_products} products have been on sale for {SETTLED_DAYS} days or more and still sell; a new one "
            f"needs at least {LEAST_SETTLED} to be compared with. Import a longer history or more products"
        )
    at_level = fit.by_series([f.level for f in fit.categories]) + np.log(current_level(fit, panel))
    attributes = described(_catalogue(panel), panel).rows(rows)
    tried = Ridge.learn(attributes, at_level[rows], products=skus)
    return LevelModel(tried.ridge, tried.misses, _held(tried.misses, tried.fold), n_products)


def settled(panel: Panel) -> Ints:
    """Rows of series that were on sale long enough and sold lately."""
    n_recent = max(round(SETTLED_DAYS / panel.period_days), 1)
    is_old = panel.is_active.sum(axis=1) >= n_recent
    return np.flatnonzero(is_old & (panel.units[:, -n_recent:] > 0).any(axis=1))


def _held(misses: Floats, fold: Ints) -> float:
    """Share of misses inside the 80 % range of the misses of other folds."""
    inside = []
    for k in np.unique(fold):
        low, high = np.quantile(misses[fold != k], [_LOW, _HIGH], method="weibull")
        inside.append((misses[fold == k] >= low) & (misses[fold == k] <= high))
    return float(np.concatenate(inside).mean())


def _response(
    fit: Fit, panel: Panel, products: pd.DataFrame, offers: Offers, n_draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Gain of own offers, and what own earlier offers take, each (D, m, H)."""
    n, horizon = offers.depth.shape
    gain, taken = np.zeros((n_draws, n, horizon)), np.zeros((n_draws, n, horizon))
    cut = offers.log_price_cut
    for i, (_, product) in enumerate(products.iterrows()):
        f = _category_fit(fit, panel, str(product[c.CATEGORY]))
        mean, sd = _elasticity(f, panel, product)
        slope = np.maximum(rng.normal(mean, sd, n_draws), 0.0)[:, None]
        vehicles = sum(
            (
                share * (f.shared(name) + f.shared(f"{name}_depth") * cut[i])
                for name, share in (("display", offers.display[i]), ("mailer", offers.mailer[i]))
            ),
            start=np.zeros(horizon),
        )
        by_price = rising(slope, np.array(f.shared("curvature")), cut[i], typical=fit.typical_cut)
        gain[:, i] = np.expm1(np.clip(by_price + vehicles, -1.0, MOST_FITTED_LIFT))
        alone, none = np.zeros((n_draws, horizon)), np.zeros((2, n_draws, horizon))
        pulls = np.array([np.full(n_draws, f.shared(name)) for name in PULLS])
        shares = Shares(none[:, :, 0], pulls, alone[:, 0])
        taken[:, i] = Taking.of(gain[:, i], none, alone, additivity=fit.additivity).taken(shares)
    return gain, taken


def _elasticity(f: CategoryFit, panel: Panel, product: pd.Series) -> tuple[float, float]:
    """Mean and standard deviation of what a further product of its group answers to price."""
    mean, variance = f.shared("elasticity"), float(f.variances.shared[SHARED.index("elasticity")])
    group = _group(f, panel, product)
    if group is None:
        variance += float((f.mode.group[:, 0] ** 2 + f.variances.group[:, 0]).mean())
    else:
        mean, variance = mean + float(f.mode.group[group, 0]), variance + float(f.variances.group[group, 0])
    variance += float((f.mode.own[:, 1] ** 2 + f.variances.own).mean())
    return mean, float(np.sqrt(variance))


def _group(f: CategoryFit, panel: Panel, product: pd.Series) -> int | None:
    """The group of the same subcategory, where groups are subcategories."""
    if c.STORE in panel.products or c.SUBCATEGORY not in panel.products or c.SUBCATEGORY not in product:
        return None
    alike = panel.products[c.SUBCATEGORY].iloc[f.rows].astype(str).to_numpy() == str(product[c.SUBCATEGORY])
    return int(f.nested.group_of[alike][0]) if alike.any() else None


def _calendar(fit: Fit, panel: Panel, products: pd.DataFrame, starts: Sequence[date]) -> Floats:
    """Log factors of season and holidays, (m, H)."""
    rows = calendar_features(starts, fit.holidays, country=fit.country)
    fits = [_category_fit(fit, panel, str(name)) for name in products[c.CATEGORY]]
    return np.array([f.mode.shared[len(SHARED) :] @ rows for f in fits])


def _dispersion(fit: Fit, panel: Panel, products: pd.DataFrame) -> Floats:
    fits = [_category_fit(fit, panel, str(name)) for name in products[c.CATEGORY]]
    return np.array([np.median(f.dispersion) for f in fits])


def _category_fit(fit: Fit, panel: Panel, category: str) -> CategoryFit:
    number = panel.categories.index(category)
    return next(f for f in fit.categories if panel.category_of[f.rows[0]] == number)


def _catalogue(panel: Panel) -> pd.DataFrame:
    """The panel's products with their category and the usual price they have now."""
    category = pd.Series([panel.categories[k] for k in panel.category_of], index=panel.products.index)
    price = pd.Series(panel.price[:, -1], index=panel.products.index)
    return panel.products.assign(**{c.CATEGORY: category, c.REGULAR_PRICE: price})


def _laid_out(
    products: pd.DataFrame, starts: Sequence[date], low: Floats, mean: Floats, high: Floats
) -> pd.DataFrame:
    keys = [name for name in (c.SKU, c.STORE) if name in products]
    out = products[keys].iloc[np.arange(len(products)).repeat(len(starts))].reset_index(drop=True)
    out[c.PERIOD] = list(starts) * len(products)
    return out.assign(low=low.ravel(), mean=mean.ravel(), high=high.ravel())


def _refuse_unusable(panel: Panel, products: pd.DataFrame, offers: Offers, horizon: int) -> None:
    needed = [c.SKU, c.CATEGORY, c.REGULAR_PRICE, *([c.STORE] if c.STORE in panel.products else [])]
    missing = [name for name in needed if name not in products]
    if missing:
        raise InputError(*(f"new products have no column {name!r}; add it" for name in missing))
    if not len(products) or not horizon:
        raise InputError("there is no new product, or no period, to forecast; give at least one of each")
    problems: list[str] = []
    used = {panel.categories[k] for k in panel.category_of}
    for name in sorted(set(products[c.CATEGORY].astype(str)) - used):
        problems.extend(InputError.unknown("category with sales", name, used).problems)
    if c.STORE in panel.products:
        stores = set(panel.products[c.STORE].astype(str))
        for name in sorted(set(products[c.STORE].astype(str)) - stores):
            problems.extend(InputError.unknown("store with sales", name, stores).problems)
    skus = products[c.SKU].astype(str)
    prices = pd.to_numeric(products[c.REGULAR_PRICE], errors="coerce")
    problems += [
        f"{sku!r} has no regular price above 0; give it in minor units" for sku in skus[~(prices > 0)].tolist()
    ]
    known = set(np.array(panel.skus)[panel.is_active.any(axis=1)].tolist())
    problems += [
        f"{sku!r} has sold before; it is forecast from its own sales" for sku in dict.fromkeys(skus) if sku in known
    ]
    keys = [name for name in (c.SKU, c.STORE) if name in needed]
    twice = products.loc[products.duplicated(keys), c.SKU].astype(str)
    problems += [f"{sku!r} is listed more than once; keep one row" for sku in dict.fromkeys(twice)]
    shape = (len(products), horizon)
    for kind in ("depth", "display", "mailer"):
        values = getattr(offers, kind)
        if values.shape != shape:
            problems.append(f"offers' {kind} has the shape {values.shape}; products and periods are {shape}")
        elif not ((values >= 0) & (values <= 1)).all() or (kind == "depth" and (values >= 1).any()):
            problems.append(f"offers' {kind} is a share from 0 to 1 (depth: below 1); some are not")
    if problems:
        raise InputError(*problems)
