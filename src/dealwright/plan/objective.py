"""What a plan is to earn: profit, revenue, units, customers, clearance, or a weighted sum of them.

Every objective is a worth per unit: of a product's unit at the regular price, under each offer, and of the rest of
the category. All that promotions do is units won and lost, so that this is all the planner has to know; demand,
limits and solvers are the same for every objective.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

NAMES = ("profit", "revenue", "units", "customers", "clearance")
"""What can be earned, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What a worth is worked out from: n products, K offers, C categories.

    `terms` (n, K): what is given under each offer; `category_of` (n,); `shares` (n,) of the category.
    """

    economics: Economics
    terms: Terms
    category_of: Ints
    shares: Floats

    def paid(self) -> Floats:
        """What a customer pays for a unit under each offer, minor units, (n, K)."""
        return np.asarray(self.economics.price[:, None] * (1.0 - self.terms.discount_share))

    def rest_like(self, per_product: Floats) -> Floats:
        """The mean of the planned products of each category by share, for want of better about the rest; (C,)."""
        n_categories = len(self.economics.rest_margin)
        total, weight = (
            np.bincount(self.category_of, weights=values, minlength=n_categories)
            for values in (self.shares * per_product, self.shares)
        )
        return np.asarray(total / np.where(weight > 0, weight, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """What a unit counts for: at the regular price `regular` (n,), under each offer `offered` (n, K), of products
    outside the plan `rest` (C,); and how much of what displays and mailers cost is taken off, `support` (usually
    1 or 0).
    """

    regular: Floats
    offered: Floats
    rest: Floats
    support: float

    def __mul__(self, weight: float) -> Worth:
        """Every unit counts `weight` times as much."""
        return Worth(self.regular * weight, self.offered * weight, self.rest * weight, self.support * weight)

    def __add__(self, other: Worth) -> Worth:
        """A unit counts for both."""
        return Worth(
            self.regular + other.regular,
            self.offered + other.offered,
            self.rest + other.rest,
            self.support + other.support,
        )

    def given_up(self, shares: Floats, *, names: Sequence[str]) -> Floats:
        """What a product no longer loses per unit its category loses, because it is promoted itself, (n, K).

        InputError lists the products that are worth more promoted than not. For these, promotions together would
        be worth less than apart, and no solver's bound would hold: bounds rest on interactions never being
        negative.
        """
        less = self.regular[:, None] - self.offered
        scale = np.maximum(np.abs(self.regular), np.abs(self.offered).max(axis=1, initial=0.0))
        # Sums of worths may miss zero by rounding; anything more is meant.
        dearer = (less < -1e-9 * scale[:, None]).any(axis=1)
        if dearer.any():
            raise InputError(
                f"{dearer.sum()} of {len(names)} products are worth more per unit promoted than at the regular "
                f"price, {names[int(dearer.argmax())]!r} for one. If suppliers pay more than the discount, count "
                "the excess as a fixed sum, not per unit; if an objective has a negative weight, make it smaller"
            )
        return np.asarray(shares[:, None] * np.maximum(less, 0.0))

    def check(self, names: Sequence[str]) -> None:
        """InputError naming what is not a number, all at once."""
        bad = ~(np.isfinite(self.regular) & np.isfinite(self.offered).all(axis=1))
        mistakes = [
            f"what a unit of {name!r} is worth is not a number; check its price, its cost and its discounts"
            for name, is_bad in zip(names, bad, strict=True)
            if is_bad
        ]
        if not np.isfinite(self.rest).all():
            mistakes.append(
                "what a unit outside the plan is worth is not a number; check the rest of each category"
            )
        if not np.isfinite(self.support):
            mistakes.append(f"the share of support costs that counts is a number, not {self.support}")
        if mistakes:
            raise InputError(*mistakes)


class Objective(Protocol):
    """Something to earn."""

    @property
    def code(self) -> str:
        """Its name."""
        ...

    def worth(self, basis: Basis) -> Worth:
        """What a unit counts for."""
        ...


@dataclass(frozen=True, slots=True)
class Profit:
    """What is kept: price paid + supplier's part of the discount - goods - gifts, less support; minor units."""

    code: ClassVar[str] = "profit"

    def worth(self, basis: Basis) -> Worth:
        """Margins."""
        e = basis.economics
        offered = e.margin(basis.terms.discount_share, basis.terms.extra_minor)
        return Worth(e.regular_margin, offered, e.rest_margin, support=1.0)


@dataclass(frozen=True, slots=True)
class Revenue:
    """What customers pay; minor units."""

    code: ClassVar[str] = "revenue"

    def worth(self, basis: Basis) -> Worth:
        """Prices paid; where that of the rest is not known, the mean of the category's planned products."""
        e = basis.economics
        rest = basis.rest_like(e.price) if e.rest_price is None else e.rest_price
        return Worth(e.price, basis.paid(), rest, support=0.0)


