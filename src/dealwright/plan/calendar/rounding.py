"""A calendar from a mix: the heaviest schedules that fit, then item by item the best one that the others leave.

Each step solves an item's exact dynamic programme with the cells that no longer fit left out and what is scarce
priced (Lagrange); a step that would break a row is not taken, so a calendar that keeps its rows goes on to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.histories import Histories
from dealwright.plan.calendar.incumbent import Incumbent, activity_of, admitted, better
from dealwright.plan.calendar.master import Master, MasterAnswer
from dealwright.plan.calendar.neighbours import rounds
from dealwright.plan.calendar.problem import CalendarProblem, slack_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHARES_OF_PRICE = (1.0, 0.5, 0.0, 0.0)
"""Sweep after sweep, what is scarce costs less: first it goes to who needs it most, then nothing is left over."""


@dataclass(slots=True)
class _Draft:
    """A calendar being changed: `choice` (n, T) and what it adds up to in the rows; limits with their tolerance
    and the largest weight of a cell, each (R,).
    """

    problem: CalendarProblem
    choice: Ints
    activity: Floats
    low: Floats
    high: Floats
    largest: Floats

    @classmethod
    def of(cls, problem: CalendarProblem, choice: Ints) -> _Draft:
        rows = problem.rows
        # Rows that extra columns can make up for are never a reason to refuse.
        is_soft = np.diff(problem.extra.matrix.indptr) > 0
        return cls(
            problem,
            choice.copy(),
            activity_of(problem, choice),
            np.where(is_soft, -np.inf, rows.low - slack_of(rows.low)),
            np.where(is_soft, np.inf, rows.high + slack_of(rows.high)),
            np.abs(rows.matrix).max(axis=1).toarray().ravel(),
        )

    def put(self, items: Ints, choice: Ints) -> None:
        """Give `items`, one after another, the schedules `choice` (c, T), unless a row would be worse kept."""
        change = self.problem.uses(choice, items) - self.problem.uses(self.choice[items], items)
        change.sum_duplicates()
        for place, i in enumerate(items):
            inside = slice(change.indptr[place], change.indptr[place + 1])
            rows, add = change.indices[inside], change.data[inside]
            after = self.activity[rows] + add
            if ((after > self.high[rows]) & (add > 0)).any() or ((after < self.low[rows]) & (add < 0)).any():
                continue
            self.activity[rows] = after
            self.choice[i] = choice[place]

    def missed_price(self, scale: float) -> Floats:
        """A price that makes every item help rows that are missed, (R,)."""
        missed = 1.0 * (self.activity > self.high) - 1.0 * (self.activity < self.low)
        return np.asarray(missed * scale / np.maximum(self.largest, 1e-9))


def rounded(master: Master, mix: MasterAnswer) -> Ints:
    """Every item's heaviest schedule in the mix, in order of weight, as far as the rows let it; (n, T)."""
    columns, n = master.columns, len(master.base)
    weight = np.zeros(len(columns))
    weight[: len(mix.mix)] = mix.mix
    order = np.lexsort((-weight, columns.item))
    items, first = np.unique(columns.item[order], return_index=True)
    heaviest = order[first]
    of_base = 1.0 - np.bincount(columns.item, weights=weight, minlength=n)[items]
    wins = np.flatnonzero(weight[heaviest] > of_base)
    wins = wins[np.argsort(-weight[heaviest[wins]], kind="stable")]
    draft = _Draft.of(master.problem, master.base)
    draft.put(items[wins], columns.choice[heaviest[wins]].astype(np.int64))
    return draft.choice


def polish(
    problem: CalendarProblem, histories: Histories, choice: Ints, *, price: Floats, family: Ints
) -> Incumbent | None:
    """Sweep over the items, each given its best schedule beside the others; the best calendar met."""
    draft = _Draft.of(problem, choice)
    best = admitted(problem, draft.choice)
    scale = 10 * float(np.abs(histories.best().worth).max(initial=1.0)) + 1.0
    for share in _SHARES_OF_PRICE:
        before = draft.choice.copy()
        for items in rounds(family):
            _reschedule(draft, histories, items, _shared_price(draft, price, share) + draft.missed_price(scale))
        if not np.array_equal(before, draft.choice):
            best = better(best, admitted(problem, draft.choice))
    return best


def _shared_price(draft: _Draft, price: Floats, share: float) -> Floats:
    """Rows made up for by extra columns keep their whole price: it is what the columns are worth."""
    is_soft = ~np.isfinite(draft.low) & ~np.isfinite(draft.high)
    return np.where(is_soft, price, share * price)


def _reschedule(draft: _Draft, histories: Histories, items: Ints, price: Floats) -> None:
    problem = draft.problem
    _, n_periods, n_offers = problem.shape
    now = draft.choice[items]
    uses = problem.uses(now, items)
    room = draft.high - draft.activity + np.asarray(uses.sum(axis=0)).ravel()
    per_item = n_periods * n_offers
    cells = problem.rows_of_cells[(items[:, None] * per_item + np.arange(per_item)).ravel()]
    charges = cells @ price
    does_not_fit = cells.data > room[cells.indices]
    of_cell = np.repeat(np.arange(cells.shape[0]), np.diff(cells.indptr))
    charges[of_cell[does_not_fit]] = np.inf
    found = histories.best(charges.reshape(len(items), n_periods, n_offers), items=items)
    worth_now = problem.values(now, items) - uses @ price
    gain = found.worth - worth_now
    wins = np.flatnonzero(gain > 1e-9 * np.maximum(1.0, np.abs(worth_now)))
    wins = wins[np.argsort(-gain[wins], kind="stable")]
    draft.put(items[wins], found.choice[wins])
