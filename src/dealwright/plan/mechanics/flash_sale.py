"""A deep cut for a few hours, or for as long as a small stock lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, COUNT, DEPTH, HOURS, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping

HOURS_A_WEEK = 168


@dataclass(frozen=True, slots=True)
class FlashSale(Mechanic):
    """A share `depth` off during `hours` of the week, for at most `stock` units.

    `busy` is the share of the week's units sold in these hours; without it the hours' share of the week.

    >>> flash = FlashSale(0.5, stock=40, hours=42)
    >>> flash.on(Shopping("tea", 400)).discount_minor  # a quarter of the week's units at half the price
    50.0
    """

    kind: ClassVar[str] = "flash_sale"
    depth: float = field(metadata=DEPTH)
    stock: int | None = field(default=None, metadata=COUNT)
    hours: float | None = field(default=None, metadata=HOURS)
    busy: float | None = field(default=None, metadata=SHARE)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def mistakes(self) -> list[str]:
        """It ends."""
        if self.stock is None and self.hours is None:
            return ["it needs stock, hours or both; without either it is percent_off"]
        if self.busy is not None and self.hours is None:
            return ["busy is the share of sales in its hours; give hours too"]
        return []

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The cut times the share of the week's units that are sold in its hours."""
        share = self.hours / HOURS_A_WEEK if self.hours is not None else 1.0
        share = share if self.busy is None else self.busy
        depth = share * self.depth
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=depth * shopping.price_minor,
            uses_per_unit=share,
            most_uses=self.stock,
            reach=share,
            assumptions=(self.stated("busy", share), mean_cut(depth)) if self.hours is not None else (),
        )
