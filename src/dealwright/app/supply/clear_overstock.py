"""Which products have more stock than they will sell by a date, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_row
from dealwright.app.plan.demand_at_prices import PricedDemand
from dealwright.app.ports import Tables
from dealwright.app.supply.stock_situation import Situation
from dealwright.app.supply.supply_terms import minor
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.core.period import WEEK
from dealwright.data import columns as c
from dealwright.supply.counts import latest_counts
from dealwright.supply.overstock import Remedy, Shelf, choose_remedies
from dealwright.supply.remedies import MarkDown, Recommend, Return

Floats = NDArray[np.float64]

LEAST_LEFT = 1.0
"""Expected units left from which a product counts as overstocked."""


@dataclass(frozen=True, slots=True)
class Overstock:
    """What to do with each overstocked product; `n_uncounted` others are not judged: their stock is not counted.

    `table` has a row for each, most money first: sku, name, on_hand, `left` at the date with bounds, action, words,
    units it moves, `value` over selling on with bounds (major units), chance that it brings more, reason.
    """

    until: date
    table: pd.DataFrame
    n_uncounted: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "until": str(self.until),
            "products": [plain_row(row) for row in self.table.to_dict("records")],
            "n_uncounted": self.n_uncounted,
        }


def clear_overstock(
    situation: Situation,
    tables: Tables,
    *,
    by: date,
    depths: tuple[float, ...],
    display_cost_minor: float,
    products: NDArray[np.bool_] | None = None,
) -> Overstock:
    """The remedy of the most expected value for each product, against selling on at the planned prices.

    `products` (n,) are looked at, None: all. InputError if no stock is counted or the date lies outside the weeks.
    """
    s, n_weeks = situation, weeks_until(situation.demand.response.weeks, by)
    counts = counted(tables, s.skus)
    asked = np.isfinite(counts) if products is None else np.isfinite(counts) & products
    if not asked.any():
        raise InputError("no product that was asked for has a count in the table 'stock'; import counts of them")
    rows = np.flatnonzero(asked)
    economics, priced = s.plan.economics, PricedDemand.of(s.demand, s.plan, s.wanted, n_weeks=n_weeks)
    price = s.plan.price[rows, :n_weeks].mean(axis=1)
    shelf = Shelf.of(
        s.wanted[:, rows, :n_weeks],
        on_hand=counts[rows],
        price=price,
        salvage=np.minimum(s.terms.salvage_share * economics.unit_cost[rows], price),
        holding=s.holding[rows],
    )
    label = minor(s.terms.label_cost, s.currency)
    remedies: list[Remedy] = [MarkDown(depth, priced.at_depth(depth)[:, rows], cost=label) for depth in depths]
    remedies.append(Recommend(priced.display_lift()[:, rows], cost=display_cost_minor * n_weeks))
    if s.terms.return_credit_share is not None:
        remedies.append(Return(s.terms.return_credit_share * economics.unit_cost[rows]))
    skus = [s.skus[i] for i in rows]
    advised = choose_remedies(shelf, remedies).to_frame(skus)
    table = shelf.excess_frame(skus).merge(advised, on=c.SKU)
    table.insert(1, c.NAME, [s.names[i] for i in rows])
    per_major = 10 ** exponent(s.currency)
    table[["value", "low", "high"]] /= per_major
    table = table[table["left"] >= LEAST_LEFT].sort_values(["value", c.SKU], ascending=[False, True])
    return Overstock(by, table.reset_index(drop=True), int((~np.isfinite(counts)).sum()))


def weeks_until(weeks: tuple[date, ...], by: date) -> int:
    """How many of the forecast weeks have begun by a day; InputError if it lies outside of them."""
    last = weeks[-1] + WEEK
    if not weeks[0] < by <= last:
        raise InputError(
            f"the date {by} is not within the forecast: it starts on {weeks[0]} and reaches to {last}; choose a "
            "day between, or set weeks in the scenario higher"
        )
    return int(-((weeks[0] - by) // WEEK))


def counted(tables: Tables, skus: list[str]) -> Floats:
    """Units at the last count, (n,), NaN where nobody counted; InputError if nothing is counted at all."""
    if not tables.has("stock"):
        raise InputError(
            "this needs counted stock, and the shop has none: what is assumed cannot be too much. Import counts: "
            "dealwright import stock COUNTS.csv (columns sku, counted_on, units)"
        )
    counts = latest_counts(tables.table("stock")).to_pandas().set_index(c.SKU)[c.UNITS]
    return np.asarray(pd.to_numeric(counts.reindex(skus)), dtype=np.float64)
