"""Products whose promotions depend on one another: the same, never both, only with, all or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import product_patterns, promotes
from dealwright.plan.constraints.products import Products, place_of
from dealwright.plan.constraints.protocol import Flags, ForbidsNothing, Rows
from dealwright.plan.mechanics import Mechanic
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class SameOffer(ForbidsNothing):
    """A family (flavours, sizes, colours) moves together: in every week all have the same offer."""

    products: Products

    code: ClassVar[str] = "same_offer"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per further member, week and offer: it has the offer exactly if the first member has."""
        return _alike(problem, self.products, promotes(problem))


@dataclass(frozen=True, slots=True)
class Bundled(ForbidsNothing):
    """What is sold together runs together: all products of a bundle have it in a week, shown alike, or none."""

    products: Products
    mechanic: Mechanic

    code: ClassVar[str] = "bundled"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per further product, week and way to show the bundle."""
        is_bundle = np.array([offer.mechanic == self.mechanic for offer in problem.offers], dtype=np.bool_)
        return _alike(problem, self.products, is_bundle)


@dataclass(frozen=True, slots=True)
class NeverTogether(ForbidsNothing):
    """At most one of the products is promoted in a week."""

    products: Products

    code: ClassVar[str] = "never_together"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        places = np.flatnonzero(self.products.flags(problem)).tolist()
        every = np.ones(problem.shape[1], dtype=np.bool_)
        pattern = [(i, 1.0) for i in places]
        return product_patterns(problem, [pattern], [self.products.name], weeks=every, high=1.0)


@dataclass(frozen=True, slots=True)
class OnlyTogether(ForbidsNothing):
    """`sku` is promoted only in weeks in which `only_with` is promoted too."""

    sku: str
    only_with: str

    def __post_init__(self) -> None:
        if self.sku == self.only_with:
            raise InputError(f"{self.sku!r} is always together with itself; name two products")

    code: ClassVar[str] = "only_together"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"sku": self.sku, "only_with": self.only_with}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per week."""
        pattern = [(place_of(problem, self.sku), 1.0), (place_of(problem, self.only_with), -1.0)]
        every = np.ones(problem.shape[1], dtype=np.bool_)
        return product_patterns(problem, [pattern], [self.sku], weeks=every, high=0.0)


@dataclass(frozen=True, slots=True)
class AllOrNothing(ForbidsNothing):
    """In every week either all of the products are promoted, each with an offer of its own, or none."""

    products: Products

    code: ClassVar[str] = "all_or_nothing"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": self.products.name}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per further member and week: it is promoted exactly if the first is."""
        first, *others = np.flatnonzero(self.products.flags(problem)).tolist()
        patterns = [[(i, 1.0), (first, -1.0)] for i in others]
        every = np.ones(problem.shape[1], dtype=np.bool_)
        return product_patterns(
            problem, patterns, [problem.skus[i] for i in others], weeks=every, low=0.0, high=0.0
        )


def _alike(problem: PlanningProblem, products: Products, offers: Flags) -> Rows:
    """Each further product has each of the `offers` (K,) in a week exactly if the first has."""
    places = np.flatnonzero(products.flags(problem))
    first, others = places[0], places[1:]
    _, n_weeks, n_offers = problem.shape
    k = np.flatnonzero(offers)
    within = (np.arange(n_weeks)[:, None] * n_offers + k[None, :]).ravel()
    cells = others[:, None] * n_weeks * n_offers + within[None, :]
    same = np.broadcast_to(first * n_weeks * n_offers + within[None, :], cells.shape)
    row = np.arange(cells.size)
    return Rows.of(
        [
            f"{problem.skus[i]}, week of {week}"
            for i in others.tolist()
            for week in problem.weeks
            for _ in range(len(k))
        ],
        row=np.concatenate([row, row]),
        cells=np.concatenate([cells.ravel(), same.ravel()]),
        weights=np.repeat([1.0, -1.0], cells.size),
        low=0.0,
        high=0.0,
    )
