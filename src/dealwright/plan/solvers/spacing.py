"""How often a product can be promoted, and in which weeks not both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.rows import RowSystem

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Spacing:
    """`most` (n,) promotions of a product over all weeks; `is_apart` (n, T, T): never in both of two weeks."""

    most: Ints
    is_apart: Flags


def spacing(problem: PlanningProblem, system: RowSystem) -> Spacing:
    """What hard limits say of a product's promotions, row by row; what they say together may be less.

    Only rows count that hold each promotion of one product in weeks that follow one another.
    """
    n, n_weeks, n_offers = problem.shape
    found = Spacing(np.full(n, n_weeks, dtype=np.int64), np.zeros((n, n_weeks, n_weeks), dtype=np.bool_))
    matrix = system.matrix
    rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
    if len(rows) == 0:
        return found
    starts, promotes = matrix.indptr[rows], np.array([offer.is_promotion for offer in problem.offers])
    place, offer = np.divmod(matrix.indices, n_offers)
    product, week = np.divmod(place, n_weeks)
    of = np.minimum.reduceat(product, starts)
    first, last = np.minimum.reduceat(week, starts), np.maximum.reduceat(week, starts)
    is_whole = np.diff(matrix.indptr)[rows] == promotes.sum() * (last - first + 1)
    is_whole &= (of == np.maximum.reduceat(product, starts)) & np.logical_and.reduceat(promotes[offer], starts)
    is_whole &= (np.minimum.reduceat(matrix.data, starts) >= 1) & ~system.is_soft[rows]
    is_whole &= np.isfinite(system.high[rows])
    most = np.floor(np.where(is_whole, system.high[rows], n_weeks) + 1e-9).astype(np.int64)
    for start, end in set(zip(first[is_whole].tolist(), last[is_whole].tolist(), strict=True)):
        here = is_whole & (first == start) & (last == end)
        if (start, end) == (0, n_weeks - 1):
            np.minimum.at(found.most, of[here], most[here])
        found.is_apart[of[here & (most < 2)], start : end + 1, start : end + 1] = True
    return found
