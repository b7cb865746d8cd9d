"""Which offers may be used at all: what the data speak about, and the depths a product is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dealwright.plan.constraints.building import cuts, everywhere
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import Flags, NoRows
from dealwright.plan.constraints.slots import vehicle_flags
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class NotBeyondData(NoRows):
    """No depth felt deeper, and no display or mailer, than sales of the category ever showed; no product whose
    response has the wrong sign.
    """

    greatest_depth: tuple[float, ...]
    display_seen: tuple[bool, ...]
    mailer_seen: tuple[bool, ...]
    wrong_sign: frozenset[str]

    code: ClassVar[str] = "not_beyond_data"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """What was never seen."""
        felt = problem.terms.felt_depth
        too_deep = felt > np.array(self.greatest_depth)[:, None] + 1e-9
        unseen = (vehicle_flags(problem, "display") & ~np.array(self.display_seen)[:, None]) | (
            vehicle_flags(problem, "mailer") & ~np.array(self.mailer_seen)[:, None]
        )
        wrong = np.array([sku in self.wrong_sign for sku in problem.skus])[:, None] & (felt > 0)
        return everywhere(problem, too_deep | unseen | wrong)


@dataclass(frozen=True, slots=True)
class DepthLadder(NoRows):
    """Some products are cut by these depths only (as announced, before prices are rounded to their ending)."""

    depths: tuple[float, ...]
    products: Products = EVERYTHING

    code: ClassVar[str] = "depth_ladder"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        shown = ", ".join(f"{depth:.0%}" for depth in sorted(self.depths)) or "0%"
        return {"depths": shown, "products": self.products.name}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Every other depth."""
        announced = np.where(cuts(problem), problem.terms.announced_depth, 0.0)
        steps = np.array([0.0, *self.depths])
        is_off = np.abs(announced[:, :, None] - steps).min(axis=2) > 1e-9
        return everywhere(problem, self.products.flags(problem)[:, None] & is_off)


@dataclass(frozen=True, slots=True)
class OnlySuited(NoRows):
    """A mechanic runs only on products that it is meant for and that it suits."""

    code: ClassVar[str] = "only_suited"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Every other product's."""
        return everywhere(problem, ~problem.terms.is_possible)
