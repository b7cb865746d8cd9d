"""A calendar by diving: the heaviest schedules are chosen for good, the mix of the others is found anew, and again.

Between choices new schedules are generated for the items still open, so that they fit what is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.bound import Pricer
from dealwright.plan.calendar.master import Master, MasterAnswer
from dealwright.plan.calendar.problem import slack_of
from dealwright.plan.calendar.rounding import rounded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHARE_FIXED = 0.2
"""Of the items whose mix is not whole, at a time."""
_WHOLE = 1 - 1e-6
_MOST_STEPS = 40


def dived(master: Master, pricer: Pricer, mix: MasterAnswer) -> Ints:
    """The calendar (n, T) at the bottom; what is still mixed there is rounded."""
    is_open = np.ones(len(master.base), dtype=np.bool_)
    fixed = _Fixed(master)
    for _ in range(_MOST_STEPS):
        heaviest, weight = _heaviest(master, mix)
        torn = np.flatnonzero(is_open & (weight < _WHOLE))
        if len(torn) == 0:
            break
        count = max(1, int(np.ceil(_SHARE_FIXED * len(torn))))
        # Surest and most valuable first: the less valuable fill what room is left more easily.
        rank = weight[torn] ** 2 * np.maximum(mix.item_price[torn], 0.0)
        picked = torn[np.argsort(-rank, kind="stable")[:count]]
        columns = heaviest[picked]
        fits = fixed.take(columns)
        is_open[picked[fits]] = False
        master.fix(columns[fits & (columns >= 0)], banned=columns[~fits], to_base=picked[columns < 0])
        after = _mixed_anew(master, pricer, is_open)
        if after is None:
            break
        mix = after
    choice = rounded(master, mix)
    master.release()
    return choice


class _Fixed:
    """What the columns chosen for good use of the rows, when all other items keep their base."""

    def __init__(self, master: Master) -> None:
        rows = master.problem.rows
        self.master = master
        self.high = rows.high + slack_of(rows.high)
        self.activity = np.asarray(master.base_uses.sum(axis=0)).ravel()

    def take(self, columns: Ints) -> NDArray[np.bool_]:
        """Which of the columns (-1: a base) still fit, one after another."""
        uses = self.master.columns.uses
        fits = np.ones(len(columns), dtype=np.bool_)
        for place, column in enumerate(columns):
            if column >= 0:
                inside = slice(uses.indptr[column], uses.indptr[column + 1])
                rows, add = uses.indices[inside], uses.data[inside]
                fits[place] = not ((self.activity[rows] + add > self.high[rows]) & (add > 0)).any()
                if fits[place]:
                    self.activity[rows] += add
        return fits


def _mixed_anew(master: Master, pricer: Pricer, is_open: NDArray[np.bool_]) -> MasterAnswer | None:
    """The mix beside what is fixed, once more with the schedules that its prices ask for."""
    mix = master.try_to_solve()
    if mix is None:
        return None
    items = np.flatnonzero(is_open)
    found = pricer.histories.best(pricer.charges(mix.row_price)[items], items=items)
    choice = master.base.copy()
    choice[items] = found.choice
    return mix if master.add_better(choice, mix) == 0 else master.try_to_solve()


def _heaviest(master: Master, mix: MasterAnswer) -> tuple[Ints, Floats]:
    """Every item's heaviest column (-1: its base), and how heavy it is."""
    items = master.columns.item
    weight = np.zeros(len(items))
    weight[: len(mix.mix)] = mix.mix
    heaviest = np.full(len(master.base), -1, dtype=np.int64)
    most = np.asarray(1.0 - np.bincount(items, weight, len(heaviest)), dtype=np.float64)
    # In order of weight, so that an item's last entry is its heaviest.
    order = np.argsort(weight, kind="stable")
    order = order[weight[order] > most[items[order]]]
    heaviest[items[order]], most[items[order]] = order, weight[order]
    return heaviest, most
