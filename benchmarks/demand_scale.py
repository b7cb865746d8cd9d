"""A large synthetic panel, to see how cost grows with the number of series.

Everything in it is drawn: log-normal levels, a season, promotions in one week of ten that multiply sales by
(1 - depth) ** -2.2, display and mailer in half of them, counts from a negative binomial distribution.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from demand_windows import Window

SIZES = (1_000, 3_000, 10_000)
PAST_WEEKS, HORIZON = 104, 8
PER_CATEGORY = 50
FIRST = date(2023, 1, 2)
DEPTHS = (0.1, 0.2, 0.3, 0.4)


def synthetic(n: int, *, seed: int = 1) -> Window:
    """`n` series over two years and the eight weeks to be forecast."""
    rng = stream(seed, "scale", str(n))
    n_weeks = PAST_WEEKS + HORIZON
    shape = (n, n_weeks)
    level = np.exp(rng.normal(2.0, 1.0, (n, 1)))
    is_on = rng.random(shape) < 0.1
    depth = np.where(is_on, rng.choice(DEPTHS, shape), 0.0)
    display, mailer = ((is_on & (rng.random(shape) < 0.5)).astype(np.float64) for _ in range(2))
    season = 0.2 * np.sin(2 * np.pi * (np.arange(n_weeks) / 52 + rng.random((n, 1))))
    mean = level * np.exp(season + 0.3 * display + 0.2 * mailer) * (1 - depth) ** -2.2
    units = rng.poisson(rng.gamma(2.0, mean / 2.0)).astype(np.float64)
    price = np.repeat(rng.integers(99, 999, (n, 1)).astype(np.float64), n_weeks, axis=1)
    listed = np.where(units > 0, units * price, np.nan)
    category_of = np.arange(n) // PER_CATEGORY
    categories = tuple(f"category {k:04d}" for k in range(int(category_of.max()) + 1))
    market_units = np.zeros((len(categories), n_weeks))
    np.add.at(market_units, category_of, units)
    skus = [f"S{k:05d}" for k in range(n)]
    names = [categories[k] for k in category_of]
    panel = Panel(
        products=pd.DataFrame({c.SKU: skus, c.NAME: skus, c.CATEGORY: names}),
        starts=tuple(FIRST + timedelta(weeks=week) for week in range(n_weeks)),
        period_days=7,
        units=units,
        revenue=listed * (1 - depth),
        list_value=listed,
        price=price,
        depth=depth,
        display=display,
        mailer=mailer,
        is_active=np.ones(shape, dtype=np.bool_),
        is_depth_known=units > 0,
        availability=np.ones(shape),
        drivers={},
        categories=categories,
        category_of=category_of,
        market_of=category_of,
        market_units=market_units,
    )
    return Window(f"synthetic {n:,}", panel, panel.starts[PAST_WEEKS], HORIZON)


def growth(sizes: np.ndarray, seconds: np.ndarray) -> float:
    """The power of size that cost grows with: 1 is linear, 2 quadratic."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
