"""How units of one product are shared out over the stores, by what each is likely to sell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.ports import Tables
from dealwright.app.supply.stock_situation import Situation
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.core.period import WEEK
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.supply.allocate import allocate

Floats = NDArray[np.float64]

SHARE_WEEKS = 26
"""Weeks of sales that tell how much of a product each store sells."""
UNSEEN = 0.5
"""Units that a store is held to have sold beside those it did, so that no share is certain."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Units to share out: at least `minimum` on each shelf, in whole packs, to last the first `n_weeks` weeks."""

    sku: str
    units: int
    n_weeks: int = 1
    minimum: int = 0
    pack: int | None = None


@dataclass(frozen=True, slots=True)
class StoreAllocation:
    """Units by store: store_id, on_hand, units sent, sold with bounds of all that is then there, and what one more
    pack would sell. `kept` stay in the pool; `value` is the margin that sending brings, in major units.
    """

    sku: str
    name: str
    table: pd.DataFrame
    kept: int
    value: Estimate
    n_counted: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "sku": self.sku,
            "name": self.name,
            "stores": [plain_row(row) for row in self.table.to_dict("records")],
            "kept": self.kept,
            "value": plain_estimate(self.value),
            "n_counted": self.n_counted,
        }


def allocate_stock(situation: Situation, pool: Pool, tables: Tables, *, seed: int) -> StoreAllocation:
    """Each pack goes where it sells most; InputError for an unknown product or sales that name no store."""
    s = situation
    if pool.sku not in s.skus:
        raise InputError.unknown("forecast product", pool.sku, s.skus)
    n_weeks = s.wanted.shape[2]
    if not 1 <= pool.n_weeks <= n_weeks:
        raise InputError(f"{pool.n_weeks} weeks are to be served and {n_weeks} are forecast; give 1 to {n_weeks}")
    i = s.skus.index(pool.sku)
    sold = _sold_by_store(s, pool.sku, tables)
    stores = sorted(sold)
    on_hand = _counted_by_store(pool.sku, tables)
    total = s.wanted[:, i, : pool.n_weeks].sum(axis=1)
    pack = pool.pack or int(s.terms.of_products("pack", [pool.sku])[0])
    split = allocate(
        pool.units,
        _split(total, np.array([sold[store] for store in stores]), stream(seed, "stores", pool.sku)),
        unit_margin=float(s.plan.price[i, 0] - s.plan.economics.unit_cost[i]) / 10 ** exponent(s.currency),
        on_hand=[on_hand.get(store, 0) for store in stores],
        minimum=pool.minimum,
        pack=pack,
    )
    table = split.to_frame(stores)
    table.insert(1, "on_hand", [on_hand.get(store, 0) for store in stores])
    table = table.sort_values([c.UNITS, c.STORE], ascending=[False, True], ignore_index=True)
    return StoreAllocation(pool.sku, s.names[i], table, split.kept, split.value, len(on_hand))


def _split(total: Floats, sold: Floats, rng: np.random.Generator) -> Floats:
    """Units asked for in each store, (D, m), in every draw of what the chain sells."""
    shares = rng.dirichlet(sold + UNSEEN, len(total))
    return np.asarray(rng.multinomial(total.astype(np.int64), shares), dtype=np.float64)


def _sold_by_store(s: Situation, sku: str, tables: Tables) -> Mapping[str, float]:
    sales = tables.table("sales")
    since = datetime.combine(s.demand.panel.starts[-1] + WEEK - timedelta(weeks=SHARE_WEEKS), time())
    own = sales.filter((sales[c.SKU] == sku) & (sales[c.SOLD_AT] >= since) & sales[c.STORE].notnull())
    rows = own.group_by(c.STORE).agg(**{c.UNITS: own[c.QUANTITY].sum()}).to_pandas()
    if rows.empty:
        raise InputError(
            f"the sales of {sku} in the last {SHARE_WEEKS} weeks name no store, so nobody knows where it sells; "
            "import sales with the column 'store_id'"
        )
    return {str(store): max(float(units), 0.0) for store, units in zip(rows[c.STORE], rows[c.UNITS], strict=True)}


def _counted_by_store(sku: str, tables: Tables) -> Mapping[str, int]:
    """The latest count of each store; empty where none is counted by store."""
    if not tables.has("stock"):
        return {}
    stock = tables.table("stock")
    own = stock.filter((stock[c.SKU] == sku) & stock[c.STORE].notnull())
    newest = ibis.window(group_by=c.STORE, order_by=ibis.desc(own[c.COUNTED_ON]))
    last = own.mutate(rank=ibis.row_number().over(newest))
    rows = last.filter(last["rank"] == 0).select(c.STORE, c.UNITS).to_pandas()
    return {str(store): int(units) for store, units in zip(rows[c.STORE], rows[c.UNITS], strict=True)}
