"""Cells that no best plan can contain: those that lose money whatever the neighbours do, and those outdone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.cross import Others, most_of_others
from dealwright.plan.solvers.rows import RowSystem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def worth_considering(
    problem: PlanningProblem, system: RowSystem, allowed: Flags, *, drop_outdone: bool = True
) -> tuple[Flags, Others]:
    """Cells that can earn something, or that a limit asks for, with the most their neighbours can add.

    A cell that loses money even with every remaining neighbour helping is in no best plan; without it the others
    have less help, so the sieve is repeated until nothing falls through. `drop_outdone` also drops offers that
    another of the same product and week outdoes, which takes time for every product and week.
    """
    n, n_weeks, _ = problem.shape
    promotes = np.tile(np.array([offer.is_promotion for offer in problem.offers]), n * n_weeks)
    kept = allowed & promotes
    burden = system.burden()
    asked = np.zeros(len(kept), dtype=np.bool_)
    asked[burden.tocoo().col[burden.tocoo().data < 0]] = True
    most = most_at_once(problem, system)
    while True:
        cells = kept.reshape(problem.shape)
        others = Others(
            given=most_of_others(np.where(cells, problem.given_up[:, None, :], 0.0).max(axis=2), most, problem),
            taken=most_of_others(np.where(cells, problem.taken, 0.0).max(axis=2), most, problem),
        )
        help_of_others = (
            others.given[:, :, None] * problem.taken + others.taken[:, :, None] * problem.given_up[:, None, :]
        )
        still = kept & (((problem.value + help_of_others).ravel() > 0) | asked)
        if drop_outdone:
            still &= ~_is_outdone(problem, burden, others, still & ~asked)
        if (still == kept).all():
            return kept, others
        kept = still


def _is_outdone(problem: PlanningProblem, columns: csc_array, others: Others, candidates: Flags) -> Flags:
    """Cells that another offer of the same product and week beats whatever the neighbours do, for no more of
    any limit; of two alike the first stays. `columns` are what each cell strains the limits with.
    """
    n, n_weeks, n_offers = problem.shape
    out = np.zeros(len(candidates), dtype=np.bool_)
    for place in np.flatnonzero(candidates.reshape(n * n_weeks, n_offers).sum(axis=1) > 1):
        i, t = divmod(int(place), n_weeks)
        offers = np.flatnonzero(candidates[place * n_offers : (place + 1) * n_offers])
        uses = columns[:, place * n_offers + offers]
        uses = uses[np.unique(uses.indices), :].toarray()
        value, given, taken = problem.value[i, t, offers], problem.given_up[i, offers], problem.taken[i, t, offers]
        # The most by which offer b (column) could fall behind offer a (row) through what neighbours do.
        behind = np.maximum(given[:, None] - given, 0.0) * others.taken[i, t]
        behind += np.maximum(taken[:, None] - taken, 0.0) * others.given[i, t]
        beats = value[None, :] - value[:, None] >= behind - 1e-12
        beats &= (uses[:, None, :] <= uses[:, :, None] + 1e-12).all(axis=0)
        is_tie = beats & beats.T
        first = np.arange(len(offers))[None, :] < np.arange(len(offers))[:, None]
        out[place * n_offers + offers[(beats & (~is_tie | first)).any(axis=1)]] = True
    return out


def most_at_once(problem: PlanningProblem, system: RowSystem) -> Ints:
    """How many promotions a category can have in a week: its size, or less where a row says so, (C, T)."""
    _, n_weeks, n_offers = problem.shape
    size = np.bincount(problem.category_of, minlength=len(problem.categories))
    most = np.repeat(size[:, None], n_weeks, axis=1)
    matrix = system.matrix
    promotes = np.array([offer.is_promotion for offer in problem.offers])
    for row in np.flatnonzero(np.isfinite(system.high) & ~system.is_soft):
        inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
        cells, weights = matrix.indices[inside], matrix.data[inside]
        products, weeks = cells // (n_weeks * n_offers), (cells // n_offers) % n_weeks
        if len(cells) == 0 or (weights < 1).any() or len(set(weeks.tolist())) > 1:
            continue
        k, t = int(problem.category_of[products[0]]), int(weeks[0])
        whole_category = size[k] * int(promotes.sum())
        if len(cells) == whole_category and (problem.category_of[products] == k).all():
            most[k, t] = min(most[k, t], int(np.floor(system.high[row] + 1e-9)))
    return np.asarray(np.maximum(most, 0), dtype=np.int64)
