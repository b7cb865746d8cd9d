"""The cart holds, or does not hold, certain goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Language
from dealwright.engine import words
from dealwright.engine.grants import Unmet

if TYPE_CHECKING:
    from dealwright.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class Contains:
    """At least one unit of the goods named by `items`; two conditions ask for both."""

    kind: ClassVar[str] = "contains"
    items: Items

    @property
    def needs(self) -> Items | None:
        """The goods without which it cannot be met."""
        return self.items

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or one unit is missing."""
        return None if facts.quantity(self.items) else Unmet("items_missing", missing_quantity=1)

    def sentence(self, currency: str, language: Language) -> str:
        """The cart holds category tea."""
        goods = words.goods(self.items, currency, language)
        return f"购物车含{goods}" if language == "zh" else f"the cart holds {goods}"


@dataclass(frozen=True, slots=True)
class ContainsNone:
    """No unit of the goods named by `items`."""

    kind: ClassVar[str] = "contains_none"
    items: Items

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or something in the cart rules the promotion out."""
        return Unmet("items_not_allowed") if facts.quantity(self.items) else None

    def sentence(self, currency: str, language: Language) -> str:
        """The cart holds no category tea."""
        goods = words.goods(self.items, currency, language)
        return f"购物车不含{goods}" if language == "zh" else f"the cart holds no {goods}"
