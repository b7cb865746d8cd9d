"""How often a product is promoted: how many weeks, how far apart, in events of what length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import at_most, per_week, pick, week_patterns
from dealwright.plan.constraints.products import EVERYTHING, Products, known
from dealwright.plan.constraints.protocol import Floats, ForbidsNothing, Rows
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.words import ALL


@dataclass(frozen=True, slots=True)
class MostPerProduct(ForbidsNothing):
    """At most `limit` promoted weeks of a product over the horizon."""

    limit: int
    products: Products = EVERYTHING

    code: ClassVar[str] = "most_per_product"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per product."""
        meant = self.products.flags(problem)
        picked = pick(problem, products=meant)
        labels = [sku for sku, is_meant in zip(problem.skus, meant, strict=True) if is_meant]
        return at_most(labels, (np.cumsum(meant) - 1)[picked.product], picked.flat, self.limit)


@dataclass(frozen=True, slots=True)
class Gap(ForbidsNothing):
    """At least `weeks` clear weeks between two promotions of a product.

    The response remembers one week, so 1 is the least; only an `EventLength` lets promoted weeks follow one
    another, and `EventGap` then says how far apart events are.
    """

    weeks: int
    products: Products = EVERYTHING

    def __post_init__(self) -> None:
        if self.weeks < 1:
            raise InputError(
                f"min_gap_weeks is {self.weeks}; at least 1 is needed, because a promotion takes sales from the "
                "week after it and that week must be free to show them; give event_length if a promotion may last "
                "several weeks"
            )

    code: ClassVar[str] = "gap"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"weeks": self.weeks, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per product and window of weeks."""
        windows = _windows(problem.shape[1], self.weeks + 1)
        return week_patterns(problem, np.flatnonzero(self.products.flags(problem)), windows, 1.0)


@dataclass(frozen=True, slots=True)
class EventLength(ForbidsNothing):
    """Promoted weeks that follow one another are one event, `least` to `most` weeks long.

    An event begins and ends within the plan. The problem adds the values of its weeks as if each stood alone: what
    a week takes from the next is charged, but that the next sells it at the promoted price is not seen.
    """

    least: int
    most: int
    products: Products = EVERYTHING

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise InputError(
                f"an event of {self.least} to {self.most} weeks cannot be; give 1 <= least <= most, like 1 and 2"
            )

    code: ClassVar[str] = "event_length"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"least": self.least, "most": self.most, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """Per product: one per window too long, and one per week after a start that must go on."""
        n_weeks = problem.shape[1]
        products = np.flatnonzero(self.products.flags(problem))
        too_long = _windows(n_weeks, self.most + 1) if self.most < n_weeks else np.empty((0, n_weeks))
        goes_on = [
            _pattern(n_weeks, {start: 1.0, start - 1: -1.0, start + more: -1.0})
            for start in range(n_weeks)
            for more in range(1, self.least)
        ]
        patterns = np.vstack([too_long, *goes_on])
        high = np.repeat([float(self.most), 0.0], [len(too_long), len(goes_on)])
        return week_patterns(problem, products, patterns, high)


@dataclass(frozen=True, slots=True)
class EventGap(ForbidsNothing):
    """At least `weeks` clear weeks between two events of a product (an event is a run of promoted weeks)."""

    weeks: int
    products: Products = EVERYTHING

    code: ClassVar[str] = "event_gap"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"weeks": self.weeks, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """Two promoted weeks too close are allowed only if a week between them is promoted too."""
        n_weeks = problem.shape[1]
        patterns = [
            _pattern(
                n_weeks, {first: 1.0, first + apart: 1.0} | dict.fromkeys(range(first + 1, first + apart), -1.0)
            )
            for apart in range(2, self.weeks + 1)
            for first in range(n_weeks - apart)
        ]
        stacked = np.array(patterns).reshape(len(patterns), n_weeks)
        return week_patterns(problem, np.flatnonzero(self.products.flags(problem)), stacked, 1.0)


@dataclass(frozen=True, slots=True)
class LeastPerWeek(ForbidsNothing):
    """At least `least` promotions in every week, in one category or in all together."""

    least: int
    category: str | None = None

    code: ClassVar[str] = "least_per_week"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"least": self.least, "category": self.category or ALL}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        products = None
        if self.category is not None:
            known("category", (self.category,), problem.categories)
            products = problem.category_of == problem.categories.index(self.category)
        every = np.ones(problem.shape[1], dtype=np.bool_)
        return per_week(problem, 1.0, picked=pick(problem, products=products), weeks=every, low=float(self.least))


def _windows(n_weeks: int, span: int) -> Floats:
    """Each run of `span` weeks (or all of them, if they are fewer) as a pattern of ones, (P, T)."""
    if n_weeks < 2:
        return np.empty((0, n_weeks))
    span = min(span, n_weeks)
    first = np.arange(n_weeks - span + 1)[:, None]
    week = np.arange(n_weeks)[None, :]
    return ((week >= first) & (week < first + span)).astype(np.float64)


def _pattern(n_weeks: int, coefficients: dict[int, float]) -> Floats:
    """One pattern (T,); weeks before or after the plan have no promotion and fall away."""
    pattern = np.zeros(n_weeks)
    for week, coefficient in coefficients.items():
        if 0 <= week < n_weeks:
            pattern[week] += coefficient
    return pattern
