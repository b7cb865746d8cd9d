"""A deposit paid early counts for more when the rest is paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.core.verdict import MET, Verdict
from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, LOSS, PRICE, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class Presale(Mechanic):
    """A deposit of `deposit_minor` counts as `counts_minor` of the price.

    The share `joins` of units is bought so; the share `forfeits` of deposits is never followed by the rest and
    stays with the shop.

    >>> Presale(5000, 8000).pays(30000)
    27000
    """

    kind: ClassVar[str] = "presale"
    deposit_minor: int = field(metadata=PRICE)
    counts_minor: int = field(metadata=PRICE)
    joins: float = field(default=1.0, metadata=SHARE)
    forfeits: float = field(default=0.0, metadata=LOSS)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def mistakes(self) -> list[str]:
        """The deposit multiplies."""
        if self.counts_minor <= self.deposit_minor:
            return ["counts is not above deposit; let the deposit count for more than it is"]
        return []

    def pays(self, price_minor: int) -> int:
        """What a buyer pays in all: deposit and balance."""
        return price_minor - (self.counts_minor - self.deposit_minor)

    def suits(self, shopping: Shopping) -> Verdict:
        """The deposit counts for no more than the price."""
        if self.counts_minor <= shopping.price_minor:
            return MET
        return Verdict(
            False,
            "deposit_above_price",
            f"the deposit counts as {self.counts_minor}, more than the price {shopping.price_minor} (minor units)",
        )

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """What the deposit multiplies by, less deposits that were forfeited for each one that was not."""
        off = shopping.price_minor - self.pays(shopping.price_minor)
        kept = self.deposit_minor * self.forfeits / (1.0 - self.forfeits)
        depth = self.joins * off / shopping.price_minor
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=self.joins * max(off - kept, 0.0),
            uses_per_unit=self.joins,
            reach=self.joins,
            assumptions=(self.stated("joins"), self.stated("forfeits"), mean_cut(depth)),
        )
