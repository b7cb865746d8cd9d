"""How many promotions there is room for: per category, vehicle, brand, shop and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import at_most, over_all, per_week, pick
from dealwright.plan.constraints.products import EVERYTHING, Products, shown_weeks, week_flags
from dealwright.plan.constraints.protocol import Flags, ForbidsNothing, Rows
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.words import ALL

VEHICLES = ("display", "mailer")


@dataclass(frozen=True, slots=True)
class SlotsPerCategory(ForbidsNothing):
    """At most `limit` promotions per category and week."""

    limit: int

    code: ClassVar[str] = "slots_per_category"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per category and week."""
        picked = pick(problem)
        labels = [f"{category}, week of {week}" for category in problem.categories for week in problem.weeks]
        row = problem.category_of[picked.product] * problem.shape[1] + picked.week
        return at_most(labels, row, picked.flat, self.limit)


@dataclass(frozen=True, slots=True)
class VehicleSlots(ForbidsNothing):
    """At most `limit` products on display (or in the mailer) in a week."""

    vehicle: str
    limit: int

    def __post_init__(self) -> None:
        known_vehicle(self.vehicle)

    @property
    def code(self) -> str:
        """One code per vehicle."""
        return f"{self.vehicle}_slots"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        every = np.ones(problem.shape[1], dtype=np.bool_)
        picked = pick(problem, offers=vehicle_flags(problem, self.vehicle))
        return per_week(problem, 1.0, picked=picked, weeks=every, high=float(self.limit))


@dataclass(frozen=True, slots=True)
class MostPromotions(ForbidsNothing):
    """At most `limit` promotions of some products: in each of the weeks, or in all of them together.

    `vehicle` counts only those on display (or in the mailer); no weeks means every week of the plan.
    """

    limit: int
    products: Products = EVERYTHING
    vehicle: str | None = None
    weeks: tuple[date, ...] = ()
    is_per_week: bool = True

    def __post_init__(self) -> None:
        if self.vehicle is not None:
            known_vehicle(self.vehicle)

    @property
    def code(self) -> str:
        """Whether each week counts on its own."""
        return "most_promotions" if self.is_per_week else "most_promotions_in_all"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {
            "limit": self.limit,
            "products": self.products.name,
            "vehicle": self.vehicle or ALL,
            "weeks": shown_weeks(self.weeks),
        }

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week, or one."""
        weeks = week_flags(problem, self.weeks)
        offers = vehicle_flags(problem, self.vehicle) if self.vehicle else None
        picked = pick(problem, products=self.products.flags(problem), weeks=weeks, offers=offers)
        if self.is_per_week:
            return per_week(problem, 1.0, picked=picked, weeks=weeks, high=float(self.limit))
        return over_all(picked, 1.0, high=float(self.limit))


def known_vehicle(name: str) -> None:
    """InputError with the nearest name if no vehicle is called so."""
    if name not in VEHICLES:
        raise InputError.unknown("vehicle", name, VEHICLES)


def vehicle_flags(problem: PlanningProblem, vehicle: str) -> Flags:
    """The offers that use the vehicle, (K,)."""
    return np.array(
        [offer.on_display if vehicle == "display" else offer.in_mailer for offer in problem.offers], dtype=np.bool_
    )
