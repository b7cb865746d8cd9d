"""A calendar from the columns at hand: whole schedules chosen by mixed-integer programmes, group after group.

A group of items gets what the rows leave when all others use what they use in the mix, or in the calendar once it
is theirs; so each programme stays small, and their number grows with the items only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack, vstack

from dealwright.plan.calendar.integer import Programme, optimise
from dealwright.plan.calendar.master import Columns, Master, MasterAnswer
from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_COLUMNS_PER_ITEM = 12


@dataclass(frozen=True, slots=True)
class Search:
    """How hard each programme is tried; `gap_per_item` is what an item's schedule may fall short by."""

    gap_per_item: float
    node_limit: int
    seed: int


@dataclass(frozen=True, slots=True)
class Picked:
    """Places of the columns taken, None if nothing was found, and a bound on their value (-inf: impossible)."""

    columns: Ints | None
    bound: float


def chosen_by_groups(
    master: Master,
    mix: MasterAnswer,
    groups: list[Ints],
    *,
    search: Search,
    loss: float,
    now: Ints | None = None,
) -> Ints:
    """The calendar (n, T) of one pass, from the mix or, if there is one, from the calendar `now`.

    Columns that would cost more than `loss` beside the mix are left out: no better calendar holds them.
    """
    columns, problem = master.columns, master.problem
    weight = np.zeros(len(columns))
    weight[: len(mix.mix)] = mix.mix
    is_kept = _kept(columns, mix, weight, loss=loss)
    if now is None:
        choice = master.base.copy()
        of_item = _incidence(columns.item, weight, len(choice)) @ columns.uses
    else:
        choice = now.copy()
        of_item = problem.uses(now) - master.base_uses
    by_item = csr_array(of_item)
    activity = np.asarray(master.base_uses.sum(axis=0) + by_item.sum(axis=0)).ravel()
    is_member = np.zeros(len(choice), dtype=np.bool_)
    for items in groups:
        is_member[:] = False
        is_member[items] = True
        mine = np.flatnonzero(is_kept & is_member[columns.item])
        if len(mine) == 0:
            continue
        others = activity - np.asarray(by_item[items].sum(axis=0)).ravel()
        picked = pick(problem, columns, mine, others, search).columns
        if picked is None:
            continue
        choice[items] = master.base[items]
        choice[columns.item[picked]] = columns.choice[picked]
        activity = others + np.asarray(columns.uses[picked].sum(axis=0)).ravel()
    return choice


def pick(problem: CalendarProblem, columns: Columns, mine: Ints, others: Floats, search: Search) -> Picked:
    """Which of the columns `mine` to take beside what the others use."""
    uses, extra = columns.uses[mine], problem.extra
    members, member = np.unique(columns.item[mine], return_inverse=True)
    is_touched = np.zeros(len(others), dtype=np.bool_)
    is_touched[uses.indices] = True
    free = np.flatnonzero(np.abs(problem.rows_of_extra) @ is_touched.astype(np.float64) > 0)
    of_free = problem.rows_of_extra[free]
    is_touched[of_free.indices] = True
    rows = np.flatnonzero(is_touched)
    shares = _incidence(member, np.ones(len(mine)), len(members))
    top = hstack([uses.T.tocsr()[rows], of_free.T.tocsr()[rows]])
    bottom = hstack([shares, csr_array((len(members), len(free)))])
    programme = Programme(
        value=np.concatenate([columns.value[mine], extra.value[free]]),
        matrix=csc_array(vstack([top, bottom])),
        low=np.concatenate([problem.rows.low[rows] - others[rows], np.full(len(members), -np.inf)]),
        high=np.concatenate([problem.rows.high[rows] - others[rows], np.ones(len(members))]),
        upper=np.concatenate([np.ones(len(mine)), extra.upper[free]]),
        n_whole=len(mine),
    )
    gap = search.gap_per_item * len(members)
    point = optimise(programme, absolute_gap=gap, node_limit=search.node_limit, seed=search.seed)
    taken = None if point.x is None else mine[point.x[: len(mine)] > 0.5]
    return Picked(taken, -np.inf if point.is_impossible else point.bound)


def _kept(columns: Columns, mix: MasterAnswer, weight: Floats, *, loss: float) -> Flags:
    """Columns of the mix, and of each item those next to it that a better calendar could hold."""
    gain = columns.value - columns.uses @ mix.row_price - mix.item_price[columns.item]
    order = np.lexsort((-gain, weight <= 0, columns.item))
    item = columns.item[order]
    starts = np.flatnonzero(np.r_[True, item[1:] != item[:-1]])
    rank = np.arange(len(item)) - np.repeat(starts, np.diff(np.r_[starts, len(item)]))
    kept = np.zeros(len(columns), dtype=np.bool_)
    kept[order[rank < _COLUMNS_PER_ITEM]] = True
    return np.asarray((kept & (gain >= -loss)) | (weight > 0))


def _incidence(rows: Ints, values: Floats, n_rows: int) -> csr_array:
    """One column per entry of `rows`, with its value in that row."""
    return csr_array((values, (rows, np.arange(len(rows)))), shape=(n_rows, len(rows)))
