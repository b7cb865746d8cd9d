"""What promotions may cost: the shop, and its suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from dealwright.plan.constraints.building import Picked, over_all, per_week, pick
from dealwright.plan.constraints.products import EVERYTHING, Products, shown_weeks, week_flags
from dealwright.plan.constraints.protocol import Floats, ForbidsNothing, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Budget(ForbidsNothing):
    """What the shop gives and its support are expected to cost no more than `limit_minor`.

    With a limit of nothing only what costs nothing is left. Of some products or all, in some weeks or all, together
    or in each week.
    """

    limit_minor: int
    shown: str
    products: Products = EVERYTHING
    weeks: tuple[date, ...] = ()
    is_per_week: bool = False

    @property
    def code(self) -> str:
        """Whether each week has its own."""
        return "budget_per_week" if self.is_per_week else "budget"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.shown, "products": self.products.name, "weeks": shown_weeks(self.weeks)}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One over the weeks, or one per week."""
        weeks = week_flags(problem, self.weeks)
        picked = pick(problem, products=self.products.flags(problem), weeks=weeks)
        spend, high = problem.spend.ravel()[picked.flat], float(self.limit_minor)
        if self.is_per_week:
            return per_week(problem, spend, picked=picked, weeks=weeks, high=high)
        return over_all(picked, spend, high=high)


@dataclass(frozen=True, slots=True, eq=False)
class SupplierFunding(ForbidsNothing):
    """What suppliers are expected to pay of the discounts stays within their pot.

    `units` (n, T, K) are the expected sales of a product under each offer.
    """

    limit_minor: int
    shown: str
    units: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "supplier_funding"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.shown, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One over the whole plan."""
        picked = pick(problem, products=self.products.flags(problem))
        return over_all(picked, self._funded(problem, picked), high=float(self.limit_minor))

    def _funded(self, problem: PlanningProblem, picked: Picked) -> Floats:
        e = problem.economics
        per_unit = (e.price * e.funded_share)[:, None] * problem.terms.discount_share
        funded: Floats = per_unit[picked.product, picked.offer] * self.units.ravel()[picked.flat]
        return funded
