"""The prices of the limits at which the upper bound is lowest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dealwright.plan.personal.interior import Iterate, starting_point
from dealwright.plan.personal.limit import Row
from dealwright.plan.personal.offers import Floats
from dealwright.plan.personal.priced import Part, dual_value, priced, respond

_MOST_TRIALS = 200
_MOST_STEPS = 80
_INDIFFERENT = 1e-6  # of the mean value: prices are found to rounding, ties are not


@dataclass(frozen=True, slots=True)
class Dual:
    """The lowest bound found, at `prices` (R,).

    `is_impossible`: the bound fell below any choice's value, so no choice keeps all limits.
    """

    prices: Floats
    bound: float
    is_impossible: bool = False


def lowest_bound(part: Part, *, tolerance: float) -> Dual:
    """The prices of the lowest bound, to a relative `tolerance`; stops early if no choice can keep all limits.

    Rows are priced only once they bind at the prices of the others, so idle limits cost next to nothing.
    """
    floor = part.least_value
    found = _at(part, np.zeros(len(part.most)), floor)
    binding = np.zeros(len(part.most), dtype=np.bool_)
    while True:
        new = ~binding & (_most_used(part, found.prices) > part.most)
        if not new.any():
            return found
        binding |= new
        less = replace(part, weight=part.weight[binding], most=part.most[binding])
        solve = _one_price if len(less.most) == 1 else _many_prices
        solved = solve(less, floor, tolerance=tolerance)
        prices = np.zeros(len(part.most))
        prices[binding] = solved.prices
        found = Dual(prices, solved.bound, solved.is_impossible)
        if found.is_impossible:
            return found


def _most_used(part: Part, prices: Floats) -> Floats:
    """(R,): what each row is used at most if customers who are indifferent all choose what uses it most."""
    left = priced(part, prices)
    best = np.maximum(left.max(axis=0), 0.0)
    is_near = left >= best - _INDIFFERENT * max(float(best.mean()), 1e-300)
    may_have_none = best <= _INDIFFERENT * max(float(best.mean()), 1e-300)
    most = np.where(is_near, part.weight, -np.inf).max(axis=1)
    return np.asarray(np.where(may_have_none, np.maximum(most, 0.0), most).sum(axis=1), dtype=np.float64)


def conflict(part: Part, rows: Sequence[Row]) -> list[str]:
    """The labels of a smallest set of rows that no choice keeps together; `part` must be impossible."""
    kept = list(range(len(rows)))
    for r in range(len(rows)):
        others = [k for k in kept if k != r]
        less = replace(part, weight=part.weight[others], most=part.most[others])
        if lowest_bound(less, tolerance=1e-6).is_impossible:
            kept = others
    return [rows[r].label for r in kept]


def _at(part: Part, prices: Floats, floor: float) -> Dual:
    """The bound at some prices; `floor`: no choice is worth less."""
    bound = dual_value(part, prices, respond(part, prices))
    # A hair's breadth is left to rounding: only a clear contradiction is one.
    is_impossible = bound < floor - 1e-9 * max(abs(floor), abs(bound), 1e-9)
    return Dual(prices, bound, is_impossible)


@dataclass(frozen=True, slots=True)
class _Trial:
    price: float
    value: float
    slope: float

    def meets(self, other: _Trial) -> float:
        """The price at which the tangents of two trials cross."""
        level, level_other = self.value - self.slope * self.price, other.value - other.slope * other.price
        return (level - level_other) / (other.slope - self.slope)

    def below(self, price: float) -> float:
        """The tangent, which the bound does not go below."""
        return self.value + self.slope * (price - self.price)


def _one_price(part: Part, floor: float, *, tolerance: float) -> Dual:
    """Of one price: the bound is convex and made of straight pieces, so tangents enclose its lowest point."""

    def trial(price: float) -> _Trial:
        response = respond(part, np.array([price]))
        slope = float(part.most[0] - response.used[0])
        return _Trial(price, dual_value(part, np.array([price]), response), slope)

    low, high = trial(0.0), trial(_typical_price(part))
    while high.slope < 0:
        if (found := _at(part, np.array([high.price]), floor)).is_impossible:
            return found
        if high.price > 1e300:  # offers of no weight in a limit that nothing can meet
            break
        low, high = high, trial(4.0 * high.price)
    best = min(low, high, key=lambda at: at.value)
    for count in range(_MOST_TRIALS):
        if low.slope == high.slope:
            break
        crossing = low.meets(high)
        if best.value - low.below(crossing) <= tolerance * max(abs(best.value), 1e-9):
            break
        # Tangents end it exactly on few customers; halving keeps it from creeping on many.
        price = crossing if count % 2 else (low.price + high.price) / 2
        if not low.price < price < high.price:
            break
        middle = trial(price)
        best = min(best, middle, key=lambda at: at.value)
        low, high = (middle, high) if middle.slope < 0 else (low, middle)
    return Dual(np.array([best.price]), best.value)


def _typical_price(part: Part) -> float:
    """Where the typical offer is no longer worth its weight."""
    value, weight = np.abs(part.value[np.isfinite(part.value)]), np.abs(part.weight[part.weight != 0])
    if not value.size or not weight.size or not value.any():
        return 1.0
    return float(value.mean() / weight.mean())


def _many_prices(part: Part, floor: float, *, tolerance: float) -> Dual:
    """Of several prices: interior points of the linear relaxation, whose prices close in on the lowest bound."""
    at: Iterate | None = starting_point(part)
    best = _at(part, np.zeros(len(part.most)), floor)
    for _ in range(_MOST_STEPS):
        at = at.next() if at is not None else None
        if at is None:
            break
        found = _at(part, at.prices, floor)
        if found.is_impossible:
            return found
        best = min(best, found, key=lambda dual: dual.bound)
        if at.distance <= tolerance:
            break
    return best
