"""Cheaper by the number: the more units in a purchase, the less each costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.mechanics.effective import Assumption, EffectiveOffer
from dealwright.plan.mechanics.fields import COUNT, DEPTH, blocks, problems
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class UnitStep:
    """From `units` in a purchase on, every unit of it costs the share `depth` less."""

    units: int = field(metadata=COUNT)
    depth: float = field(metadata=DEPTH)

    def __post_init__(self) -> None:
        wrong = list(problems(self))
        if wrong:
            raise InputError(*wrong)


@dataclass(frozen=True, slots=True)
class QuantityTiers(Mechanic):
    """The highest of the `steps` that a purchase reaches holds for all its units.

    >>> QuantityTiers((UnitStep(2, 0.1), UnitStep(6, 0.25))).depths(np.array([1, 2, 6, 9])).tolist()
    [0.0, 0.1, 0.25, 0.25]
    """

    kind: ClassVar[str] = "quantity_tiers"
    steps: tuple[UnitStep, ...] = field(metadata=blocks(UnitStep))

    def mistakes(self) -> list[str]:
        """Higher steps give more."""
        pairs = enumerate(zip(self.steps, self.steps[1:], strict=False))
        return [
            f"steps.{i + 1} is not above steps.{i} in units and in depth; let steps rise in both"
            for i, (one, other) in pairs
            if not (one.units < other.units and one.depth < other.depth)
        ]

    def depths(self, quantities: Ints) -> Floats:
        """The cut of every unit in purchases of `quantities` (P,)."""
        reached = np.searchsorted([step.units for step in self.steps], quantities, side="right")
        return np.array([0.0, *(step.depth for step in self.steps)])[reached]

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The mean cut over units: large purchases count by what they hold."""
        purchases = shopping.purchases
        depths = self.depths(purchases.quantities)
        depth = purchases.per_unit(depths * purchases.quantities)
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=depth * shopping.price_minor,
            uses_per_unit=purchases.per_unit(purchases.quantities * (depths > 0)),
            reach=purchases.share(depths > 0),
            assumptions=(
                purchases.assumption(),
                Assumption("quantities_as_before", 0.0, "assumed"),
                mean_cut(depth),
            ),
        )
