"""What promotions must leave: on a unit, and on a category or the whole plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dealwright.plan.constraints.building import everywhere, margin, over_all, paid_price, pick
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import Flags, Floats, ForbidsNothing, NoRows, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class MarginFloor(NoRows):
    """A promoted unit keeps at least `share` of the price paid (supplier funding counted)."""

    share: float
    products: Products = EVERYTHING

    code: ClassVar[str] = "margin_floor"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.0%}", "products": self.products.name}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Offers that leave less."""
        too_thin = margin(problem) < self.share * paid_price(problem) - 1e-9
        return everywhere(problem, too_thin & self.products.flags(problem)[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class MarginOver(ForbidsNothing):
    """All sales of some products over the plan keep at least `share` of what customers pay.

    Promoted and other weeks count, supplier funding too, support and what neighbours lose do not. `units`
    (n, T, K) are the expected sales of a product under each offer, the first of which is no promotion.
    """

    share: float
    units: Floats
    products: Products = EVERYTHING

    code: ClassVar[str] = "margin_over"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.1%}", "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One: what promotions change of margin - share * revenue takes no more than there is without them."""
        meant = self.products.flags(problem)
        per_unit = margin(problem) - self.share * paid_price(problem)
        beyond = per_unit[:, None, :] * self.units
        picked = pick(problem, products=meant)
        change = (beyond - beyond[:, :, :1]).ravel()[picked.flat]
        return over_all(picked, change, low=-float(beyond[meant, :, 0].sum()))
