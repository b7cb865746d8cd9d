"""What a mechanic comes to on one product: the price customers feel, what it costs, what that rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Source = Literal["data", "given", "assumed"]
"""Where a number comes from: seen in data, stated by whoever planned the mechanic, or a rule of ours."""

MOST_FELT = 0.9
"""Demand answers to the logarithm of the price that is left; nothing deeper is felt."""


NO_LIMIT = math.inf


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that the effective offer rests on; `code` names its sentence (`words.assumption`)."""

    code: str
    number: float
    source: Source


@dataclass(frozen=True, slots=True)
class EffectiveOffer:
    """A mechanic on one product, mean over the units sold while it runs; inferred, so money is a float.

    `felt_depth`: the price cut that demand answers to. `discount_minor`: what customers do not pay of the regular
    price, per unit sold; suppliers fund a share of it. `extra_minor`: what the shop spends beside it per unit sold:
    gifts, the other item, delivery. `fixed_minor` per week. `uses_per_unit`: how often it is given per unit sold,
    and `most_uses` how often it can be given in a week (infinite: no limit). `reach`: the share of buyers who can
    use it. `vehicles` it implies.
    """

    price_minor: int
    felt_depth: float
    discount_minor: float
    extra_minor: float
    fixed_minor: float
    uses_per_unit: float
    most_uses: float
    reach: float
    vehicles: tuple[str, ...]
    assumptions: tuple[Assumption, ...]

    def __post_init__(self) -> None:
        assert 0 <= self.felt_depth < 1, f"a felt depth of {self.felt_depth}"
        assert 0 <= self.discount_minor <= self.price_minor, f"{self.discount_minor} off {self.price_minor}"
        assert min(self.extra_minor, self.fixed_minor, self.uses_per_unit, self.most_uses) >= 0
        assert 0 <= self.reach <= 1, f"a reach of {self.reach}"

    @property
    def cost_minor(self) -> float:
        """What a unit sold costs the shop before suppliers pay their part."""
        return self.discount_minor + self.extra_minor

    @property
    def cost_share(self) -> float:
        """The same as a share of the regular price; above 1 only if gifts are dearer than the product."""
        return self.cost_minor / self.price_minor

    def served(self, units: float) -> float:
        """The share of `units` sold in a week for which the offer lasts.

        Felt depth and cost shrink by it: who comes later pays the regular price.
        """
        wanted = self.uses_per_unit * units
        return 1.0 if wanted <= self.most_uses else self.most_uses / wanted
