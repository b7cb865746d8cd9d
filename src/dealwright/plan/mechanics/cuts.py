"""Cuts that every unit gets: percent off, amount off, fixed price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.core.verdict import MET, Verdict
from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import DEPTH, PRICE
from dealwright.plan.mechanics.mechanic import Mechanic
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class PercentOff(Mechanic):
    """A share `depth` off every unit."""

    kind: ClassVar[str] = "percent_off"
    is_price_cut: ClassVar[bool] = True
    depth: float = field(metadata=DEPTH)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Felt and given alike, before prices are rounded to their ending."""
        return self.offer(shopping, felt_depth=self.depth, discount_minor=self.depth * shopping.price_minor)


@dataclass(frozen=True, slots=True)
class AmountOff(Mechanic):
    """An amount `off_minor` off every unit.

    >>> AmountOff(100).on(Shopping("tea", 400)).felt_depth
    0.25
    """

    kind: ClassVar[str] = "amount_off"
    is_price_cut: ClassVar[bool] = True
    off_minor: int = field(metadata=PRICE)

    def suits(self, shopping: Shopping) -> Verdict:
        """Something is left to pay."""
        if self.off_minor < shopping.price_minor:
            return MET
        return Verdict(
            False,
            "nothing_left_to_pay",
            f"{self.off_minor} off leaves nothing of {shopping.price_minor} minor units",
        )

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The same amount is a deeper cut on a cheaper product."""
        return self.offer(shopping, felt_depth=self.off_minor / shopping.price_minor, discount_minor=self.off_minor)


@dataclass(frozen=True, slots=True)
class FixedPrice(Mechanic):
    """Every unit costs `price_minor`."""

    kind: ClassVar[str] = "fixed_price"
    is_price_cut: ClassVar[bool] = True
    price_minor: int = field(metadata=PRICE)

    def suits(self, shopping: Shopping) -> Verdict:
        """It is below the regular price."""
        if self.price_minor < shopping.price_minor:
            return MET
        return Verdict(
            False,
            "not_below_regular",
            f"{self.price_minor} is not below the regular {shopping.price_minor} minor units",
        )

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The difference to the regular price."""
        off = shopping.price_minor - self.price_minor
        return self.offer(shopping, felt_depth=off / shopping.price_minor, discount_minor=off)
