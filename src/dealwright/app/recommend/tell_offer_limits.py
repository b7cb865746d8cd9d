"""How far the limits of personal offers are used, in units that a reader counts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from dealwright.plan.personal.allocation import Allocation, LimitPrice
from dealwright.plan.personal.limit import Budget, Limit, ReturnFloor
from dealwright.plan.personal.offers import PersonalOffers


@dataclass(frozen=True, slots=True)
class ToldLimit:
    """A limit, `used` up to its `bound`, or down to it if it `is_least`; in `unit`, money in major units.

    `price` is what one more unit of it (one less, if it `is_least`) would bring, in major units. A return has no
    units to add, and is not known where nothing is spent.
    """

    label: str
    unit: Literal["money", "value_per_cost", "customers"]
    used: float | None
    bound: float
    price: float | None
    is_least: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def tell_offer_limits(
    limits: Sequence[Limit], offers: PersonalOffers, found: Allocation, *, per_major: int
) -> list[ToldLimit]:
    """A row for each that the solver kept; a limit on groups is one for each group."""
    kinds = [limit for limit in limits for _ in limit.rows(offers)]
    return [_told(limit, one, found, per_major) for limit, one in zip(kinds, found.limits, strict=True)]


def _told(limit: Limit, one: LimitPrice, found: Allocation, per_major: int) -> ToldLimit:
    if isinstance(limit, Budget):
        return ToldLimit(one.label, "money", one.used / per_major, one.most / per_major, one.price)
    if isinstance(limit, ReturnFloor):
        reached = found.value / found.cost if found.cost else None
        return ToldLimit(one.label, "value_per_cost", reached, limit.least, None, is_least=True)
    is_least = one.most < 0  # the solver counts these below zero, so that every limit is one from above
    sign = -1 if is_least else 1
    return ToldLimit(
        one.label, "customers", sign * one.used, sign * one.most, one.price / per_major, is_least=is_least
    )
