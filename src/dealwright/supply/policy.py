"""When to order and how much, week after week: (s, S) and (R, Q) policies with the best parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.supply.given import Given
from dealwright.supply.laws import DemandLaw

Floats = NDArray[np.float64]


class Policy(Protocol):
    """Says what to order when stock is looked at; `position` is on hand + on order - owed, (..., n)."""

    def order(self, position: Floats) -> Floats:
        """Units to order for n products, (..., n)."""
        ...

    def n_orders(self, units: Floats) -> Floats:
        """How many times the order cost is due for those units."""
        ...


class OrderUpTo:
    """(s, S): at or below `reorder_point`, (n,), order up to `order_up_to`, (n,)."""

    __slots__ = ("order_up_to", "reorder_point")

    def __init__(self, reorder_point: ArrayLike, order_up_to: ArrayLike) -> None:
        given = Given()
        self.reorder_point: Floats = given.array(
            "reorder_point", np.atleast_1d(reorder_point), (None,), low=-np.inf
        )
        n = len(self.reorder_point)
        self.order_up_to: Floats = given.array("order_up_to", np.atleast_1d(order_up_to), (n,), low=-np.inf)
        given.rule(
            "order_up_to must be above reorder_point, so that an order is more than nothing",
            is_kept=not (self.order_up_to <= self.reorder_point).any(),
        )
        given.require()

    def order(self, position: Floats) -> Floats:
        """What is missing up to `order_up_to`, if the reorder point is reached."""
        return np.where(position <= self.reorder_point, self.order_up_to - position, 0.0)

    def n_orders(self, units: Floats) -> Floats:
        """One, if anything is ordered."""
        return (units > 0).astype(np.float64)


class FixedLot:
    """(R, Q): at or below `reorder_point`, (n,), order as many lots of `lot_units`, (n,), as lift it above."""

    __slots__ = ("lot_units", "reorder_point")

    def __init__(self, reorder_point: ArrayLike, lot_units: ArrayLike) -> None:
        given = Given()
        self.reorder_point: Floats = given.array(
            "reorder_point", np.atleast_1d(reorder_point), (None,), low=-np.inf
        )
        n = len(self.reorder_point)
        self.lot_units: Floats = given.array("lot_units", np.atleast_1d(lot_units), (n,), is_open=True)
        given.require()

    def order(self, position: Floats) -> Floats:
        """Whole lots, the fewest that leave the position above the reorder point."""
        n_lots = np.floor((self.reorder_point - position) / self.lot_units) + 1
        return np.where(position <= self.reorder_point, n_lots * self.lot_units, 0.0)

    def n_orders(self, units: Floats) -> Floats:
        """One for each lot."""
        return units / self.lot_units


@dataclass(frozen=True, slots=True)
class Reordering:
    """For one product: order when the stock position is at or below `reorder_point`.

    `lot_units` is Q of an (R, Q) policy, or S - s of an (s, S) policy. `expected_cost` is that of a period in
    the long run, under the demand law it was derived from: holding, shortages owed to customers, and orders.
    """

    reorder_point: float
    lot_units: float
    expected_cost: float

    @property
    def order_up_to(self) -> float:
        """S of an (s, S) policy."""
        return self.reorder_point + self.lot_units


def best_order_up_to(
    period: DemandLaw,
    *,
    holding_cost: float,
    shortage_cost: float,
    order_cost: float,
    exposed: DemandLaw | None = None,
) -> Reordering:
    """The (s, S) of the least long-run cost, exactly, in whole units (Zheng and Federgruen 1991).

    `period` is the demand of one period, independent from period to period; `exposed` that of the lead time
    and one period more, which a reorder decision must cover (the same, if an order comes at once). A unit left
    over costs `holding_cost` a period; a unit owed to a customer `shortage_cost`; an order `order_cost`.
    Fractions of a unit count as the next whole unit.

    >>> from dealwright.supply.laws import PoissonDemand
    >>> best = best_order_up_to(PoissonDemand(6), holding_cost=1, shortage_cost=4, order_cost=5)
    >>> best.reorder_point, best.order_up_to, round(best.expected_cost, 4)
    (4.0, 10.0, 8.0341)
    """
    given = Given()
    given.rule("period has no demand; nothing need be ordered", is_kept=bool(period.share_below(0.0) < 1))
    _require_costs(holding_cost, shortage_cost, order_cost, given=given)
    renewal = _Renewal(period)
    held_cost = _held_cost(exposed or period, holding_cost=holding_cost, shortage_cost=shortage_cost)

    def cost(reorder: int, up_to: int) -> float:
        visits = renewal.visits(up_to - reorder)
        held = np.array([held_cost(up_to - j) for j in range(up_to - reorder)])
        return float((order_cost + visits @ held) / visits.sum())

    least = _least(held_cost, exposed or period, shortage_cost / (shortage_cost + holding_cost))
    reorder, up_to = least - 1, least
    while cost(reorder, up_to) > held_cost(reorder):
        reorder -= 1
    best = cost(reorder, up_to)
    candidate = up_to + 1
    while held_cost(candidate) <= best:
        if cost(reorder, candidate) < best:
            up_to = candidate
            while cost(reorder, up_to) <= held_cost(reorder + 1):
                reorder += 1
            best = cost(reorder, up_to)
        candidate += 1
    return Reordering(float(reorder), float(up_to - reorder), best)


def best_fixed_lot(
    exposed: DemandLaw,
    *,
    period_mean: float,
    holding_cost: float,
    shortage_cost: float,
    order_cost: float,
) -> Reordering:
    """The (R, Q) of the least long-run cost, exactly, in whole units (Federgruen and Zheng 1992).

    `exposed` is the demand that a reorder decision must cover: of the lead time if stock is watched all the
    time, of the lead time and one period more if it is looked at once a period. `period_mean` is the mean
    demand of a period; each lot costs `order_cost`.

    >>> from dealwright.supply.laws import PoissonDemand
    >>> best = best_fixed_lot(
    ...     PoissonDemand(3), period_mean=1.5, holding_cost=20, shortage_cost=150, order_cost=100
    ... )
    >>> best.reorder_point, best.lot_units, round(best.expected_cost, 4)
    (3.0, 5.0, 107.9236)
    """
    given = Given()
    given.number("period_mean", period_mean, is_open=True)
    _require_costs(holding_cost, shortage_cost, order_cost, given=given)
    held_cost = _held_cost(exposed, holding_cost=holding_cost, shortage_cost=shortage_cost)
    low = high = _least(held_cost, exposed, shortage_cost / (shortage_cost + holding_cost))
    spent = order_cost * period_mean + held_cost(low)
    # The position is spread evenly over R + 1 ... R + Q: widen on the cheaper side while that lowers the mean.
    while min(held_cost(low - 1), held_cost(high + 1)) < spent / (high - low + 1):
        if held_cost(low - 1) < held_cost(high + 1):
            low -= 1
            spent += held_cost(low)
        else:
            high += 1
            spent += held_cost(high)
    n = high - low + 1
    return Reordering(float(low - 1), float(n), spent / n)


def reorder_for_service(
    exposed: DemandLaw,
    *,
    service_level: float,
    period_mean: float,
    holding_cost: float,
    order_cost: float,
) -> Reordering:
    """A reorder point that covers `exposed` demand with probability `service_level`, and the economic lot.

    For those who are told a service level, not what a missed unit costs; the expected cost leaves shortages
    out.
    """
    given = Given()
    given.number("service_level", service_level, high=1.0, is_open=True)
    given.number("period_mean", period_mean, is_open=True)
    given.number("holding_cost", holding_cost, is_open=True)
    given.number("order_cost", order_cost, is_open=True)
    given.require()
    point = float(exposed.quantile(service_level))
    lot = max(1.0, float(np.rint(economic_lot(period_mean, holding_cost=holding_cost, order_cost=order_cost))))
    positions = point + 1 + np.arange(lot)
    left = float(np.mean(positions - exposed.mean + exposed.shortage(positions)))
    return Reordering(point, lot, order_cost * period_mean / lot + holding_cost * left)


def economic_lot(period_mean: float, *, holding_cost: float, order_cost: float) -> float:
    """The lot that balances ordering against holding under even demand: the square root formula.

    >>> economic_lot(100, holding_cost=1, order_cost=50)
    100.0
    """
    given = Given()
    given.number("period_mean", period_mean, is_open=True)
    given.number("holding_cost", holding_cost, is_open=True)
    given.number("order_cost", order_cost)
    given.require()
    return float(np.sqrt(2 * order_cost * period_mean / holding_cost))


class _HeldCost(Protocol):
    def __call__(self, units: int, /) -> float: ...


def _held_cost(exposed: DemandLaw, *, holding_cost: float, shortage_cost: float) -> _HeldCost:
    """Expected cost of a period whose exposed demand meets a stock position of so many units."""
    mean = exposed.mean

    @cache
    def cost(units: int) -> float:
        short = float(exposed.shortage(float(units)))
        return holding_cost * (units - mean + short) + shortage_cost * short

    return cost


def _least(held_cost: _HeldCost, exposed: DemandLaw, share: float) -> int:
    """The whole number of units of the least held cost, which is convex."""
    units = int(np.floor(exposed.quantile(share)))
    while held_cost(units + 1) < held_cost(units):
        units += 1
    while held_cost(units - 1) < held_cost(units):
        units -= 1
    return units


class _Renewal:
    """How often an (s, S) policy is found j units below S when stock is looked at, between two orders."""

    def __init__(self, period: DemandLaw) -> None:
        self._period = period
        self._visits = np.empty(0)

    def visits(self, n: int) -> Floats:
        """Expected periods spent 0 ... n - 1 units below S."""
        if n > len(self._visits):
            self._visits = self._computed(max(n, 2 * len(self._visits)))
        return self._visits[:n]

    def _computed(self, n: int) -> Floats:
        p = np.diff(self._period.share_below(np.arange(n, dtype=np.float64)), prepend=0.0)
        visits = np.empty(n)
        visits[0] = 1 / (1 - p[0])
        for j in range(1, n):
            visits[j] = p[1 : j + 1] @ visits[j - 1 :: -1] / (1 - p[0])
        return visits


def _require_costs(holding_cost: float, shortage_cost: float, order_cost: float, *, given: Given) -> None:
    given.number("holding_cost", holding_cost, is_open=True)
    given.number("shortage_cost", shortage_cost, is_open=True)
    given.number("order_cost", order_cost)
    given.require()
