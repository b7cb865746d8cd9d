"""Which rung of a ladder in which period, when one stock must last: exact, by the stocks worth keeping.

After each period only the ways so far are kept that no other beats in both stock left and money earned; a way is
dropped as soon as even a perfect rest could not make it the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from dealwright.core.errors import InputError
from dealwright.price.curve import DemandCurve, Goods
from dealwright.price.given import Floats, Ints
from dealwright.price.ladder import Ladder
from dealwright.price.path import PricePath, settle

_MOST_WAYS = 200_000  # kept after a period; beyond, an even choice of them is, and `bound` tells the gap


def best_path_on(
    ladder: Ladder, curves: Sequence[DemandCurve], goods: Goods, *, serves_all: bool = False
) -> PricePath:
    """The best rung of each period for mean demand, valued over draws as in `path.best_path`.

    With `serves_all` only paths are allowed whose mean demand the stock covers, so nobody is turned away;
    InputError if even the path that sells least needs more. The single price told beside it turns some away if
    every single price does. Rungs below the unit worth are never taken.

    >>> from dealwright.price.curve import Linear
    >>> ladder, curves = Ladder.of([40, 50, 60, 70]), [Linear(100, 1), Linear(60, 1)]
    >>> best_path_on(ladder, curves, Goods(stock=45, unit_worth=20), serves_all=True).prices.tolist()
    [70.0, 50.0]
    """
    if not curves:
        raise InputError("a path needs at least one period; given none")
    prices = ladder.array[ladder.array >= goods.unit_worth]
    if not len(prices):
        raise InputError(
            f"every rung is below the worth of a unit, {goods.unit_worth:g}; add a rung of at least that"
        )
    wanted = np.stack([curve.units(prices).mean(axis=0) for curve in curves])
    problem = _Ways(prices - goods.unit_worth, wanted, goods.stock, serves_all)
    if serves_all and wanted.min(axis=1).sum() > goods.stock:
        raise InputError(
            f"even the path that sells least needs {wanted.min(axis=1).sum():g} units and the stock is "
            f"{goods.stock:g}; add a dearer rung or allow to sell out (serves_all=False)"
        )
    stock_price = problem.stock_price()
    single, floor = problem.single()
    choice, is_exact = problem.best(stock_price, at_least=floor)
    return settle(
        curves,
        goods,
        prices[choice],
        single=float(prices[single]),
        bound=problem.bound(stock_price),
        stock_price=stock_price,
        is_exact=is_exact,
        may_stay=bool(np.isfinite(floor)),
    )


@dataclass(frozen=True, slots=True)
class _Ways:
    """Margins (K,), mean units wanted (T, K), the stock, and whether all who want must be served."""

    margin: Floats
    wanted: Floats
    stock: float
    serves_all: bool

    def beyond(self, stock_price: float) -> Floats:
        """What each period can bring at most over the price of the stock it takes, (T,)."""
        return np.asarray(np.maximum(((self.margin - stock_price) * self.wanted).max(axis=1), 0.0))

    def bound(self, stock_price: float) -> float:
        """What no path can earn more than; valid for any price of stock."""
        held = stock_price * self.stock if stock_price > 0 else 0.0
        return float(held + self.beyond(stock_price).sum())

    def stock_price(self) -> float:
        """The price of stock that makes the bound lowest."""
        if self.wanted.max(axis=1).sum() <= self.stock:
            return 0.0
        top = float(self.margin.max())
        found = minimize_scalar(
            self.bound, bounds=(0.0, top), method="bounded", options={"xatol": 1e-9 * max(top, 1.0)}
        )
        tried = [0.0, float(found.x)]
        return min(tried, key=self.bound)

    def single(self) -> tuple[int, float]:
        """The best rung that stays, and what it earns; minus infinity if none serves all."""
        total = self.wanted.sum(axis=0)
        value = self.margin * np.minimum(total, self.stock)
        if self.serves_all:
            value = np.where(total <= self.stock, value, -np.inf)
        best = int(np.argmax(value))
        if value[best] == -np.inf:
            return int(np.argmin(total)), -np.inf
        return best, float(value[best])

    def best(self, stock_price: float, *, at_least: float) -> tuple[Ints, bool]:
        """The rung of each period, (T,), and whether it is the best there is."""
        is_exact = True
        beyond = self.beyond(stock_price)
        after = np.concatenate([np.cumsum(beyond[::-1])[::-1][1:], [0.0]])
        least_after = np.concatenate([np.cumsum(self.wanted.min(axis=1)[::-1])[::-1][1:], [0.0]])
        left, value = np.array([self.stock]), np.zeros(1)
        came_from: list[tuple[Ints, Ints]] = []
        slack = 1e-9 * max(abs(at_least), 1.0) if np.isfinite(at_least) else 0.0
        for t, wanted in enumerate(self.wanted):
            sold = np.broadcast_to(wanted, (len(left), len(wanted)))
            if not self.serves_all:
                sold = np.minimum(sold, left[:, None])
            new_left = (left[:, None] - sold).ravel()
            new_value = (value[:, None] + self.margin * sold).ravel()
            held = stock_price * new_left if stock_price > 0 else 0.0
            is_open = new_value + held + after[t] >= at_least - slack
            if self.serves_all:
                is_open &= new_left >= least_after[t] - 1e-9
            kept = _undominated(new_left, new_value, np.flatnonzero(is_open))
            if len(kept) > _MOST_WAYS:
                # Values rise as stock falls along `kept`, so an even choice keeps near neighbours of every way.
                kept, is_exact = kept[np.linspace(0, len(kept) - 1, _MOST_WAYS).astype(np.int64)], False
            came_from.append((kept // len(wanted), kept % len(wanted)))
            left, value = new_left[kept], new_value[kept]
        return _trace(came_from, int(np.argmax(value))), is_exact


def _undominated(left: Floats, value: Floats, among: Ints) -> Ints:
    """Of `among`, the ways that no other beats in both, the most stock first."""
    order = among[np.lexsort((-value[among], -left[among]))]
    best_before = np.concatenate([[-np.inf], np.maximum.accumulate(value[order])[:-1]])
    return order[value[order] > best_before]


def _trace(came_from: list[tuple[Ints, Ints]], last: int) -> Ints:
    choice = np.zeros(len(came_from), dtype=np.int64)
    for t in range(len(came_from) - 1, -1, -1):
        parents, rungs = came_from[t]
        choice[t], last = rungs[last], int(parents[last])
    return choice
