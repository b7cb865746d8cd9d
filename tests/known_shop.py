"""A small shop whose demand is known, to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.data.panel import Panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    elasticity: float = 2.5
    display: float = 0.6
    mailer: float = 0.3
    switching: float = 0.4


def make_panel(
    *,
    n: int = 12,
    n_weeks: int = 78,
    n_categories: int = 3,
    base: float = 60.0,
    truth: Truth | None = None,
    seed: int = 0,
    promoted_share: float = 0.2,
) -> Panel:
    """Poisson sales around base * exp(lift), less what promoted neighbours take: additive, as people would."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    category_of = np.arange(n) % n_categories
    is_cut = rng.random((n, n_weeks)) < promoted_share
    depth = np.where(is_cut, rng.choice([0.1, 0.2, 0.3, 0.4], (n, n_weeks)), 0.0)
    display = np.where(rng.random((n, n_weeks)) < 0.1, 0.8, 0.0)
    mailer = np.where(rng.random((n, n_weeks)) < 0.1, 1.0, 0.0)
    level = base * rng.uniform(0.5, 1.5, (n, 1))
    lift = -truth.elasticity * np.log1p(-depth) + truth.display * display + truth.mailer * mailer
    uplift = level * np.expm1(lift)
    share = level[:, 0] / np.bincount(category_of, weights=level[:, 0])[category_of]
    belongs = np.equal.outer(np.arange(n_categories), category_of).astype(float)
    from_others = truth.switching * ((belongs @ uplift)[category_of] - uplift)
    mean = np.maximum(level + uplift - share[:, None] * from_others, 0.01)
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
    return Panel(
        products=products,
        weeks=tuple(first + timedelta(weeks=t) for t in range(n_weeks)),
        units=units,
        revenue=np.where(sold, units * 500.0 * (1 - depth), np.nan),
        list_value=np.where(sold, units * 500.0, np.nan),
        price=price,
        depth=depth,
        display=display,
        mailer=mailer,
        is_active=np.ones((n, n_weeks), dtype=np.bool_),
        is_depth_known=sold,
        categories=categories,
        category_of=category_of.astype(np.int64),
        category_units=belongs @ units,
    )


def make_frames(panel: Panel, *, n_customers: int = 200, line_units: int = 5) -> dict[str, pd.DataFrame]:
    """The panel as a shop would deliver it: order lines, catalogue and promotion list."""
    rng = np.random.default_rng(0)
    lines = []
    for i, sku in enumerate(panel.skus):
        for t, week in enumerate(panel.weeks):
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
        for t, week in enumerate(panel.weeks)
        if panel.display[i, t] + panel.mailer[i, t] > 0
    ]
    promotions = pd.DataFrame(rows, columns=[c.SKU, c.STARTS_ON, c.ENDS_ON, c.STORE, c.DISPLAY, c.MAILER])
    return {"sales": sales, "products": panel.products, "promotions": promotions}
