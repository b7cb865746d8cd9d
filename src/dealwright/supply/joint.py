"""Which price when, together with which lots: promotion and supply in one optimum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError
from dealwright.supply.given import Given
from dealwright.supply.programme import Places, Programme

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

NODE_LIMIT = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class JointProblem:
    """One product over T periods at K price levels, level 0 the regular one.

    `unit_price`, (T, K), is what a unit sold brings in, supplier money included; `demand_units`, (T, K), what
    is asked for at that level. `after`, (K,), multiplies the demand of the period after that level: below 1
    where shoppers stocked up. A unit ordered costs `unit_cost`, an order `order_cost`, a unit left at a
    period's end `holding_cost`, all (T,). Demand need not be met. `most_order` and `storage`, (T,), limit
    orders and stock; `most_promotions` the periods away from level 0. Read with `joint_problem`.
    """

    unit_price: Floats
    demand_units: Floats
    unit_cost: Floats
    order_cost: Floats
    holding_cost: Floats
    after: Floats
    opening_units: float
    most_order: Floats
    storage: Floats
    most_promotions: int

    @property
    def has_limits(self) -> bool:
        """Whether anything keeps lots and prices of different periods apart, so that the programme is needed."""
        n_periods = len(self.unit_cost)
        is_limited = np.isfinite(self.most_order).any() or np.isfinite(self.storage).any()
        return bool(is_limited or self.opening_units > 0 or self.most_promotions < n_periods)


@dataclass(frozen=True, slots=True)
class JointPlan:
    """The price level, units sold, ordered and left of each period, (T,), with profit and its upper bound."""

    level: Whole
    sold: Floats
    order: Floats
    closing: Floats
    profit: float
    bound: float


def joint_problem(
    unit_price: ArrayLike,
    demand_units: ArrayLike,
    *,
    unit_cost: ArrayLike,
    order_cost: ArrayLike,
    holding_cost: ArrayLike,
    after: ArrayLike = 1.0,
    opening_units: float = 0.0,
    most_order: ArrayLike = np.inf,
    storage: ArrayLike = np.inf,
    most_promotions: int | None = None,
) -> JointProblem:
    """Read a problem, and tell all that is wrong with it at once; one number stands for all periods."""
    given = Given()
    demand = given.array("demand_units", demand_units, (None, None))
    n_periods, n_levels = demand.shape

    def per_period(name: str, values: ArrayLike, *, may_be_infinite: bool = False) -> Floats:
        return given.array(name, values, (n_periods,), is_spread=True, may_be_infinite=may_be_infinite)

    promotions = n_periods if most_promotions is None else given.whole("most_promotions", most_promotions)
    factors = given.array("after", after, (n_levels,), is_spread=True)
    given.rule(
        f"after[0] is {factors[0]:g}; the regular price leaves the next period as it is, so it must be 1",
        is_kept=not abs(factors[0] - 1) > 0,
    )
    problem = JointProblem(
        unit_price=given.array("unit_price", unit_price, (n_periods, n_levels), is_spread=True),
        demand_units=demand,
        unit_cost=per_period("unit_cost", unit_cost),
        order_cost=per_period("order_cost", order_cost),
        holding_cost=per_period("holding_cost", holding_cost),
        after=factors,
        opening_units=given.number("opening_units", opening_units),
        most_order=per_period("most_order", most_order, may_be_infinite=True),
        storage=per_period("storage", storage, may_be_infinite=True),
        most_promotions=promotions,
    )
    given.require()
    return problem


def plan_jointly(problem: JointProblem, *, node_limit: int = NODE_LIMIT) -> JointPlan:
    """Prices and lots of the most profit: by dynamic programming, or as a programme where limits bind periods.

    >>> problem = joint_problem(
    ...     [[10, 8]] * 2, [[10, 18]] * 2, unit_cost=5, order_cost=20, holding_cost=1
    ... )
    >>> plan = plan_jointly(problem)
    >>> plan.level, plan.order, plan.profit
    (array([1, 0]), array([28.,  0.]), 74.0)
    """
    allowed = np.ones(problem.demand_units.shape, dtype=np.bool_)
    if problem.has_limits:
        return solve_programme(problem, allowed, node_limit=node_limit)
    return solve_stages(problem, allowed)


def plan_supply_for(problem: JointProblem, level: ArrayLike, *, node_limit: int = NODE_LIMIT) -> JointPlan:
    """The best lots for a given calendar of price levels, (T,)."""
    given = Given()
    n_periods, n_levels = problem.demand_units.shape
    levels = given.array("level", level, (n_periods,), high=n_levels - 1)
    given.rule(
        "level must hold whole numbers, the places of price levels", is_kept=(levels == np.rint(levels)).all()
    )
    given.require()
    allowed = np.arange(n_levels) == levels[:, None]
    if problem.has_limits:
        return solve_programme(replace(problem, most_promotions=n_periods), allowed, node_limit=node_limit)
    return solve_stages(problem, allowed)


def plan_in_sequence(problem: JointProblem, *, node_limit: int = NODE_LIMIT) -> JointPlan:
    """What two departments would do: prices of the most margin first, then the best lots for them.

    The prices see unit costs and what a promotion takes from the next period, but neither order nor holding
    costs nor limits of supply.
    """
    n_periods = len(problem.unit_cost)
    priced = replace(
        problem,
        order_cost=np.zeros(n_periods),
        holding_cost=np.zeros(n_periods),
        opening_units=0.0,
        most_order=np.full(n_periods, np.inf),
        storage=np.full(n_periods, np.inf),
    )
    return plan_supply_for(problem, plan_jointly(priced, node_limit=node_limit).level, node_limit=node_limit)


def solve_stages(problem: JointProblem, allowed: Flags) -> JointPlan:
    """The optimum without limits, by dynamic programming in O(T² K²); `allowed` is (T, K).

    State: the period of the latest order, and the last price level. Without limits each period is served by
    the latest order alone, as in Wagner and Whitin's problem, since stock that meets a new order could as well
    have come with it or the new order earlier.
    """
    p = problem
    assert not p.has_limits, "limits need the programme"
    n_periods, n_levels = p.demand_units.shape
    held = np.concatenate([[0.0], np.cumsum(p.holding_cost)])
    # best[s, j]: the latest order in period s - 1 (0: none yet), the last level j.
    best = np.full((n_periods + 1, n_levels), -np.inf)
    best[0, 0] = 0.0
    source = np.zeros((n_periods, n_levels), dtype=np.int64)
    previous = np.zeros((n_periods, n_periods + 1, n_levels), dtype=np.int64)
    for t in range(n_periods):
        source[t] = np.argmax(best, axis=0)
        best[t + 1] = best.max(axis=0) - p.order_cost[t]
        landed = np.append(np.inf, p.unit_cost + held[t] - held[:-1])
        landed[t + 2 :] = np.inf
        margin = np.maximum(p.unit_price[t] - landed[:, None], 0.0)
        gain = margin[:, None, :] * p.after[None, :, None] * p.demand_units[t]
        value = np.where(allowed[t], best[:, :, None] + gain, -np.inf)
        previous[t] = value.argmax(axis=1)
        best = value.max(axis=1)
    profit = float(best.max())
    s, k = (int(place) for place in np.unravel_index(int(best.argmax()), best.shape))
    level, supplier = np.zeros(n_periods, dtype=np.int64), np.zeros(n_periods, dtype=np.int64)
    for t in range(n_periods - 1, -1, -1):
        level[t], supplier[t] = k, s
        k = int(previous[t, s, k])
        if s == t + 1:
            s = int(source[t, k])
    earlier = np.append(0, level[:-1])
    asked = p.after[earlier] * p.demand_units[np.arange(n_periods), level]
    order_of = np.maximum(supplier - 1, 0)
    landed = p.unit_cost[order_of] + held[:-1] - held[order_of]
    pays = (supplier > 0) & (p.unit_price[np.arange(n_periods), level] > landed)
    sold = np.where(pays, asked, 0.0)
    order = np.asarray(np.bincount(order_of, weights=sold, minlength=n_periods), dtype=np.float64)
    return _told(p, level, sold, order, bound=profit)


def solve_programme(problem: JointProblem, allowed: Flags, *, node_limit: int) -> JointPlan:
    """The optimum under limits, as a mixed-integer programme; `allowed` is (T, K)."""
    p = problem
    n_periods, n_levels = p.demand_units.shape
    programme = Programme()
    step = _price_path(programme, p, allowed)
    is_ordered = programme.columns((n_periods,), cost=p.order_cost, high=1, is_whole=True)
    held = np.concatenate([[0.0], np.cumsum(p.holding_cost)])
    came = np.arange(-1, n_periods).clip(0)  # source 0 is the opening stock, there from the start
    bought = np.append(0.0, p.unit_cost)
    sources, sales = np.nonzero(came[:, None] <= np.arange(n_periods)[None, :])
    landed = bought[sources] + held[sales] - held[came[sources]]
    # (pairs of source and sale, K) units, at each price level.
    units = programme.columns((len(sources), n_levels), cost=landed[:, None] - p.unit_price[sales])
    unsold = programme.columns((1,), cost=held[-1])
    for t in range(n_periods):
        # Sold at a level: no more than is asked for, and that is nothing unless the level is chosen.
        asked = -p.demand_units[t][:, None] * p.after[None, :]
        programme.at_most(0.0, units[sales == t].T, np.array(1.0), step[t].T, asked)
    has_demand = np.where(p.demand_units > 0, p.demand_units, np.inf)
    ordered = sources > 0
    # In shares of the demand, no more is sold than ordered or not: this makes the relaxation tight.
    shares = np.maximum(p.after.max(), 1.0) * has_demand[sales[ordered]]
    programme.at_most(
        0.0,
        np.column_stack([units[ordered], is_ordered[sources[ordered] - 1]]),
        np.column_stack([1 / shares, -np.ones(int(ordered.sum()))]),
    )
    programme.equal(p.opening_units, units[~ordered].reshape(1, -1), np.array(1.0), unsold[None], np.array(1.0))
    for t in np.flatnonzero(np.isfinite(p.most_order)).tolist():
        mine = units[sources == t + 1].reshape(1, -1)
        programme.at_most(0.0, mine, np.array(1.0), is_ordered[[t]][None], np.array(-p.most_order[t]))
    for t in np.flatnonzero(np.isfinite(p.storage)).tolist():
        kept = units[(came[sources] <= t) & (sales > t)].reshape(1, -1)
        programme.at_most(p.storage[t], kept, np.array(1.0), unsold[None], np.array(1.0))
    answer = programme.solve(node_limit=node_limit)
    if answer is None:
        raise InputError("no plan fits: the opening stock must fit into `storage` after each period's sales")
    chosen = answer.x[step].sum(axis=1)
    level = chosen.argmax(axis=1)
    amounts = np.round(answer.x[units].sum(axis=1), 6)
    sold = np.asarray(np.bincount(sales, weights=amounts, minlength=n_periods), dtype=np.float64)
    came_in = np.asarray(np.bincount(sources, weights=amounts, minlength=n_periods + 1), dtype=np.float64)
    return _told(p, level, sold, came_in[1:], bound=-answer.bound)


def _price_path(programme: Programme, p: JointProblem, allowed: Flags) -> Places:
    """Binary steps (T, K, K) from the level before to the level now: one path, at most so many promotions."""
    n_periods, n_levels = p.demand_units.shape
    open_to = np.repeat(allowed[:, None, :], n_levels, axis=1).astype(np.float64)
    open_to[0, 1:] = 0.0  # before the first period the price is regular
    step = programme.columns((n_periods, n_levels, n_levels), high=open_to, is_whole=True)
    programme.equal(1.0, step[0].reshape(1, -1), np.array(1.0))
    for t in range(n_periods - 1):
        programme.equal(0.0, step[t].T, np.array(1.0), step[t + 1], np.array(-1.0))
    if p.most_promotions < n_periods and n_levels > 1:
        programme.at_most(p.most_promotions, step[:, :, 1:].reshape(1, -1), np.array(1.0))
    return step


def _told(p: JointProblem, level: Whole, sold: Floats, order: Floats, *, bound: float) -> JointPlan:
    """The plan with its stock and its profit counted anew from the balance."""
    closing = np.round(p.opening_units + np.cumsum(order - sold), 6)
    assert (closing >= -1e-5).all(), "stock cannot be negative"
    closing = np.maximum(closing, 0.0)
    income = p.unit_price[np.arange(len(level)), level] * sold
    spent = p.unit_cost * order + p.order_cost * (order > 0) + p.holding_cost * closing
    profit = float((income - spent).sum())
    return JointPlan(level.astype(np.int64), sold, order, closing, profit, max(bound, profit))
