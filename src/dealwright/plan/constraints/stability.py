"""How much may change: from one week to the next, and against the plan that was approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.agreed import Keep, places
from dealwright.plan.constraints.building import cuts, pick, promotes, shelf_price
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import ForbidsNothing, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class LargestPriceChange(ForbidsNothing):
    """From one week to the next a price changes by at most `share` of the usual price.

    The first week starts from the usual price.
    """

    share: float
    products: Products = EVERYTHING

    def __post_init__(self) -> None:
        if self.share <= 0:
            raise InputError(f"a largest price change of {self.share:.0%} allows none; give a share above 0")

    code: ClassVar[str] = "largest_price_change"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.0%}", "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per product and week: this week's cut less the last one's."""
        meant = self.products.flags(problem)
        n_weeks = problem.shape[1]
        picked = pick(problem, products=meant, offers=cuts(problem))
        cut = (problem.economics.price[:, None] - shelf_price(problem))[picked.product, picked.offer]
        row = (np.cumsum(meant) - 1)[picked.product] * n_weeks + picked.week
        has_next = picked.week < n_weeks - 1
        most = self.share * problem.economics.price[meant] + 1e-6
        return Rows.of(
            [
                f"{sku}, week of {week}"
                for sku, is_meant in zip(problem.skus, meant, strict=True)
                if is_meant
                for week in problem.weeks
            ],
            row=np.concatenate([row, row[has_next] + 1]),
            cells=np.concatenate([picked.flat, picked.flat[has_next]]),
            weights=np.concatenate([cut, -cut[has_next]]),
            low=-np.repeat(most, n_weeks),
            high=np.repeat(most, n_weeks),
        )


@dataclass(frozen=True, slots=True)
class MostPriceChanges(ForbidsNothing):
    """At most `limit` price labels change in a week: of promotions that begin, and of those that end.

    A promotion that goes on into the next week counts as if it ended and began, so that with events of several
    weeks the limit is on the safe side.
    """

    limit: int
    products: Products = EVERYTHING

    code: ClassVar[str] = "most_price_changes"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit, "products": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week: price cuts of this week and of the last."""
        n_weeks = problem.shape[1]
        picked = pick(problem, products=self.products.flags(problem), offers=cuts(problem))
        has_next = picked.week < n_weeks - 1
        return Rows.of(
            [f"week of {week}" for week in problem.weeks],
            row=np.concatenate([picked.week, picked.week[has_next] + 1]),
            cells=np.concatenate([picked.flat, picked.flat[has_next]]),
            high=float(self.limit),
        )


@dataclass(frozen=True, slots=True)
class MostChanged(ForbidsNothing):
    """At most `limit` products and weeks differ from the `approved` plan.

    `approved` are its promotions; what it does not name had none. Its products and weeks that are not planned any
    more do not count, nor do weeks after its `last` (None: it reaches as far as this plan). As `Soft`, each change
    costs the penalty.
    """

    approved: tuple[Keep, ...]
    limit: int
    last: date | None = None

    code: ClassVar[str] = "most_changed"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One: promotions where there was none, and approved ones that are not kept."""
        skus, last = set(problem.skus), problem.weeks[-1]
        kept = [keep for keep in self.approved if keep.sku in skus and problem.weeks[0] <= keep.week <= last]
        i, t, k = places(problem, kept)
        _, n_weeks, n_offers = problem.shape
        is_run = promotes(problem)[k]
        i, t, k = i[is_run], t[is_run], k[is_run]
        picked = pick(problem)
        had_one = np.zeros(problem.shape[:2], dtype=np.bool_)
        had_one[i, t] = True
        is_judged = np.array([self.last is None or week <= self.last for week in problem.weeks])
        new = picked.flat[~had_one[picked.product, picked.week] & is_judged[picked.week]]
        same = (i * n_weeks + t) * n_offers + k
        return Rows.of(
            ["all weeks"],
            row=np.zeros(len(new) + len(same), dtype=np.int64),
            cells=np.concatenate([new, same]),
            weights=np.repeat([1.0, -1.0], [len(new), len(same)]),
            high=float(self.limit - len(same)),
        )
