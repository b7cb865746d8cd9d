"""The shop and its surroundings: products, prices, stores, seasons, holidays, competitor, promotion history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.data.calendar import holiday_weeks
from dealwright.simulate.offers import Calendar, past_offers
from dealwright.simulate.setup import Setup

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR_WEEKS = 52.18
BRANDS_PER_CATEGORY = 4
MEMORY = 0.5
"""How much of this week's hidden demand is left next week."""


@dataclass(frozen=True, slots=True)
class World:
    """n products in K categories and T weeks, history and future.

    `category_of`, `subcategory_of`, `brand_of` (n,) are numbers; brand 0 of a category is the shop's own label.
    `pack_units` (n,) is how much a pack holds. `driver_of` (K,) is the category that this one goes with (it comes
    earlier), -1: none. `regular`, `competitor`, `unit_cost` are (n, T) in minor units of a pack. `appetite` (K, T)
    multiplies how much of a category people use: season, holidays and a part of hidden demand. `fancy` (n, T) is
    the other part: utility that nobody recorded. `offers` is what the shop did, nothing in future weeks.
    `quality` (n,) is utility; `price_pain` (K,) utility lost for each mean price of its category that a unit costs.
    """

    setup: Setup
    seed: int
    starts: tuple[date, ...]
    category_of: Ints
    subcategory_of: Ints
    brand_of: Ints
    pack_units: Ints
    quality: Floats
    price_pain: Floats
    driver_of: Ints
    regular: Ints
    competitor: Ints
    unit_cost: Ints
    appetite: Floats
    fancy: Floats
    offers: Calendar

    @property
    def members(self) -> list[Ints]:
        """The products of each category."""
        return [np.flatnonzero(self.category_of == k) for k in range(self.setup.n_categories)]

    @property
    def is_own_label(self) -> NDArray[np.bool_]:
        """Whether a product is of the shop's own brand, (n,)."""
        return np.asarray(self.brand_of % BRANDS_PER_CATEGORY == 0)

    @property
    def hidden(self) -> Floats:
        """Demand that the shop may feel and the analyst cannot see, in standard deviations, (n, T)."""
        return self.fancy / self.setup.shock if self.setup.shock > 0 else np.zeros_like(self.fancy)


def make_world(setup: Setup, seed: int) -> World:
    """A shop, the same for the same seed; switches leave what they do not concern as it was."""
    n, n_categories, n_weeks = setup.n_products, setup.n_categories, setup.n_all_weeks
    rng = stream(seed, "world", "products")
    category_of = np.arange(n) % n_categories
    rank = np.arange(n) // n_categories
    pack_units = np.where(rng.random(n) < 0.25, 2, 1)
    tier = rng.normal(0.0, 0.18, n)
    mean_price = rng.integers(150, 700, n_categories)[category_of]
    first_price = np.rint(mean_price * np.exp(tier) * np.where(pack_units == 2, 1.8, 1.0)).astype(np.int64)
    starts = tuple(setup.first_week + timedelta(weeks=t) for t in range(n_weeks))
    fancy = setup.shock * _wandering(n, n_weeks, stream(seed, "world", "fancy"))
    regular = _changing(first_price, n_weeks, stream(seed, "world", "prices"))
    trade_deal = stream(seed, "world", "deals").random((n, n_weeks)) < 0.15
    cost_share = stream(seed, "world", "costs").integers(55, 75, (n, 1)) - 12 * trade_deal
    return World(
        setup=setup,
        seed=seed,
        starts=starts,
        category_of=category_of,
        subcategory_of=category_of * 2 + (rank % 2),
        brand_of=category_of * BRANDS_PER_CATEGORY + rank % BRANDS_PER_CATEGORY,
        pack_units=pack_units,
        # Dearer things are better, or nobody would stock them.
        quality=2.0 * tier + rng.normal(0.0, 0.35, n),
        price_pain=rng.uniform(1.5, 3.1, n_categories),
        driver_of=_drivers(setup),
        regular=regular,
        competitor=_competitor(regular, stream(seed, "world", "competitor")) if setup.has_competitor else regular,
        unit_cost=regular * cost_share // 100,
        appetite=_appetite(setup, starts, stream(seed, "world", "appetite")),
        fancy=fancy,
        offers=past_offers(setup, fancy / max(setup.shock, 1e-9), trade_deal, stream(seed, "world", "offers")),
    )


def _wandering(n: int, n_weeks: int, rng: np.random.Generator) -> Floats:
    """Autocorrelated noise with mean 0 and variance 1, (n, T)."""
    fresh = rng.standard_normal((n, n_weeks)) * np.sqrt(1 - MEMORY**2)
    out = np.empty((n, n_weeks))
    out[:, 0] = fresh[:, 0] / np.sqrt(1 - MEMORY**2)
    for t in range(1, n_weeks):
        out[:, t] = MEMORY * out[:, t - 1] + fresh[:, t]
    return out


def _changing(first: Ints, n_weeks: int, rng: np.random.Generator) -> Ints:
    """Regular prices that move by a few per cent about twice a year, (n, T)."""
    n = len(first)
    moves = np.where(rng.random((n, n_weeks)) < 0.04, rng.integers(-60, 90, (n, n_weeks)), 0)
    per_mille = np.clip(1000 + np.cumsum(moves, axis=1), 800, 1300)
    return np.asarray(first[:, None] * per_mille // 1000, dtype=np.int64)


def _competitor(regular: Ints, rng: np.random.Generator) -> Ints:
    """Around our regular price, with promotions of its own, (n, T)."""
    n, n_weeks = regular.shape
    level = rng.integers(94, 108, (n, 1))
    cut = np.where(rng.random((n, n_weeks)) < 0.12, rng.integers(10, 31, (n, n_weeks)), 0)
    return np.asarray(regular * level * (100 - cut) // 10_000, dtype=np.int64)


def _appetite(setup: Setup, starts: tuple[date, ...], rng: np.random.Generator) -> Floats:
    n_categories, n_weeks = setup.n_categories, len(starts)
    swing, peak = rng.uniform(0.05, 0.3, (n_categories, 1)), rng.uniform(0, YEAR_WEEKS, (n_categories, 1))
    season = 1 + swing * np.cos(2 * np.pi * (np.arange(n_weeks) - peak) / YEAR_WEEKS) * setup.has_season
    _, touch = holiday_weeks(starts, country=setup.country)
    is_festive = rng.random((n_categories, len(touch))) < 0.25
    feast = (is_festive * rng.uniform(0.1, 0.5, is_festive.shape)) @ touch * setup.has_holidays
    shared = 0.5 * setup.shock * _wandering(n_categories, n_weeks, rng)
    return np.asarray(season * (1 + feast) * np.exp(shared))


def _drivers(setup: Setup) -> Ints:
    driver_of = np.full(setup.n_categories, -1)
    first = 2 * np.arange(setup.n_pairs)
    driver_of[first + 1] = first
    return driver_of
