"""A cut for groups of customers who buy together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, COUNT, DEPTH, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class GroupBuy(Mechanic):
    """A share `depth` off for groups of `seats` buyers that fill, which each does with the chance `fills`.

    The share `joins` of units is bought in groups; those whose group stays open get their money back and pay the
    regular price. There are at most `groups` a week.
    """

    kind: ClassVar[str] = "group_buy"
    depth: float = field(metadata=DEPTH)
    seats: int = field(metadata=COUNT)
    fills: float = field(metadata=SHARE)
    joins: float = field(default=1.0, metadata=SHARE)
    groups: int | None = field(default=None, metadata=COUNT)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def mistakes(self) -> list[str]:
        """A group is two or more."""
        return ["seats are at least 2; one buyer is no group"] if self.seats < 2 else []

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The cut times the chance to get it."""
        share = self.joins * self.fills
        depth = share * self.depth
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=depth * shopping.price_minor,
            uses_per_unit=share,
            most_uses=None if self.groups is None else self.groups * self.seats,
            reach=self.joins,
            assumptions=(self.stated("fills"), self.stated("joins"), mean_cut(depth)),
        )
