"""A lower price for members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.plan.mechanics.effective import EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, DEPTH, SHARE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class MemberPrice(Mechanic):
    """A share `depth` off for members, who buy the share `members` of all units."""

    kind: ClassVar[str] = "member_price"
    depth: float = field(metadata=DEPTH)
    members: float = field(metadata=SHARE)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """The cut times the share that gets it."""
        depth = self.members * self.depth
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=depth * shopping.price_minor,
            uses_per_unit=self.members,
            reach=self.members,
            assumptions=(self.stated("members"), mean_cut(depth)),
        )
