"""How prices of related products must stand to one another: a larger pack no dearer per unit, brands apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from dealwright.core.errors import InputError
from dealwright.core.ids import Sku
from dealwright.core.verdict import MET, Verdict
from dealwright.price.given import Floats, refuse, wrong
from dealwright.price.ladder import Ladder
from dealwright.price.words import sentence


class Relation(Protocol):
    """A demand on two prices: `weight_low` * price of `low` <= `weight_high` * price of `high`."""

    @property
    def code(self) -> str:
        """Which kind of relation."""
        ...

    def params(self) -> dict[str, object]:
        """What its sentence needs."""
        ...

    @property
    def sides(self) -> tuple[Side, Side]:
        """What must be at most, and at least, the other."""
        ...


@dataclass(frozen=True, slots=True)
class Side:
    """A product's price times `weight`."""

    sku: Sku
    weight: float


@dataclass(frozen=True, slots=True)
class NoDearerPerUnit:
    """`large` (of `large_size` units) costs no more per unit than `small` (of `small_size`)."""

    small: Sku
    small_size: float
    large: Sku
    large_size: float
    code: ClassVar[str] = "no_dearer_per_unit"

    def __post_init__(self) -> None:
        refuse(wrong("the small size", self.small_size, above=0), wrong("the large size", self.large_size, above=0))
        if self.large_size < self.small_size:
            raise InputError(f"{self.large} is smaller than {self.small}; swap them")

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"small": self.small, "large": self.large}

    @property
    def sides(self) -> tuple[Side, Side]:
        """Per unit, written without division."""
        return Side(self.large, self.small_size), Side(self.small, self.large_size)


@dataclass(frozen=True, slots=True)
class BrandGap:
    """`dearer` costs at least `least` (a share) more than `cheaper`."""

    cheaper: Sku
    dearer: Sku
    least: float
    code: ClassVar[str] = "brand_gap"

    def __post_init__(self) -> None:
        refuse(wrong("the gap", self.least, least=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"cheaper": self.cheaper, "dearer": self.dearer, "least": f"{self.least:.1%}"}

    @property
    def sides(self) -> tuple[Side, Side]:
        """The cheaper, raised by the gap, and the dearer."""
        return Side(self.cheaper, 1 + self.least), Side(self.dearer, 1.0)


def check(relation: Relation, prices: Mapping[Sku, int]) -> Verdict:
    """Whether the prices keep the relation; InputError for a product without a price."""
    low, high = relation.sides
    for side in (low, high):
        if side.sku not in prices:
            raise InputError.unknown("priced product", side.sku, prices)
    if low.weight * prices[low.sku] <= high.weight * prices[high.sku] * (1 + 1e-12):
        return MET
    told = sentence(relation.code, relation.params())
    return Verdict(
        False,
        relation.code,
        f"“{told}” is broken: {low.sku} costs {prices[low.sku]}, {high.sku} {prices[high.sku]}",
    )


def violations(relations: Sequence[Relation], prices: Mapping[Sku, int]) -> list[Verdict]:
    """The verdicts of all relations that do not hold."""
    return [verdict for relation in relations if not (verdict := check(relation, prices))]


@dataclass(frozen=True, slots=True)
class RelatedPrices:
    """A price per product, what they bring together, and what no choice exceeds; minor units."""

    prices: dict[Sku, int]
    value: float
    bound: float


def best_related(
    ladders: Mapping[Sku, Ladder], values: Mapping[Sku, Floats], relations: Sequence[Relation]
) -> RelatedPrices:
    """The rung of each product that brings most in sum and keeps all relations, by mixed-integer programme.

    `values` gives for each product what each rung of its ladder brings. InputError if values do not match the
    ladders or no choice keeps all relations; it names them.
    """
    _check(ladders, values, relations)
    skus = list(ladders)
    owner = np.repeat(np.arange(len(skus)), [len(ladders[sku].prices) for sku in skus])
    price = np.concatenate([ladders[sku].array for sku in skus])
    value = np.concatenate([np.asarray(values[sku], dtype=np.float64) for sku in skus])
    one_each = (owner == np.arange(len(skus))[:, None]).astype(np.float64)
    rows = [one_each]
    for relation in relations:
        low, high = relation.sides
        weight = np.where(owner == skus.index(low.sku), low.weight, 0.0)
        rows.append((weight - np.where(owner == skus.index(high.sku), high.weight, 0.0))[None] * price)
    result = milp(
        -value,
        constraints=LinearConstraint(
            np.concatenate(rows),
            np.concatenate([np.ones(len(skus)), np.full(len(relations), -np.inf)]),
            np.concatenate([np.ones(len(skus)), np.full(len(relations), 1e-9)]),
        ),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(value)),
    )
    if result.x is None:
        listed = "; ".join(f"“{sentence(relation.code, relation.params())}”" for relation in relations)
        raise InputError(f"no rungs keep all of: {listed}. Add rungs to a ladder or drop a relation")
    taken = np.flatnonzero(result.x > 0.5)
    chosen = {skus[owner[cell]]: int(price[cell]) for cell in taken}
    total = float(value[taken].sum())
    return RelatedPrices(chosen, total, max(total, float(-result.mip_dual_bound)))


def _check(ladders: Mapping[Sku, Ladder], values: Mapping[Sku, Floats], relations: Sequence[Relation]) -> None:
    if not ladders:
        raise InputError("there is no product to price; give at least one ladder")
    problems = []
    for sku, ladder in ladders.items():
        if sku not in values:
            problems.append(f"{sku} has a ladder and no values; give what each rung brings")
        elif np.shape(values[sku]) != (len(ladder.prices),):
            problems.append(f"{sku} has {len(ladder.prices)} rungs and values of shape {np.shape(values[sku])}")
        else:
            problems += wrong(f"values of {sku}", values[sku])
    named = {side.sku for relation in relations for side in relation.sides}
    problems += [f"{sku} is in a relation and has no ladder; give one" for sku in sorted(named - set(ladders))]
    refuse(problems)
