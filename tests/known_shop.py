"""A small shop whose demand is known, to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.features import Offers
from dealwright.demand.losses import earlier

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """`elasticity_spread` is the standard deviation between products; `dispersion` the variance over the mean."""

    elasticity: float = 2.5
    display: float = 0.6
    mailer: float = 0.3
    switching: float = 0.4
    pull_forward: float = 0.0
    elasticity_spread: float = 0.0
    dispersion: float = 1.0


@dataclass(frozen=True)
class KnownShop:
    """A panel and what made it: `level` units of a week without promotion and `elasticity`, each (n,)."""

    panel: Panel
    truth: Truth
    level: Floats
    elasticity: Floats

    def uplift(self, offers: Offers) -> Floats:
        """Extra units of each product and week by its own offer, (n, T)."""
        return self.level[:, None] * np.expm1(_lift(self.truth, self.elasticity, offers))

    def mean_units(self, offers: Offers) -> Floats:
        """Expected units under offers (n, T): what neighbours and the week before took is gone."""
        return _mean_units(self.truth, self.level, self.panel.category_of, self.uplift(offers))


def make_panel(**changes: Any) -> Panel:
    """The panel of `make_shop`."""
    return make_shop(**changes).panel


def make_shop(
    *,
    n: int = 12,
    n_weeks: int = 78,
    n_categories: int = 3,
    base: float = 60.0,
    truth: Truth | None = None,
    seed: int = 0,
    promoted_share: float = 0.2,
) -> KnownShop:
    """Sales around base * exp(lift), less what promoted neighbours and last week take: all additive."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    category_of = np.arange(n) % n_categories
    is_cut = rng.random((n, n_weeks)) < promoted_share
    depth = np.where(is_cut, rng.choice([0.1, 0.2, 0.3, 0.4], (n, n_weeks)), 0.0)
    display = np.where(rng.random((n, n_weeks)) < 0.1, 0.8, 0.0)
    mailer = np.where(rng.random((n, n_weeks)) < 0.1, 1.0, 0.0)
    level = base * rng.uniform(0.5, 1.5, (n, 1))[:, 0]
    of_products = np.random.default_rng([seed, 1]).normal(truth.elasticity, truth.elasticity_spread, n)
    elasticity = np.maximum(of_products, 0.3)
    uplift = level[:, None] * np.expm1(_lift(truth, elasticity, Offers(depth, display, mailer)))
    mean = _mean_units(truth, level, category_of, uplift)
    if truth.dispersion > 1.0:
        mean = rng.gamma(mean / (truth.dispersion - 1.0)) * (truth.dispersion - 1.0)
    units = rng.poisson(mean).astype(float)
    price = np.full((n, n_weeks), 500.0)
    first = date(2022, 1, 3)
    categories = tuple(f"category {k}" for k in range(n_categories))
    products = pd.DataFrame(
        {
            c.SKU: [f"sku-{i}" for i in range(n)],
            c.NAME: [f"product {i}" for i in range(n)],
            c.CATEGORY: [categories[k] for k in category_of],
            c.IS_OWN_LABEL: [False] * n,
        }
    )
    sold = units > 0
    panel = Panel(
        products=products,
        starts=tuple(first + timedelta(weeks=t) for t in range(n_weeks)),
        period_days=7,
        units=units,
        revenue=np.where(sold, units * 500.0 * (1 - depth), np.nan),
        list_value=np.where(sold, units * 500.0, np.nan),
        price=price,
        depth=depth,
        display=display,
        mailer=mailer,
        is_active=np.ones((n, n_weeks), dtype=np.bool_),
        is_depth_known=sold,
        availability=np.ones((n, n_weeks)),
        drivers={},
        categories=categories,
        category_of=category_of.astype(np.int64),
        market_of=category_of.astype(np.int64),
        market_units=_belongs(category_of) @ units,
    )
    return KnownShop(panel, truth, level, elasticity)


def _lift(truth: Truth, elasticity: Floats, offers: Offers) -> Floats:
    lift = (
        elasticity[:, None] * offers.log_price_cut + truth.display * offers.display + truth.mailer * offers.mailer
    )
    return np.asarray(lift)


def _mean_units(truth: Truth, level: Floats, category_of: NDArray[np.int64], uplift: Floats) -> Floats:
    share = level / np.bincount(category_of, weights=level)[category_of]
    from_others = truth.switching * ((_belongs(category_of) @ uplift)[category_of] - uplift)
    pulled = truth.pull_forward * earlier(uplift, 1)[0]
    return np.asarray(np.maximum(level[:, None] + uplift - share[:, None] * from_others - pulled, 0.01))


def _belongs(category_of: NDArray[np.int64]) -> Floats:
    return np.equal.outer(np.arange(int(category_of.max()) + 1), category_of).astype(np.float64)


def make_frames(panel: Panel, *, n_customers: int = 200, line_units: int = 5) -> dict[str, pd.DataFrame]:
    """The panel as a shop would deliver it: order lines, catalogue and promotion list."""
    rng = np.random.default_rng(0)
    lines = []
    for i, sku in enumerate(panel.skus):
        for t, week in enumerate(panel.starts):
            left = int(panel.units[i, t])
            while left > 0:
                quantity = min(left, line_units)
                left -= quantity
                listed = quantity * 500
                net = round(listed * (1 - panel.depth[i, t]))
                lines.append((sku, week, quantity, net, listed - net))
    sales = pd.DataFrame(lines, columns=[c.SKU, "day", c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT])
    sales[c.SOLD_AT] = pd.to_datetime(sales.pop("day")) + pd.to_timedelta(rng.integers(0, 7, len(sales)), unit="D")
    sales[c.CUSTOMER] = rng.integers(0, n_customers, len(sales)).astype(str)
    sales[c.ORDER] = np.arange(len(sales)).astype(str)
    sales[c.STORE] = "1"
    rows = [
        (sku, week, week + timedelta(days=6), "1", panel.display[i, t] > 0, panel.mailer[i, t] > 0)
        for i, sku in enumerate(panel.skus)
        for t, week in enumerate(panel.starts)
        if panel.display[i, t] + panel.mailer[i, t] > 0
    ]
    promotions = pd.DataFrame(rows, columns=[c.SKU, c.STARTS_ON, c.ENDS_ON, c.STORE, c.DISPLAY, c.MAILER])
    return {"sales": sales, "products": panel.products, "promotions": promotions}
