"""Minute tallies added up: over a window, over spans, or side by side in two arms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dealwright.monitor.sequential import Floats
from dealwright.monitor.tally import Tally

Tallies = Sequence[Tally]


@dataclass(frozen=True, slots=True)
class Sums:
    """What tallies add up to; `is_cost_known` only if it is of all of them that sold something."""

    n_orders: int
    units: int
    net_minor: int
    cost_minor: int
    is_cost_known: bool
    discount_minor: int
    n_redemptions: int
    returned_minor: int
    n_errors: int

    @property
    def margin_minor(self) -> int:
        """What is left of the money after the goods' cost."""
        return self.net_minor - self.cost_minor


def promoted(tallies: Tallies) -> Tallies:
    """Those of customers who get the campaign, or may: all but the hold-out."""
    return [tally for tally in tallies if tally.arm != "holdout"]


def within(tallies: Tallies, start: datetime, end: datetime) -> Tallies:
    """Those whose minute starts in [start, end)."""
    return [tally for tally in tallies if start <= tally.start < end]


def lately(tallies: Tallies, now: datetime, minutes: int) -> Tallies:
    """Those of the last so many minutes, the one that runs included."""
    return [tally for tally in tallies if now - timedelta(minutes=minutes) < tally.start <= now]


def sums_of(tallies: Iterable[Tally]) -> Sums:
    """All of them added up."""
    many = list(tallies)
    return Sums(
        n_orders=sum(one.n_orders for one in many),
        units=sum(one.units for one in many),
        net_minor=sum(one.net_minor for one in many),
        cost_minor=sum(one.cost_minor for one in many),
        is_cost_known=all(one.is_cost_known for one in many),
        discount_minor=sum(one.discount_minor for one in many),
        n_redemptions=sum(one.n_redemptions for one in many),
        returned_minor=sum(one.returned_minor for one in many),
        n_errors=sum(one.n_errors for one in many),
    )


@dataclass(frozen=True, slots=True)
class TwoArms:
    """Treatment and hold-out minute by minute, (minutes,) each: the minutes in which either was seen, in order."""

    treated: tuple[Tally | None, ...]
    held: tuple[Tally | None, ...]

    def of(self, name: str) -> tuple[Floats, Floats]:
        """One figure of both arms; 0 where an arm has no tally."""
        treated, held = (
            np.array([0 if one is None else getattr(one, name) for one in arm], dtype=np.float64)
            for arm in (self.treated, self.held)
        )
        return treated, held


def two_arms(tallies: Tallies) -> TwoArms | None:
    """The two arms side by side; None if one of them was never seen."""
    treated = {tally.start: tally for tally in tallies if tally.arm == "treatment"}
    held = {tally.start: tally for tally in tallies if tally.arm == "holdout"}
    if not treated or not held:
        return None
    starts = sorted({*treated, *held})
    return TwoArms(tuple(map(treated.get, starts)), tuple(map(held.get, starts)))
