"""What limits need to know of the shop: whose product is whose, what rivals charge, what is in stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Tables
from dealwright.app.shop.which_products import known, which_products
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.response import DemandResponse
from dealwright.plan.constraints import Keep, Products, lowest_price_before
from dealwright.plan.problem import OfferResponse, PlanningProblem
from dealwright.plan.scenario.rules import RuleOfSome
from dealwright.supply.counts import latest_counts

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The shop behind a planning problem.

    `approved` are the promotions of the plan that runs already, if any, and `last_approved` is its last week (None:
    it reaches as far as this problem).
    """

    problem: PlanningProblem
    offers: OfferResponse
    demand: DemandResponse
    panel: Panel
    tables: Tables
    currency: str
    approved: tuple[Keep, ...] = ()
    last_approved: date | None = None

    @property
    def units(self) -> Floats:
        """Expected sales of a product under each offer, when it runs alone, (n, T, K)."""
        r = self.offers
        uplift = np.einsum("dnt,dnk->ntk", r.baseline, r.gain) / r.baseline.shape[0]
        return np.asarray(r.baseline.mean(axis=0)[:, :, None] + uplift)

    def sku(self, name: str) -> str:
        """The product's number; InputError with the nearest if it is not planned."""
        if name not in self.problem.skus:
            raise InputError.unknown("planned product", name, self.problem.skus)
        return name

    def skus(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The products' numbers, all mistakes told at once."""
        return known("planned product", names, self.problem.skus)

    def categories(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The categories, all mistakes told at once."""
        return known("planned category", names, self.problem.categories)

    def products(self, rule: RuleOfSome) -> Products:
        """The planned products that any name of the rule means."""
        if not rule.names:
            return Products()
        meant = which_products(rule, self.panel)
        return Products(", ".join(rule.names), tuple(np.array(self.problem.skus, dtype=object)[meant].tolist()))

    def competitor_price(self, competitor: str | None) -> Floats:
        """What a competitor asks when the plan begins (None: the lowest of all), minor units, (n,).

        NaN where nobody looked.
        """
        frame = self._competitor_prices()
        if competitor is not None:
            known("competitor in the table 'prices'", (competitor,), sorted(set(frame[c.COMPETITOR])))
            frame = frame[frame[c.COMPETITOR] == competitor]
        newest = frame.sort_values(c.STARTS_ON).drop_duplicates([c.SKU, c.COMPETITOR], keep="last")
        lowest = newest.groupby(c.SKU)[c.REGULAR_PRICE].min().reindex(list(self.problem.skus))
        return np.asarray(lowest, dtype=np.float64)

    def stock(self) -> Floats:
        """Units on the shelf at the last count, (n,); NaN where nobody counted."""
        if not self.tables.has("stock"):
            raise InputError(
                "needs the table 'stock', which this shop has not; import counts, or leave the limit out"
            )
        counts = latest_counts(self.tables.table("stock")).to_pandas().set_index(c.SKU)[c.UNITS]
        return np.asarray(counts.reindex(list(self.problem.skus)), dtype=np.float64)

    def lowest_before(self, days: int) -> Floats:
        """The lowest price of the past within `days` before each week, minor units, (n, T).

        NaN where none is known: a week without a sale shows no price.
        """
        panel = self.panel
        paid = np.where(panel.is_depth_known, np.round(panel.price * (1.0 - panel.depth)), np.nan)
        return lowest_price_before(paid, panel.starts, self.problem.weeks, days=days, period_days=panel.period_days)

    def _competitor_prices(self) -> pd.DataFrame:
        if not self.tables.has("prices"):
            raise InputError("needs competitors' prices; import the table 'prices' with the column 'competitor'")
        rows = self.tables.table("prices")
        wanted = rows[c.COMPETITOR].notnull() & rows[c.SKU].isin(list(self.problem.skus))
        rows = rows.filter(wanted & (rows[c.STARTS_ON] <= self.problem.weeks[0]) & (rows[c.REGULAR_PRICE] > 0))
        frame: pd.DataFrame = rows.select(c.SKU, c.COMPETITOR, c.STARTS_ON, c.REGULAR_PRICE).to_pandas()
        if frame.empty:
            raise InputError("no planned product has a competitor's price in the table 'prices'; import some")
        return frame
