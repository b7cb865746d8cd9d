"""Cross effects between promotions of one category and week, written for a linear solver.

The true extra value of two promotions together is a product of two of the problem's coefficients, never negative.
Two ways to write it: an upper envelope with one column per category and week (small, and proves a bound), or one
column per promotion and neighbour (exact, for as many columns as a solver can bear).
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
    """Columns to add after the cells: their value and upper limit, and rows over both that are at most zero.

    The limits follow from the rows; HiGHS needs them, because it has returned wrong optima on unbounded columns.
    """

    value: Floats
    upper: Floats
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
    # Who takes and who gives up may be different promotions, so each side is summed before they are compared.
    taken, given = (np.bincount(cells.group, weights=side, minlength=n_groups) for side in (by_taken, by_given))
    crossed = np.flatnonzero(np.minimum(taken, given) > 1e-6)
    columns = coo_array(
        (np.ones(len(crossed)), (np.arange(len(crossed)), len(cells) + np.arange(len(crossed)))),
        shape=(len(crossed), len(cells) + len(crossed)),
    )
    sides = [
        widen(incidence(cells.group, -side, n_groups)[crossed, :], len(crossed)) + csr_array(columns)
        for side in (by_taken, by_given)
    ]
    return CrossEffects(np.ones(len(crossed)), np.minimum(taken, given)[crossed], csr_array(vstack(sides)))


def n_exact_columns(cells: Cells) -> int:
    """How many columns `exact` would add at most."""
    _, products_in = _sizes(cells)
    return int((products_in[cells.group] - 1).sum()) if len(cells) else 0


def exact(cells: Cells, problem: PlanningProblem, others: Others) -> CrossEffects:
    """One column per promotion and other product of its category and week: the margin that product gives up.

    The column of promotion c and product i is at most what i gives up at all if c is chosen, else zero; and over
    all offers of c's product it sums to at most what i really gives up. With whole choices it is exactly that;
    that only so many neighbours can be promoted at once (`others`) keeps fractional choices from counting all.
    """
    given = problem.given_up[cells.product, cells.offer]
    taken = problem.taken.ravel()[cells.flat]
    cell, other = _others_of(cells)
    n = len(problem.skus)
    place_of_cell = cells.group * n + cells.product
    place = cells.group[cell] * n + other
    most = np.zeros(int(cells.group.max(initial=0) + 1) * n)
    np.maximum.at(most, place_of_cell, given)
    is_worth = taken[cell] * most[place] > 1e-6
    cell, other, place = cell[is_worth], other[is_worth], place[is_worth]
    width, columns = len(cells) + len(cell), len(cells) + np.arange(len(cell))
    every = np.arange(len(cell))
    if_chosen = coo_array(
        (np.concatenate([np.ones(len(cell)), -most[place]]), (np.tile(every, 2), np.concatenate([columns, cell]))),
        shape=(len(cell), width),
    )
    names, row = np.unique(place * n + cells.product[cell], return_inverse=True)
    sums = coo_array((np.ones(len(cell)), (row, columns)), shape=(len(names), width))
    gives = csr_array(coo_array((-given, (place_of_cell, np.arange(len(cells)))), shape=(len(most), width)))
    at_once = coo_array(
        (
            np.concatenate([np.ones(len(cell)), -others.given[cells.product, cells.week]]),
            (np.concatenate([cell, np.arange(len(cells))]), np.concatenate([columns, np.arange(len(cells))])),
        ),
        shape=(len(cells), width),
    )
    by_given = others.taken[cells.product, cells.week] * given
    together = coo_array(
        (
            np.concatenate([taken[cell], -by_given]),
            (
                np.concatenate([cells.group[cell], cells.group]),
                np.concatenate([columns, np.arange(len(cells))]),
            ),
        ),
        shape=(int(cells.group.max(initial=0)) + 1, width),
    )
    rows = [if_chosen, csr_array(sums) + gives[names // n, :], at_once, together]
    return CrossEffects(taken[cell], most[place], csr_array(vstack(rows)))


def _sizes(cells: Cells) -> tuple[Ints, Ints]:
    """Distinct (group, product) codes, and how many products each group has."""
    n = int(cells.product.max(initial=0)) + 1
    codes = np.unique(cells.group * n + cells.product)
    return codes, np.bincount(codes // n, minlength=int(cells.group.max(initial=0)) + 1)


def _others_of(cells: Cells) -> tuple[Ints, Ints]:
    """For every cell, every other product of its category and week: positions of cells, and products."""
    n = int(cells.product.max(initial=0)) + 1
    codes, products_in = _sizes(cells)
    start = np.concatenate([[0], np.cumsum(products_in)])[:-1]
    count = products_in[cells.group] if len(cells) else np.zeros(0, dtype=np.int64)
    cell = np.repeat(np.arange(len(cells)), count)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(count) - count, count)
    other = (codes % n)[start[cells.group[cell]] + within]
    differs = other != cells.product[cell]
    return cell[differs], other[differs]


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
