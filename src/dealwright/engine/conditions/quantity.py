"""Take at least, or at most, so many units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import words
from dealwright.engine.grants import Unmet

if TYPE_CHECKING:
    from dealwright.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class MinimumQuantity:
    """`quantity` units or more of the goods named by `items`; `is_distinct` counts different skus instead."""

    kind: ClassVar[str] = "minimum_quantity"
    quantity: int
    items: Items = ALL_ITEMS
    is_distinct: bool = False

    @property
    def needs(self) -> Items | None:
        """The goods without which it cannot be met."""
        return self.items if self.quantity > 0 else None

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the units that are missing."""
        held = facts.n_skus(self.items) if self.is_distinct else facts.quantity(self.items)
        return None if held >= self.quantity else Unmet("below_minimum_quantity", 0, self.quantity - held)

    def sentence(self, currency: str, language: Language) -> str:
        """Take 3 units of goods."""
        goods = words.goods(self.items, currency, language)
        if language == "zh":
            return f"{goods}满 {self.quantity} {'种' if self.is_distinct else '件'}"
        counted = "different products" if self.is_distinct else "units"
        return f"at least {self.quantity} {counted} of {goods} are bought"


@dataclass(frozen=True, slots=True)
class MaximumQuantity:
    """`quantity` units or fewer of the goods named by `items`."""

    kind: ClassVar[str] = "maximum_quantity"
    quantity: int
    items: Items = ALL_ITEMS

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or too many were taken."""
        return None if facts.quantity(self.items) <= self.quantity else Unmet("above_maximum_quantity")

    def sentence(self, currency: str, language: Language) -> str:
        """Take at most 3 units of goods."""
        goods = words.goods(self.items, currency, language)
        if language == "zh":
            return f"{goods}不超过 {self.quantity} 件"
        return f"at most {self.quantity} units of {goods} are bought"
