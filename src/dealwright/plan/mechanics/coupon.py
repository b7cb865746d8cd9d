"""A share off for those who bring a coupon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, COUNT, DEPTH, SHARE, TEXT
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class Coupon(Mechanic):
    """A share `depth` off the units on which it is redeemed, the share `redeemed` of all that are sold.

    The share `clipped` of buyers hold it, `clipped_by` says who these are. Coupons that are clipped and forgotten
    cost nothing and are felt by nobody. At most `coupons` are redeemed in a week.
    """

    kind: ClassVar[str] = "coupon"
    depth: float = field(metadata=DEPTH)
    redeemed: float = field(metadata=SHARE)
    clipped: float = field(default=1.0, metadata=SHARE)
    clipped_by: str = field(default="anyone", metadata=TEXT)
    coupons: int | None = field(default=None, metadata=COUNT)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def mistakes(self) -> list[str]:
        """Nobody redeems what they do not hold."""
        if self.redeemed > self.clipped:
            return [f"redeemed {self.redeemed:g} is more than clipped {self.clipped:g}; only holders redeem"]
        return []

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The cut times the share that redeems: all others pay, and feel, the regular price."""
        depth = self.redeemed * self.depth
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=depth * shopping.price_minor,
            uses_per_unit=self.redeemed,
            most_uses=self.coupons,
            reach=self.clipped,
            assumptions=(self.stated("redeemed"), self.stated("clipped"), mean_cut(depth)),
        )
