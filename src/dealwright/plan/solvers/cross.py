"""Cross effects between promotions of one category and week, written for a linear solver.

The true extra value of two promotions together is a product of two of the problem's coefficients, never negative.
Two ways to write it: an upper envelope with one column per category and week (small, and proves a bound), or one
column per pair of promotions (exact, for as many pairs as a solver can bear).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from dealwright.plan.problem import PlanningProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that take part: flat indices, and each one's product, week, offer and category-week."""

    flat: Ints
    product: Ints
    week: Ints
    offer: Ints
    group: Ints

    @classmethod
    def of(cls, flat: Ints, problem: PlanningProblem) -> Cells:
        """Unravel flat indices into (n, T, K)."""
        _, n_weeks, n_offers = problem.shape
        place = flat // n_offers
        product, week = place // n_weeks, place % n_weeks
        return cls(flat, product, week, flat % n_offers, problem.category_of[product] * n_weeks + week)

    def __len__(self) -> int:
        return len(self.flat)


@dataclass(frozen=True, slots=True)
class CrossEffects:
    """Columns to add after the cells: their value, and rows over cells and columns that are at most zero."""

    value: Floats
    rows: csr_array


@dataclass(frozen=True, slots=True)
class Others:
    """The most that the other promotions of a product's category can add up to in a week, each (n, T)."""

    given: Floats
    taken: Floats


def envelope(cells: Cells, problem: PlanningProblem, others: Others) -> CrossEffects:
    """One column per category and week, at most the sum of each promotion's part with the most its neighbours add.

    Two such sums bound it: by what promotions take, and by the margin they give up.
    """
    by_taken = others.given[cells.product, cells.week] * problem.taken.ravel()[cells.flat]
    by_given = others.taken[cells.product, cells.week] * problem.given_up[cells.product, cells.offer]
    n_groups = int(cells.group.max(initial=0)) + 1
    most = np.bincount(cells.group, weights=np.minimum(by_taken, by_given), minlength=n_groups)
    crossed = np.flatnonzero(most > 1e-6)
    columns = coo_array(
        (np.ones(len(crossed)), (np.arange(len(crossed)), len(cells) + np.arange(len(crossed)))),
        shape=(len(crossed), len(cells) + len(crossed)),
    )
    sides = [
        widen(incidence(cells.group, -side, n_groups)[crossed, :], len(crossed)) + csr_array(columns)
        for side in (by_taken, by_given)
    ]
    return CrossEffects(np.ones(len(crossed)), csr_array(vstack(sides)))


def n_pairs(cells: Cells) -> int:
    """How many pairs of cells share a category and week (those of one product counted too)."""
    size = np.bincount(cells.group) if len(cells) else np.zeros(1, dtype=np.int64)
    return int((size * (size - 1) // 2).sum())


def pairs(cells: Cells, problem: PlanningProblem) -> CrossEffects:
    """One column per pair of promotions; it can be 1 only if both are chosen.

    A product runs one offer at a time, so a cell's pairs with all offers of another product share one row.
    """
    first, second = _pairs_of(cells)
    given = problem.given_up[cells.product, cells.offer]
    taken = problem.taken.ravel()[cells.flat]
    value = given[first] * taken[second] + given[second] * taken[first]
    is_worth = value > 1e-6
    first, second, value = first[is_worth], second[is_worth], value[is_worth]
    column = len(cells) + np.arange(len(value))
    n = int(cells.product.max(initial=0)) + 1
    keys = np.concatenate([first * n + cells.product[second], second * n + cells.product[first]])
    names, row = np.unique(keys, return_inverse=True)
    n_rows, width = len(names), len(cells) + len(value)
    own = coo_array((-np.ones(n_rows), (np.arange(n_rows), names // n)), shape=(n_rows, width))
    both = coo_array((np.ones(len(row)), (row, np.concatenate([column, column]))), shape=(n_rows, width))
    return CrossEffects(value, csr_array(own) + csr_array(both))


def _pairs_of(cells: Cells) -> tuple[Ints, Ints]:
    """Positions of all pairs of different products that share a category and week."""
    order = np.argsort(cells.group, kind="stable")
    ends = np.flatnonzero(np.diff(cells.group[order], append=-1)) + 1
    firsts, seconds = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    start = 0
    for end in ends.tolist():
        members = order[start:end]
        i, j = np.triu_indices(len(members), k=1)
        differ = cells.product[members[i]] != cells.product[members[j]]
        firsts.append(members[i[differ]])
        seconds.append(members[j[differ]])
        start = end
    return np.concatenate(firsts), np.concatenate(seconds)


def most_of_others(per_product: Floats, most: Ints, problem: PlanningProblem) -> Floats:
    """Sum of the largest values among the other products of the category, one fewer than fit in it; (n, T)."""
    out = np.zeros_like(per_product)
    for k in range(len(problem.categories)):
        rows = np.flatnonzero(problem.category_of == k)
        for t in range(per_product.shape[1]):
            values = per_product[rows, t]
            room = int(min(most[k, t] - 1, len(rows) - 1))
            if room < 1:
                continue
            order = np.argsort(-values, kind="stable")
            top = values[order[:room]].sum()
            out[rows, t] = top
            is_top = order[:room]
            out[rows[is_top], t] = top - values[is_top] + values[order[room]]
    return out


def incidence(rows: Ints, values: Floats, n_rows: int) -> csr_array:
    """One column per entry of `rows`, with its value in that row."""
    return csr_array(coo_array((values, (rows, np.arange(len(rows)))), shape=(n_rows, len(rows))))


def widen(matrix: csr_array, n_more: int) -> csr_array:
    """The same rows with `n_more` empty columns."""
    shape = (matrix.shape[0], matrix.shape[1] + n_more)
    return csr_array((matrix.data, matrix.indices, matrix.indptr), shape=shape)
