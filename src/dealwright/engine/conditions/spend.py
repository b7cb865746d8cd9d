"""Spend at least, or at most, this much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import words
from dealwright.engine.grants import Unmet

if TYPE_CHECKING:
    from dealwright.engine.facts import Facts

Basis = Literal["policy", "remaining"]
Tax = Literal["as_given", "net", "gross"]


@dataclass(frozen=True, slots=True)
class MinimumSpend:
    """The goods named by `items` amount to `amount_minor` or more.

    `basis` "policy" looks at what the till's policy says (normally prices after the catalogue layer), "remaining"
    at what earlier promotions left. `tax` compares with or without tax, whatever the cart's prices are.
    """

    kind: ClassVar[str] = "minimum_spend"
    amount_minor: int
    items: Items = ALL_ITEMS
    basis: Basis = "policy"
    tax: Tax = "as_given"

    @property
    def needs(self) -> Items | None:
        """The goods without which it cannot be met."""
        return self.items if self.amount_minor > 0 else None

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the money that is missing."""
        spent = facts.amount(self.items, basis=self.basis, tax=self.tax)
        if spent >= self.amount_minor:
            return None
        return Unmet("below_minimum_spend", missing_minor=self.amount_minor - spent)

    def sentence(self, currency: str, language: Language) -> str:
        """Spend 100.00 EUR on goods."""
        amount, goods = words.money(self.amount_minor, currency), words.goods(self.items, currency, language)
        after = self.basis == "remaining"
        if language == "zh":
            return f"{goods}{'优惠后' if after else ''}满 {amount}"
        return f"at least {amount} is spent on {goods}{' after other promotions' if after else ''}"


@dataclass(frozen=True, slots=True)
class MaximumSpend:
    """The goods named by `items` amount to `amount_minor` or less; fields as in `MinimumSpend`."""

    kind: ClassVar[str] = "maximum_spend"
    amount_minor: int
    items: Items = ALL_ITEMS
    basis: Basis = "policy"
    tax: Tax = "as_given"

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or too much was spent."""
        spent = facts.amount(self.items, basis=self.basis, tax=self.tax)
        return None if spent <= self.amount_minor else Unmet("above_maximum_spend")

    def sentence(self, currency: str, language: Language) -> str:
        """Spend at most 100.00 EUR on goods."""
        amount, goods = words.money(self.amount_minor, currency), words.goods(self.items, currency, language)
        return f"{goods}不超过 {amount}" if language == "zh" else f"at most {amount} is spent on {goods}"
