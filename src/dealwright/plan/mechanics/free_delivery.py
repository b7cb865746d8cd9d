"""No delivery fee for orders that are large enough."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.mechanics.effective import Assumption, EffectiveOffer
from dealwright.plan.mechanics.fields import CARRIERS, COST, PRICE, SHARE
from dealwright.plan.mechanics.full_reduction import AS_BEFORE
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FreeDelivery(Mechanic):
    """Orders of `spend_minor` or more are delivered free, which costs the shop `cost_minor` each.

    Customers save the usual fee, `fee_minor`; without it, what it costs the shop. `passing` is the share of orders
    that are large enough; without it the baskets tell.
    """

    kind: ClassVar[str] = "free_delivery"
    spend_minor: int = field(metadata=COST)
    cost_minor: int = field(metadata=COST)
    fee_minor: int | None = field(default=None, metadata=PRICE)
    passing: float | None = field(default=None, metadata=SHARE)
    vehicles: tuple[str, ...] = field(default=("app",), metadata=CARRIERS, kw_only=True)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Delivery of the orders that pass, spread over what orders hold in proportion to prices."""
        spending = shopping.spending(self.spend_minor)
        seen = spending.assumption()
        if self.passing is None:
            passing = Assumption("passing", spending.share_at_least(self.spend_minor), seen.source)
            rate = spending.share_off(_Waived(self.spend_minor)) * shopping.price_minor
        else:
            passing = self.stated("passing")
            rate = self.passing / spending.mean_minor * shopping.price_minor
        fee = self.cost_minor if self.fee_minor is None else self.fee_minor
        depth = rate * fee / shopping.price_minor
        return self.offer(
            shopping,
            felt_depth=depth,
            extra_minor=rate * self.cost_minor,
            uses_per_unit=rate,
            reach=passing.number,
            assumptions=(seen, passing, AS_BEFORE, mean_cut(depth)),
        )


@dataclass(frozen=True, slots=True)
class _Waived:
    """One delivery for each basket of `spend_minor` or more."""

    spend_minor: int

    def off(self, values: Ints) -> Ints:
        """1 where it is given, else 0."""
        return (values >= self.spend_minor).astype(np.int64)

    def expected_off(self, mean_minor: float) -> float:
        """The share of exponential baskets that pass."""
        return math.exp(-self.spend_minor / mean_minor)
