"""Prices beside other prices: between sizes and brands of one's own, and beside a competitor's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import everywhere, per_week, pick, shelf_price
from dealwright.plan.constraints.products import EVERYTHING, Products, place_of
from dealwright.plan.constraints.protocol import Flags, Floats, ForbidsNothing, NoRows, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class PriceOrder(ForbidsNothing):
    """In every week a unit of `dearer` costs at least `ratio` times one of `cheaper` plus `gap_minor`.

    A large pack beside a small one, a brand beside the own label. Where the usual prices are closer than that
    already, promotions may not bring them closer still.
    """

    dearer: str
    cheaper: str
    gap_minor: int = 0
    ratio: float = 1.0
    shown: str = ""

    def __post_init__(self) -> None:
        if self.dearer == self.cheaper:
            raise InputError(f"{self.dearer!r} cannot be dearer than itself; name two products")
        if self.ratio <= 0:
            raise InputError(f"the ratio of two prices is above 0, not {self.ratio}")

    code: ClassVar[str] = "price_order"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        gap = self.shown or str(self.gap_minor)
        return {"dearer": self.dearer, "cheaper": self.cheaper, "gap": gap, "ratio": f"{self.ratio:g}"}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week: the difference of the two prices, which each offer changes."""
        a, b = place_of(problem, self.dearer), place_of(problem, self.cheaper)
        price = shelf_price(problem)
        picked = pick(problem, products=np.isin(np.arange(problem.shape[0]), [a, b]))
        change = (price - price[:, :1])[picked.product, picked.offer]
        weights = np.where(picked.product == a, change, -self.ratio * change)
        usual = float(price[a, 0] - self.ratio * price[b, 0])
        every = np.ones(problem.shape[1], dtype=np.bool_)
        low = min(float(self.gap_minor), usual) - usual
        return per_week(problem, weights, picked=picked, weeks=every, low=low)


@dataclass(frozen=True, slots=True, eq=False)
class CompetitorPrice(NoRows):
    """A promoted price is `least` to `most` times the competitor's.

    `competitor_price` (n,) minor units, NaN where nobody looked: such products are free.
    """

    competitor_price: Floats
    least: float | None = None
    most: float | None = None
    products: Products = EVERYTHING

    def __post_init__(self) -> None:
        if self.least is None and self.most is None:
            raise InputError("a limit beside a competitor's price needs at_least, at_most or both")

    @property
    def code(self) -> str:
        """Which side is limited."""
        sides = {"least": self.least, "most": self.most}
        return "competitor_price_" + "_".join(name for name, side in sides.items() if side is not None)

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        shown = {"least": self.least, "most": self.most}
        sides: dict[str, object] = {name: f"{side:.0%}" for name, side in shown.items() if side is not None}
        return {**sides, "products": self.products.name}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Price cuts outside; display and mailer at the usual price are free."""
        price, theirs = shelf_price(problem), self.competitor_price[:, None]
        # A comparison with NaN is false, so that products without a competitor's price are free.
        outside = np.zeros(price.shape, dtype=np.bool_)
        if self.least is not None:
            outside |= price < self.least * theirs - 1e-9
        if self.most is not None:
            outside |= price > self.most * theirs + 1e-9
        return everywhere(
            problem, outside & (problem.terms.shelf_depth > 0) & self.products.flags(problem)[:, None]
        )


@dataclass(frozen=True, slots=True, eq=False)
class CompetitorIndex(ForbidsNothing):
    """In every week the weighted mean of own price over the competitor's is at most `most`.

    `weights` (n,), say units sold; products without a competitor's price (NaN) do not count.
    """

    most: float
    weights: Floats
    competitor_price: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "competitor_index"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"most": f"{self.most:.0%}", "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        counts = self.products.flags(problem) & np.isfinite(self.competitor_price) & (self.weights > 0)
        every = np.ones(problem.shape[1], dtype=np.bool_)
        picked = pick(problem, products=counts)
        share = np.where(counts, self.weights, 0.0) / max(float(self.weights[counts].sum()), 1e-12)
        index = share[:, None] * shelf_price(problem) / np.where(counts, self.competitor_price, 1.0)[:, None]
        change = (index - index[:, :1])[picked.product, picked.offer]
        usual = float(index[:, 0].sum())
        return per_week(problem, change, picked=picked, weeks=every, high=self.most - usual)
