"""Which lots to order under limits: capacity, storage, minimum orders and packs, to a proven optimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.supply.given import Given
from dealwright.supply.lots import LotPlan, priced
from dealwright.supply.programme import Places, Programme

Floats = NDArray[np.float64]

NODE_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class LotLimits:
    """What orders of n products over T periods must respect; what is left out does not limit.

    `capacity` and `storage` are (T,) or one number: what all orders of a period may use, and what all stock
    left at its end may fill; a unit uses `unit_load` and fills `unit_volume`, an order as such uses
    `order_load`, all (n,) or one number. `minimum` is the least and `most` the largest order in units, (n,) or
    one number; `pack` units come together, 0 for any amount.
    """

    capacity: ArrayLike = np.inf
    storage: ArrayLike = np.inf
    unit_load: ArrayLike = 1.0
    order_load: ArrayLike = 0.0
    unit_volume: ArrayLike = 1.0
    minimum: ArrayLike = 0.0
    most: ArrayLike = np.inf
    pack: ArrayLike = 0.0


@dataclass(frozen=True, slots=True)
class _Case:
    """The problem as read: costs are (n, T), limits (n,) or (T,)."""

    demand: Floats
    opening: Floats
    setup: Floats
    unit: Floats
    holding: Floats
    owing: Floats | None
    losing: Floats | None
    capacity: Floats
    storage: Floats
    unit_load: Floats
    order_load: Floats
    unit_volume: Floats
    minimum: Floats
    most: Floats
    pack: Floats


def capacitated_lots(
    demand_units: ArrayLike,
    *,
    order_cost: ArrayLike,
    holding_cost: ArrayLike,
    unit_cost: ArrayLike = 0.0,
    owed_cost: ArrayLike | None = None,
    lost_cost: ArrayLike | None = None,
    opening_units: ArrayLike = 0.0,
    limits: LotLimits | None = None,
    node_limit: int = NODE_LIMIT,
) -> LotPlan:
    """The cheapest lots for n products over T periods under `limits`, as a mixed-integer programme.

    `demand_units` is (n, T); costs are (n, T) or anything NumPy spreads over it, per unit and period (of stock
    left, of units owed) or per unit (bought, lost). Without `owed_cost` nobody waits, without `lost_cost` all
    demand is met; what is owed is met by the last period. Raises InfeasibleError with the limits that
    contradict one another. Every unit is followed from its order to its sale, which makes the relaxation tight
    (Krarup and Bilde's facility location form), at T²/2 variables for each product.

    >>> plan = capacitated_lots(
    ...     [[60, 40, 20, 80]], order_cost=100, holding_cost=1, limits=LotLimits(capacity=90)
    ... )
    >>> plan.order[0], plan.cost, plan.gap
    (array([60., 60.,  0., 80.]), 320.0, 0.0)
    """
    case = _read(
        demand_units,
        costs=(order_cost, unit_cost, holding_cost),
        owed_cost=owed_cost,
        lost_cost=lost_cost,
        opening_units=opening_units,
        limits=limits or LotLimits(),
    )
    plan = _solve(case, node_limit=node_limit)
    if plan is not None:
        return plan
    conflict = _conflict(case, node_limit=node_limit)
    if conflict:
        raise InfeasibleError(conflict)
    raise InputError(f"no plan was found within node_limit = {node_limit}; give a higher one, or looser limits")


def _read(
    demand_units: ArrayLike,
    *,
    costs: Sequence[ArrayLike],
    owed_cost: ArrayLike | None,
    lost_cost: ArrayLike | None,
    opening_units: ArrayLike,
    limits: LotLimits,
) -> _Case:
    given = Given()
    demand = given.array("demand_units", demand_units, (None, None))
    n, n_periods = shape = demand.shape

    def per_cell(name: str, values: ArrayLike) -> Floats:
        return given.array(name, values, shape, is_spread=True)

    def per_product(name: str, values: ArrayLike, *, may_be_infinite: bool = False) -> Floats:
        return given.array(name, values, (n,), is_spread=True, may_be_infinite=may_be_infinite)

    def per_period(name: str, values: ArrayLike) -> Floats:
        return given.array(name, values, (n_periods,), is_spread=True, may_be_infinite=True)

    order_cost, unit_cost, holding_cost = costs
    case = _Case(
        demand=demand,
        opening=per_product("opening_units", opening_units),
        setup=per_cell("order_cost", order_cost),
        unit=per_cell("unit_cost", unit_cost),
        holding=per_cell("holding_cost", holding_cost),
        owing=None if owed_cost is None else per_cell("owed_cost", owed_cost),
        losing=None if lost_cost is None else per_cell("lost_cost", lost_cost),
        capacity=per_period("capacity", limits.capacity),
        storage=per_period("storage", limits.storage),
        unit_load=per_product("unit_load", limits.unit_load),
        order_load=per_product("order_load", limits.order_load),
        unit_volume=per_product("unit_volume", limits.unit_volume),
        minimum=per_product("minimum", limits.minimum),
        most=per_product("most", limits.most, may_be_infinite=True),
        pack=per_product("pack", limits.pack),
    )
    given.rule(
        "minimum is above most for some product; no order fits", is_kept=not (case.minimum > case.most).any()
    )
    given.require()
    return case


def _solve(case: _Case, *, node_limit: int) -> LotPlan | None:
    n, n_periods = case.demand.shape
    programme = Programme()
    largest = _largest_order(case)
    is_ordered = programme.columns((n, n_periods), cost=case.setup, high=1, is_whole=True)
    n_packs = np.empty((n, n_periods), dtype=np.int64)
    for i in range(n):
        size = case.pack[i]
        n_packs[i] = programme.columns((n_periods,), is_whole=size > 0, high=largest[i] / (size or 1.0))
    lost = programme.columns(
        (n, n_periods),
        cost=0.0 if case.losing is None else case.losing,
        high=0.0 if case.losing is None else case.demand,
    )
    in_stock: list[list[Places]] = [[] for _ in range(n_periods)]
    in_volume: list[list[Floats]] = [[] for _ in range(n_periods)]
    for i in range(n):
        flow = _follow_units(programme, case, i, is_ordered[i], n_packs[i], lost[i])
        size = case.pack[i] or 1.0
        pair = np.column_stack([n_packs[i], is_ordered[i]])
        programme.at_most(0.0, pair, np.column_stack([np.full(n_periods, size), -largest[i]]))
        programme.at_least(0.0, pair, np.array([size, -case.minimum[i]]))
        for t in range(n_periods):
            # Left at the end of t: came by then, and is for later or for nobody.
            places = flow[: t + 2, t + 1 :].ravel()
            in_stock[t].append(places)
            in_volume[t].append(np.full(len(places), case.unit_volume[i]))
    for t in np.flatnonzero(np.isfinite(case.storage)).tolist():
        programme.at_most(case.storage[t], np.concatenate(in_stock[t])[None], np.concatenate(in_volume[t])[None])
    for t in np.flatnonzero(np.isfinite(case.capacity)).tolist():
        used = np.concatenate([n_packs[:, t], is_ordered[:, t]])
        loads = np.concatenate([case.unit_load * np.where(case.pack > 0, case.pack, 1.0), case.order_load])
        programme.at_most(case.capacity[t], used[None], loads[None])
    answer = programme.solve(node_limit=node_limit)
    if answer is None:
        return None
    ordered = np.where(case.pack[:, None] > 0, np.rint(answer.x[n_packs]) * case.pack[:, None], answer.x[n_packs])
    # Solvers keep rows to about one part in ten million.
    return priced(
        case.demand,
        np.asarray(np.round(ordered, 6), dtype=np.float64),
        opening=case.opening,
        setup=case.setup,
        holding=case.holding,
        unit=case.unit,
        owing=0.0 if case.owing is None else case.owing,
        losing=0.0 if case.losing is None else case.losing,
        lost=np.round(answer.x[lost], 6),
        bound=answer.bound,
    )


def _follow_units(
    programme: Programme, case: _Case, i: int, is_ordered: Places, n_packs: Places, lost: Places
) -> Places:
    """Units by where they come from and where they go: (1 + T, T + 1), with their costs and balances.

    Row 0 is the opening stock, row s + 1 the order of period s; column t is sold in period t, column T is left
    over at the end.
    """
    demand = case.demand[i]
    (n_periods,) = demand.shape
    came = np.arange(-1, n_periods)[:, None].clip(0)
    gone = np.arange(n_periods + 1)[None, :]
    held = np.concatenate([[0.0], np.cumsum(case.holding[i])])
    owing = np.zeros(n_periods) if case.owing is None else case.owing[i]
    owed = np.concatenate([[0.0], np.cumsum(owing)])
    waits = gone < came
    cost = np.where(waits, owed[came] - owed[gone], held[gone] - held[came])
    cost[1:] += case.unit[i][:, None]
    room = np.append(demand, np.inf)[None, :] * np.ones((n_periods + 1, 1))
    if case.owing is None:
        room[waits] = 0.0
    flow = programme.columns(cost.shape, cost=cost, high=room)
    programme.equal(demand, np.column_stack([flow[:, :n_periods].T, lost]), np.array(1.0))
    programme.equal(case.opening[i], flow[:1], np.array(1.0))
    size = case.pack[i] or 1.0
    programme.equal(0.0, flow[1:], np.array(1.0), n_packs[:, None], np.array(-size))
    # No unit of an order that is not placed: this, row by row, is what makes the relaxation tight.
    orders, sales = np.nonzero(room[1:, :n_periods] > 0)
    programme.at_most(
        0.0,
        np.column_stack([flow[1:, :n_periods][orders, sales], is_ordered[orders]]),
        np.column_stack([np.ones(len(orders)), -demand[sales]]),
    )
    return flow


def _largest_order(case: _Case) -> Floats:
    """No optimal order is larger, (n, T): all demand it may serve, up to whole packs and the minimum."""
    to_come = np.cumsum(case.demand[:, ::-1], axis=1)[:, ::-1]
    if case.owing is not None:
        to_come = np.repeat(case.demand.sum(axis=1, keepdims=True), case.demand.shape[1], axis=1)
    pack = case.pack[:, None]
    wanted = np.maximum(to_come, case.minimum[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = np.where(pack > 0, np.ceil(np.round(wanted / pack, 9)) * pack, wanted)
    return np.minimum(whole, case.most[:, None])


def _conflict(case: _Case, *, node_limit: int) -> list[str]:
    """A smallest set of limits that contradict one another; empty if none do."""
    n, n_periods = case.demand.shape
    free = np.full(n_periods, np.inf)
    loosened = {
        f"the capacity of a period (largest {case.capacity.max():g})": {"capacity": free},
        f"the storage (largest {case.storage.max():g})": {"storage": free},
        f"the minimum order (up to {case.minimum.max():g} units)": {"minimum": np.zeros(n)},
        f"the largest order (down to {case.most.min():g} units)": {"most": np.full(n, np.inf)},
        f"whole packs (up to {case.pack.max():g} units)": {"pack": np.zeros(n)},
        "all demand is met": {"losing": np.zeros_like(case.demand)},
        "nobody waits": {"owing": np.zeros_like(case.demand)},
    }
    free_of_cost = {name: np.zeros_like(case.demand) for name in ("setup", "unit", "holding")}
    loose = replace(case, **free_of_cost)
    if _solve(loose, node_limit=node_limit) is not None:
        return []
    conflict = list(loosened)
    for limit, values in loosened.items():
        looser = replace(loose, **values)
        if _solve(looser, node_limit=node_limit) is None:
            loose = looser
            conflict.remove(limit)
    return conflict
