"""What there is to sell and to handle: stock, sell-through, and units that pass through the shop's hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dealwright.plan.constraints.building import per_week, pick
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import Flags, Floats, ForbidsNothing, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class StockLimit(ForbidsNothing):
    """Expected sales of a product over the plan stay within `available` units: its stock and what arrives.

    `available` (n,), NaN where it is not known: such products are free. Where the stock does not even last
    without promotion, none may raise sales further. `units` (n, T, K) are the expected sales under each offer,
    the first of which is no promotion.
    """

    available: Floats
    units: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "stock_limit"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per product."""
        counts = self.products.flags(problem) & np.isfinite(self.available)
        return _over_plan(problem, counts, self.units, high=np.maximum(self.available - _usual(self.units), 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class SellThrough(ForbidsNothing):
    """Expected sales of a product over the plan are at least `share` of its `stock` (n,), NaN where not known."""

    share: float
    stock: Floats
    units: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "sell_through"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.0%}", "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per product."""
        counts = self.products.flags(problem) & np.isfinite(self.stock)
        return _over_plan(problem, counts, self.units, low=self.share * self.stock - _usual(self.units))


@dataclass(frozen=True, slots=True, eq=False)
class Handling(ForbidsNothing):
    """At most so many units are expected to be sold on promotion in a week: what shelves and staff can move."""

    limit: int
    units: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "handling"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        picked = pick(problem, products=self.products.flags(problem))
        every = np.ones(problem.shape[1], dtype=np.bool_)
        units = self.units.ravel()[picked.flat]
        return per_week(problem, units, picked=picked, weeks=every, high=float(self.limit))


def _usual(units: Floats) -> Floats:
    """Sales over the plan without promotion, (n,)."""
    return np.asarray(units[:, :, 0].sum(axis=1))


def _over_plan(
    problem: PlanningProblem, counts: Flags, units: Floats, *, low: Floats | None = None, high: Floats | None = None
) -> Rows:
    """One row per product that counts: what its promotions change of its sales."""
    picked = pick(problem, products=counts)
    labels = [sku for sku, is_counted in zip(problem.skus, counts, strict=True) if is_counted]
    return Rows.of(
        labels,
        row=(np.cumsum(counts) - 1)[picked.product],
        cells=picked.flat,
        weights=(units - units[:, :, :1]).ravel()[picked.flat],
        low=-np.inf if low is None else low[counts],
        high=np.inf if high is None else high[counts],
    )