@dataclass(frozen=True, slots=True)
class Units:
    """How many are sold."""

    code: ClassVar[str] = "units"

    def worth(self, basis: Basis) -> Worth:
        """One each."""
        return _alike(basis, np.ones(len(basis.shares)), rest=np.ones(len(basis.economics.rest_margin)))


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """How many buy: units over the units a buying customer takes, `units_each` (n,).

    An approximation: a customer of two products counts twice, and one who takes more because it is cheaper counts
    for more. Outside the plan a customer takes `rest_units_each` (C,), or as many as of the category's planned
    products.
    """

    units_each: Floats
    rest_units_each: Floats | None = None

    code: ClassVar[str] = "customers"

    def __post_init__(self) -> None:
        for what, each in (("units_each", self.units_each), ("rest_units_each", self.rest_units_each)):
            if each is not None and not (np.isfinite(each) & (each > 0)).all():
                raise InputError(f"{what}: a buying customer takes a number of units above 0 of every product")

    def worth(self, basis: Basis) -> Worth:
        """A part of a customer each."""
        each = 1.0 / self.units_each
        rest = basis.rest_like(each) if self.rest_units_each is None else 1.0 / self.rest_units_each
        return _alike(basis, each, rest=rest)


@dataclass(frozen=True, slots=True, eq=False)
class Clearance:
    """What selling a unit spares beyond its profit, `spared` (n,) minor units: holding it, or writing it off.

    Zero for products that need not go. Units moved from later weeks do not count, because they would have gone
    anyway. It does not know how many there are: limit sales to the stock, or the same unit is cleared twice.
    """

    spared: Floats

    code: ClassVar[str] = "clearance"

    def __post_init__(self) -> None:
        if not (np.isfinite(self.spared) & (self.spared >= 0)).all():
            raise InputError("what clearing a unit spares is an amount of 0 or more for every product")

    @classmethod
    def of(cls, spared: Floats, *, flagged: Flags, stock: Floats) -> Clearance:
        """Of flagged products (n,) that are in stock; `stock` (n,) is NaN where it is not known."""
        return cls(np.where(flagged & (np.nan_to_num(stock) > 0), spared, 0.0))

    def worth(self, basis: Basis) -> Worth:
        """The same under every offer."""
        return _alike(basis, self.spared, rest=np.zeros(len(basis.economics.rest_margin)))


@dataclass(frozen=True, slots=True)
class Weighted:
    """The sum of objectives, each times its weight."""

    parts: tuple[tuple[float, Objective], ...]

    def __post_init__(self) -> None:
        if not any(weight for weight, _ in self.parts):
            raise InputError("a weighted objective needs a part with a weight other than 0")
        bad = [f"{part.code}: {weight}" for weight, part in self.parts if not np.isfinite(weight)]
        if bad:
            raise InputError(*(f"weight of {mistake} is not a number" for mistake in bad))

    @property
    def code(self) -> str:
        """The sum, written out."""
        return " + ".join(f"{weight:g} {part.code}" for weight, part in self.parts)

    def worth(self, basis: Basis) -> Worth:
        """The sum of their worths."""
        (weight, part), *others = self.parts
        total = part.worth(basis) * weight
        for weight, part in others:
            total = total + part.worth(basis) * weight
        return total


PROFIT = Profit()


def objective_of(weights: Mapping[str, float], facts: Sequence[Objective] = ()) -> Objective:
    """Objectives by name, summed with their weights; one alone with a weight of 1 is itself.

    `facts` are those that need to know more of the shop (customers, clearance). InputError names the nearest for a
    name that does not exist, and what is missing for one that cannot be worked out.

    >>> objective_of({"profit": 1, "units": 25}).code
    '1 profit + 25 units'
    """
    parts: tuple[Objective, ...] = (PROFIT, Revenue(), Units(), *facts)
    known = {part.code: part for part in parts}
    mistakes: list[str] = []
    for name in weights:
        if name not in NAMES:
            mistakes += InputError.unknown("objective", name, NAMES).problems
        elif name not in known:
            mistakes.append(f"the objective {name!r} needs facts that were not given: {_NEEDS[name]}")
    if mistakes:
        raise InputError(*mistakes)
    if list(weights.values()) == [1]:
        return known[next(iter(weights))]
    return Weighted(tuple((float(weight), known[name]) for name, weight in weights.items()))


_NEEDS = {
    "customers": "how many units a buying customer takes of each product (needs orders)",
    "clearance": "which products are to be cleared, and what clearing a unit spares (needs stock)",
}


def _alike(basis: Basis, per_unit: Floats, *, rest: Floats) -> Worth:
    """A worth that no offer changes; `per_unit` must be (n,)."""
    n = len(basis.shares)
    if per_unit.shape != (n,):
        raise InputError(f"one number per planned product is needed: {n}, not an array of shape {per_unit.shape}")
    offered = np.broadcast_to(per_unit[:, None], basis.terms.felt_depth.shape)
    return Worth(per_unit, np.asarray(offered), rest, support=0.0)
