"""What was decided for every customer, what it is worth and how much better it could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.plan.personal.offers import NO_OFFER, Floats, Ints, PersonalOffers

_Z80 = 1.2815515655446004  # 80 % of a normal distribution lie within this many standard deviations


@dataclass(frozen=True, slots=True)
class LimitPrice:
    """A limit: `used` of `most`; one unit more would bring about `price` of value (0: it does not bind)."""

    label: str
    price: float
    used: float
    most: float

    @property
    def spare(self) -> float:
        """What is left of it; never negative."""
        return self.most - self.used


@dataclass(frozen=True, slots=True)
class Allocation:
    """`choice` (n,): the number of each customer's offer, or NO_OFFER.

    `value` and `cost` are expected totals in minor units, `bound` what no admissible choice can exceed in value,
    as long as the estimates hold.
    """

    choice: Ints
    value: float
    cost: float
    bound: float
    limits: tuple[LimitPrice, ...]

    @property
    def gap(self) -> float:
        """How much better a choice could be at most, relative to this one's value."""
        if self.bound <= self.value:
            return 0.0
        return (self.bound - self.value) / max(abs(self.value), 1e-9)

    @property
    def prices(self) -> Floats:
        """(R,): one per limit."""
        return np.array([limit.price for limit in self.limits])

    @property
    def n_with_offer(self) -> int:
        """How many customers get one."""
        return int((self.choice != NO_OFFER).sum())


def value_of(choice: Ints, draws: NDArray[np.floating], *, level: float = 0.8) -> Estimate:
    """What a choice is worth over draws (D, n, J) of the value: mean and range.

    Customers were chosen because they look good, so draws other than those behind the choice judge it best.
    """
    if draws.ndim != 3 or draws.shape[1] != len(choice):
        raise InputError(
            f"draws have the shape {draws.shape}; they must be draws x {len(choice)} customers x offers"
        )
    taken = np.flatnonzero(choice != NO_OFFER)
    totals = draws[:, taken, choice[taken]].sum(axis=1, dtype=np.float64)
    return Estimate.from_draws(totals, level=level, method="draws of the value")


def bill(choice: Ints, offers: PersonalOffers) -> Estimate:
    """What the offers given will cost, and the range that holds the bill in 80 of 100 campaigns.

    From expected and worst cost: an offer is redeemed at its worst cost or not at all, customers decide on their
    own. A common shock, such as sunshine or a famous friend, makes the range wider than this.
    """
    if offers.worst_cost is None:
        raise InputError("the range of the bill needs worst_cost; give the face values")
    expected = offers.chosen(choice, offers.cost)
    worst = offers.chosen(choice, offers.worst_cost)
    spread = _Z80 * float(np.sqrt(np.maximum(expected * (worst - expected), 0.0).sum()))
    mean = float(expected.sum())
    high = max(mean, min(mean + spread, float(worst.sum())))
    return Estimate(mean, mean - spread, high, level=0.8, method="independent redemptions, normal")
