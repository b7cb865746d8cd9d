"""What products without any history will sell, and which of today's products they are most like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain, plain_estimate
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.attributes import Attributes, described
from dealwright.demand.features import Offers
from dealwright.demand.new_products import forecast_new, settled

Ints = NDArray[np.int64]

LEVEL = 0.8
N_SIMILAR = 3
RECENT_WEEKS = 8
"""What a similar product sells is the mean of so many of its latest weeks on sale."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A product that is sold already: what it `sells` in a week, at which price, and what both have in common.

    `shared` are names such as "brand=Acme".
    """

    sku: str
    name: str
    sells: float
    price: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewProduct:
    """Units of a new product in each coming week, once it is settled, and the products it is most like."""

    sku: str
    name: str
    category: str
    price: float
    units: tuple[Estimate, ...]
    similar: tuple[Similar, ...]


@dataclass(frozen=True, slots=True)
class NewProducts:
    """Forecasts over `weeks`, without promotion. Prices are in major units.

    They rest on `n_learnt_from` settled products; `coverage` is the share of those that 80 % ranges held when each
    was left out.
    """

    weeks: tuple[date, ...]
    products: tuple[NewProduct, ...]
    n_learnt_from: int
    coverage: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "weeks": [str(week) for week in self.weeks],
            "n_learnt_from": self.n_learnt_from,
            "coverage": self.coverage,
            "assumptions": ["settled", "no_promotion", "not_known_from_launches"],
            "products": [
                {
                    **plain({name: getattr(product, name) for name in ("sku", "name", "category", "price")}),
                    "units": [plain_estimate(units) for units in product.units],
                    "similar": [plain(asdict(one)) for one in product.similar],
                }
                for product in self.products
            ],
        }


def forecast_new_products(basis: Basis, products: pd.DataFrame, *, progress: Progress = silent) -> NewProducts:
    """Forecast `products` (see `app.read_new_products`) over the scenario's weeks.

    InputError, before anything is learnt and all at once, for categories without sales and products that are sold
    already.
    """
    history = basis.read(progress)
    _refuse_known(history.panel, products)
    demand = basis.learn(history, progress)
    return told_of(demand, products, seed=basis.seed, minor_per_major=basis.minor_per_major)


def told_of(demand: DemandForecast, products: pd.DataFrame, *, seed: int, minor_per_major: int) -> NewProducts:
    """The forecast of new products by what was learnt already."""
    panel, weeks = demand.panel, demand.response.weeks
    quiet = Offers.none(len(products), len(weeks))
    made = forecast_new(demand.fit, panel, products, starts=weeks, offers=quiet, rng=stream(seed, "new products"))
    units = made.units[["mean", "low", "high"]].to_numpy(dtype=np.float64).reshape(len(products), len(weeks), 3)
    new = described(products, panel)
    return NewProducts(
        weeks=weeks,
        products=tuple(
            NewProduct(
                sku=str(row[c.SKU]),
                name=str(row[c.NAME]) if pd.notna(row[c.NAME]) else str(row[c.SKU]),
                category=str(row[c.CATEGORY]),
                price=float(row[c.REGULAR_PRICE]) / minor_per_major,
                units=tuple(_estimate(*cell) for cell in units[i].tolist()),
                similar=_similar(panel, new, i, str(row[c.CATEGORY]), minor_per_major=minor_per_major),
            )
            for i, (_, row) in enumerate(products.iterrows())
        ),
        n_learnt_from=made.levels.n_products,
        coverage=made.levels.coverage,
    )


def _estimate(mean: float, low: float, high: float) -> Estimate:
    return Estimate(mean, low, high, LEVEL, "attributes, products left out")


def _refuse_known(panel: Panel, products: pd.DataFrame) -> None:
    """What `forecast_new` would refuse too, but only after everything is learnt."""
    sold = {panel.categories[k] for k in panel.category_of}
    problems = [
        str(InputError.unknown("category with sales", name, sold))
        for name in sorted(set(products[c.CATEGORY].astype(str)) - sold)
    ]
    problems += [
        f"{sku!r} has sold before; it is forecast from its own sales, take it out of the file"
        for sku in products[c.SKU].astype(str)
        if sku in panel.skus
    ]
    if problems:
        raise InputError(*problems)


def _similar(panel: Panel, new: Attributes, i: int, category: str, *, minor_per_major: int) -> tuple[Similar, ...]:
    """Settled products of the category that share most names with the new one; of equals, the nearest in price."""
    rows = settled(panel)
    rows = rows[panel.category_of[rows] == panel.categories.index(category)]
    own = described(_priced(panel), panel)
    shared = {int(row): [name for name in new.labels[i] if name in own.labels[row]] for row in rows}
    apart = np.abs(own.numbers[:, [0, 2]] - new.numbers[i, [0, 2]]).sum(axis=1)  # price, and size of the pack
    nearest: Sequence[int] = sorted(shared, key=lambda row: (-len(shared[row]), apart[row]))[:N_SIMILAR]
    return tuple(
        Similar(
            panel.skus[row],
            str(panel.products[c.NAME].iloc[row]),
            sells=float(panel.units[row, panel.is_active[row]][-RECENT_WEEKS:].mean()),
            price=float(panel.price[row, -1]) / minor_per_major,
            # A brand counts twice, alone and in its category, but is told once.
            shared=tuple(dict.fromkeys(name.removesuffix(f" in {category}") for name in shared[row])),
        )
        for row in nearest
    )


def _priced(panel: Panel) -> pd.DataFrame:
    category = pd.Series([panel.categories[k] for k in panel.category_of], index=panel.products.index)
    price = pd.Series(panel.price[:, -1], index=panel.products.index)
    return panel.products.assign(**{c.CATEGORY: category, c.REGULAR_PRICE: price})
