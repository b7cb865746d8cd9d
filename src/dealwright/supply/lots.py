"""Which lots to order when demand is known and every order has a fixed cost: Wagner and Whitin's optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.supply.given import Given

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LotPlan:
    """Orders of n products over T periods, all (n, T) units, with their cost and its proven lower `bound`.

    `closing` is what is left, `owed` what customers wait for and `lost` what is not sold, in each period.
    """

    order: Floats
    closing: Floats
    owed: Floats
    lost: Floats
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the cost is above the bound, as a share of the cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


def wagner_whitin(
    demand_units: ArrayLike,
    *,
    order_cost: ArrayLike,
    holding_cost: ArrayLike,
    unit_cost: ArrayLike = 0.0,
    opening_units: float = 0.0,
) -> LotPlan:
    """The cheapest lots for one product without limits, by exact dynamic programming in O(T²).

    `demand_units` is (T,); costs are (T,) or one number for all periods. All demand is met in its period. An
    order comes before the period's customers; holding is paid on what is left at the period's end.

    >>> plan = wagner_whitin([60, 40, 20, 80], order_cost=100, holding_cost=1)
    >>> plan.order[0], plan.cost
    (array([120.,   0.,   0.,  80.]), 280.0)
    """
    given = Given()
    demand = given.array("demand_units", demand_units, (None,))
    (n_periods,) = demand.shape
    setup, holding, unit = (
        given.array(name, values, (n_periods,), is_spread=True)
        for name, values in (
            ("order_cost", order_cost),
            ("holding_cost", holding_cost),
            ("unit_cost", unit_cost),
        )
    )
    opening = given.number("opening_units", opening_units)
    given.require()

    needed = demand - np.diff(np.minimum(np.cumsum(demand), opening), prepend=0.0)
    held_until = np.concatenate([[0.0], np.cumsum(holding)])  # of a unit held from the start to period t
    best = np.concatenate([[0.0], np.full(n_periods, np.inf)])
    start = np.zeros(n_periods + 1, dtype=np.int64)
    for s in range(n_periods):
        units = needed[s:]
        run = np.cumsum(units * (unit[s] + held_until[s:-1] - held_until[s]))
        cost = best[s] + np.where(np.cumsum(units) > 0, setup[s], 0.0) + run
        is_better = cost < best[s + 1 :]
        best[s + 1 :][is_better] = cost[is_better]
        start[s + 1 :][is_better] = s
    order = np.zeros(n_periods)
    end = n_periods
    while end:
        order[start[end]] = needed[start[end] : end].sum()
        end = int(start[end])
    return priced(demand[None], order[None], opening=np.array([opening]), setup=setup, holding=holding, unit=unit)


def priced(
    demand: Floats,
    order: Floats,
    *,
    opening: Floats,
    setup: Floats,
    holding: Floats,
    unit: Floats,
    owing: Floats | float = 0.0,
    losing: Floats | float = 0.0,
    lost: Floats | float = 0.0,
    bound: float | None = None,
) -> LotPlan:
    """Follow orders (n, T) through demand (n, T) and add up what they cost; the balance always holds.

    Without a `bound`, the cost is its own: it was proven by other means.
    """
    lost = np.broadcast_to(np.asarray(lost, dtype=np.float64), demand.shape)
    # Adding and taking off the same units leaves dust, which is neither stock nor a debt.
    net = np.round(opening[:, None] + np.cumsum(order - demand + lost, axis=1), 6)
    closing, owed = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    cost = float(
        (setup * (order > 0) + unit * order + holding * closing).sum()
        + (owing * owed).sum()
        + (losing * lost).sum()
    )
    return LotPlan(order, closing, owed, lost, cost, cost if bound is None else min(bound, cost))
