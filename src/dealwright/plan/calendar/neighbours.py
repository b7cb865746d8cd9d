"""Which items compete with which: items of one narrow coupling row belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from dealwright.plan.calendar.problem import CalendarProblem

Ints = NDArray[np.int64]


def families(problem: CalendarProblem) -> Ints:
    """For every item the narrowest row it can take part in, (n,); items without rows share the last number."""
    n, n_periods, n_offers = problem.shape
    entries = problem.rows.matrix.tocoo()
    n_rows = entries.shape[0]
    takes_part = csr_array(
        coo_array(
            (np.ones(entries.nnz, dtype=np.int32), (entries.row, entries.col // (n_periods * n_offers))),
            shape=(n_rows, n),
        )
    )
    takes_part.sum_duplicates()
    width = np.diff(takes_part.indptr)
    narrowest = np.full(n, n_rows)
    # Widest first, so that narrower rows overwrite; of equal rows the first stays.
    for row in np.lexsort((-np.arange(n_rows), -width)):
        narrowest[takes_part.indices[takes_part.indptr[row] : takes_part.indptr[row + 1]]] = row
    return narrowest


def groups(family: Ints, size: int, *, seed: int | None = None) -> list[Ints]:
    """Items in groups of about `size`, families kept whole where they are no larger; shuffled by a seed."""
    names, first, count = np.unique(family, return_index=True, return_counts=True)
    order = (
        np.argsort(first, kind="stable") if seed is None else np.random.default_rng(seed).permutation(len(names))
    )
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    items = np.argsort(rank[np.searchsorted(names, family)], kind="stable")
    found, at, held = [], 0, 0
    ends = np.cumsum(count[order])
    for end in ends.tolist():
        if held and end - at > size:
            found.append(items[at : at + held])
            at += held
        held = end - at
        while held > 2 * size:
            found.append(items[at : at + size])
            at, held = at + size, held - size
    return [*found, items[at:]] if at < len(items) else found


def rounds(family: Ints) -> list[Ints]:
    """Items in rounds that hold at most one of each family."""
    order = np.argsort(family, kind="stable")
    sorted_family = family[order]
    starts = np.flatnonzero(np.r_[True, sorted_family[1:] != sorted_family[:-1]])
    rank = np.arange(len(family)) - np.repeat(starts, np.diff(np.r_[starts, len(family)]))
    return [order[rank == number] for number in range(int(rank.max(initial=-1)) + 1)]
