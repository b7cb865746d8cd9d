"""Which limits a plan uses up, which of them keep an offer out, and what more room would bring."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, vstack

from dealwright.plan.constraints import Constraint, counts_money
from dealwright.plan.constraints.check import indicator
from dealwright.plan.plan import PromotionPlan

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

_FULL = 0.999
"""A row is full from here on: what is left is less than any promotion needs."""


@dataclass(frozen=True, slots=True)
class UsedLimit:
    """A limit at one place, and what a unit more of it would bring there.

    `price` is in major units of the objective, money for money if the limit counts money (`is_money`); 0 where the
    relaxed problem sees no gain, None where it is not known.
    """

    code: str
    params: dict[str, object]
    where: str
    price: float | None
    is_money: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        per = "money" if self.is_money else "unit"
        return {"code": self.code, "params": {**self.params, "where": self.where}, "price": self.price, "per": per}


@dataclass(frozen=True, slots=True, eq=False)
class LimitUse:
    """The rows of all limits beside what the plan puts into each: R rows over flat cells.

    `owner` (R,) is the place of each row's limit; `total`, `low`, `high`, `price_minor` (R,); `is_mixed` (R,) marks
    rows with weights of both signs, which are balances and not room that is used up.
    """

    plan: PromotionPlan
    matrix: csc_array
    total: Floats
    low: Floats
    high: Floats
    owner: Ints
    labels: tuple[str, ...]
    price_minor: Floats
    is_mixed: Flags
    minor_per_major: int

    @classmethod
    def of(cls, plan: PromotionPlan, *, minor_per_major: int) -> LimitUse:
        """Lay out all limits of a plan once, for as many questions as there are."""
        problem = plan.problem
        parts = [constraint.rows(problem) for constraint in plan.constraints]
        labels = tuple(label for part in parts for label in part.labels)
        owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts]).astype(np.int64)
        n_cells = problem.value.size
        matrix = csr_array(vstack([csr_array((0, n_cells)), *(part.matrix(n_cells) for part in parts)]))
        return cls(
            plan=plan,
            matrix=matrix.tocsc(),
            total=np.asarray(matrix @ indicator(problem, plan.solution.choice)),
            low=np.concatenate([np.empty(0), *(part.low for part in parts)]),
            high=np.concatenate([np.empty(0), *(part.high for part in parts)]),
            owner=owner,
            labels=labels,
            price_minor=_prices(plan, owner, labels),
            is_mixed=(matrix.min(axis=1).toarray().ravel() < 0) & (matrix.max(axis=1).toarray().ravel() > 0)
            if matrix.shape[0]
            else np.empty(0, dtype=np.bool_),
            minor_per_major=minor_per_major,
        )

    def used_up_by(self, i: int, t: int, k: int) -> tuple[UsedLimit, ...]:
        """Limits that are full and hold offer `k` of product `i` in week `t`, the dearest first."""
        rows, _ = self._column(i, t, k)
        is_full = np.isfinite(self.high[rows]) & (self.total[rows] >= _FULL * self.high[rows])
        return self._told(rows[is_full & ~self.is_mixed[rows]])

    def keeping_out(self, i: int, t: int, k: int) -> tuple[UsedLimit, ...]:
        """Limits that this offer would break beside the plan as it is, the dearest first."""
        rows, weights = self._column(i, t, k)
        after = self.total[rows] + weights
        rounding = 1e-6 * np.maximum(1.0, np.abs(after))
        above = (weights > 0) & (after > self.high[rows] + rounding)
        below = (weights < 0) & (after < self.low[rows] - rounding)
        return self._told(rows[above | below])

    def _column(self, i: int, t: int, k: int) -> tuple[Ints, Floats]:
        _, n_weeks, n_offers = self.plan.problem.shape
        cell = (i * n_weeks + t) * n_offers + k
        inside = slice(self.matrix.indptr[cell], self.matrix.indptr[cell + 1])
        return np.asarray(self.matrix.indices[inside], dtype=np.int64), np.asarray(self.matrix.data[inside])

    def _told(self, rows: Ints) -> tuple[UsedLimit, ...]:
        """Each limit once, at the place where it is dearest."""
        dearest_first = rows[np.argsort(-np.nan_to_num(self.price_minor[rows]), kind="stable")]
        once: dict[int, int] = {}
        for row in dearest_first:
            once.setdefault(int(self.owner[row]), int(row))
        return tuple(self._limit(self.plan.constraints[owner], row) for owner, row in once.items())

    def _limit(self, constraint: Constraint, row: int) -> UsedLimit:
        is_money = counts_money(constraint)
        price = float(self.price_minor[row]) / (1.0 if is_money else self.minor_per_major)
        solution = self.plan.solution
        is_known = np.isfinite(price) and (bool(solution.shadow_prices) or np.isfinite(solution.bound))
        return UsedLimit(
            constraint.code, constraint.params(), self.labels[row], price if is_known else None, is_money
        )


def _prices(plan: PromotionPlan, owner: Ints, labels: tuple[str, ...]) -> Floats:
    """Of each row, minor units; NaN where rows of one limit share a label and not the same price."""
    places = list(zip(owner.tolist(), labels, strict=True))
    n_rows = Counter(places)
    priced: dict[tuple[int, str], list[float]] = {}
    for item in plan.solution.shadow_prices:
        priced.setdefault((item.constraint, item.label), []).append(item.price_minor)
    known = {
        place: prices[0] if len(prices) == n_rows[place] and max(prices) == min(prices) else np.nan
        for place, prices in priced.items()
    }
    return np.array([known.get(place, 0.0) for place in places])
