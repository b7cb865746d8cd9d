"""Orders that neither jump nor let stock stray from its target: a quadratic programme with the true balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from dealwright.core.errors import InfeasibleError
from dealwright.supply.given import Given

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SmoothOrders:
    """Units ordered and left in each of T periods, with the cost and its proven lower bound."""

    order: Floats
    closing: Floats
    cost: float
    bound: float


def smooth_order(
    *, opening_units: float, demand_units: float, target_units: float, last_order: float, weight: float
) -> float:
    """The order of one step, in closed form and without limits.

    It minimises (stock left - target)² + weight x (order - last order)², where stock left is opening + order
    - demand; negative if stock should be sent back.

    >>> smooth_order(opening_units=50, demand_units=80, target_units=60, last_order=70, weight=1)
    80.0
    """
    given = Given()
    for name, value in (("opening_units", opening_units), ("last_order", last_order)):
        given.number(name, value, low=-np.inf)
    for name, value in (("demand_units", demand_units), ("target_units", target_units), ("weight", weight)):
        given.number(name, value)
    given.require()
    return (weight * last_order + target_units + demand_units - opening_units) / (1 + weight)


def smooth_orders(
    demand_units: ArrayLike,
    *,
    opening_units: float,
    target_units: ArrayLike,
    last_order: float,
    weight: float,
    most: ArrayLike = np.inf,
    storage: ArrayLike = np.inf,
) -> SmoothOrders:
    """Orders of T periods, (T,), that minimise the squared strays of stock and, times `weight`, of orders.

    Stock is what was there before + ordered - sold, and never below 0 nor above `storage`; orders lie between
    0 and `most`; a period's stray is from `target_units`, an order's from the one before. What is not `(T,)`
    is one number for all periods. The optimum is exact; InfeasibleError if demand cannot be met.

    >>> smooth_orders([80, 80], opening_units=50, target_units=60, last_order=70, weight=1).order.round(2)
    array([82.5, 85. ])
    """
    given = Given()
    demand = given.array("demand_units", demand_units, (None,))
    (n_periods,) = demand.shape
    target = given.array("target_units", target_units, (n_periods,), is_spread=True)
    top = given.array("most", most, (n_periods,), is_spread=True, may_be_infinite=True)
    room = given.array("storage", storage, (n_periods,), is_spread=True, may_be_infinite=True)
    opening = given.number("opening_units", opening_units)
    last = given.number("last_order", last_order)
    weight = given.number("weight", weight)
    given.require()

    # All in units of the largest figure, so that the solver meets numbers near 1.
    scale = max(float(np.max(np.concatenate([demand, target]))), opening, last) or 1.0
    cumulated = np.tri(n_periods)
    step = np.eye(n_periods) - np.eye(n_periods, k=-1)
    drained = (np.cumsum(demand) - opening) / scale  # stock = cumulated orders - drained
    first = np.zeros(n_periods)
    first[0] = last / scale
    a = np.concatenate([cumulated, np.sqrt(weight) * step])
    b = np.concatenate([drained + target / scale, np.sqrt(weight) * first])
    g = np.concatenate([np.eye(n_periods), cumulated, -np.eye(n_periods), -cumulated])
    h = np.concatenate([np.zeros(n_periods), drained, -top / scale, -(room / scale + drained)])
    is_limit = np.isfinite(h)
    answer = least_squares(a, b, g[is_limit], h[is_limit])
    if answer is None:
        raise InfeasibleError(
            [
                "all demand is met in its period",
                *([f"no order above {np.max(top):g} units"] if np.isfinite(top).any() else []),
                *([f"no more stock than {np.max(room):g} units"] if np.isfinite(room).any() else []),
            ]
        )
    order = np.where(np.abs(answer.x) < 1e-9, 0.0, answer.x) * scale
    closing = opening + np.cumsum(order - demand)
    strays = ((closing - target) ** 2).sum() + weight * (np.diff(order, prepend=last) ** 2).sum()
    return SmoothOrders(order, closing, float(strays), min(answer.bound * scale**2, float(strays)))


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """The minimum of |a x - b|² and the dual's value, a proven lower limit of it."""

    x: Floats
    bound: float


def least_squares(a: Floats, b: Floats, g: Floats, h: Floats) -> LeastSquares | None:
    """Minimise |a x - b|² with g x >= h, exactly; `a` has full column rank. None if no x keeps all limits.

    Lawson and Hanson's least distance programming: the limits are turned into non-negative least squares,
    whose finite active set method tells which of them bind; with these known, x solves linear equations.
    """
    q, r = np.linalg.qr(a)
    free = q.T @ b
    distance = np.linalg.solve(r.T, g.T).T  # g r^-1
    least = h - distance @ free
    system = np.vstack([distance.T, least[None, :]])
    wanted = np.append(np.zeros(a.shape[1]), 1.0)
    multiplier, missed = nnls(system, wanted, maxiter=50 * len(h))
    if missed < 1e-7:
        return None
    binding = np.flatnonzero(multiplier > 0)
    # Binding limits may say the same twice; the least-norm multipliers then still give the one x.
    price = np.linalg.lstsq(distance[binding] @ distance[binding].T, least[binding], rcond=None)[0]
    y = distance[binding].T @ price
    x = np.linalg.solve(r, free + y)
    apart = float(b @ b - free @ free)
    # Any prices not below 0 give a bound; the solver's own are the second try.
    tries = (np.maximum(price, 0.0), multiplier[binding] / missed**2)
    return LeastSquares(x, apart + max(_dual_value(distance[binding], least[binding], price) for price in tries))


def _dual_value(limits: Floats, least: Floats, price: Floats) -> float:
    """The least over y of |y|² - 2 price (limits y - least), at y = limits' price."""
    y = limits.T @ price
    return 2 * float(price @ least) - float(y @ y)
