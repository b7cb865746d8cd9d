"""The master programme: a mix of schedules for every item, under the coupling rows; grows by columns.

Every column is a schedule less its item's first ("base") schedule, so the base needs no column: it has what the
others leave of the item's share of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from dealwright.plan.calendar.integer import finite, quiet
from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_DUAL, _PRIMAL = 1, 4
"""Simplex strategies, as HiGHS numbers them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Schedules beside the base: `item` (c,), `choice` (c, T), `value` (c,) and `uses` (c, R) above the base's."""

    item: Ints
    choice: NDArray[np.int16]
    value: Floats
    uses: csr_array

    def __len__(self) -> int:
        return len(self.item)

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        """All of them, in order."""
        return cls(
            np.concatenate([part.item for part in parts]),
            np.concatenate([part.choice for part in parts]),
            np.concatenate([part.value for part in parts]),
            csr_array(vstack([part.uses for part in parts])),
        )


@dataclass(frozen=True, slots=True)
class MasterAnswer:
    """`value` of the mix; what a unit more of each row is worth (R,), positive where `high` binds and negative
    where `low` does; what each item's best column is worth above the base (n,); the mix (c,), the extra columns
    (E,) and how far each row is missed, in phase one (R,).
    """

    value: float
    row_price: Floats
    item_price: Floats
    mix: Floats
    extra: Floats
    missed: Floats


class Master:
    """The linear programme, kept loaded in HiGHS so that every solution starts from the last basis."""

    def __init__(self, problem: CalendarProblem, base: Ints) -> None:
        self.problem = problem
        self.base = base
        self.base_value = problem.values(base)
        self.base_uses = problem.uses(base)
        self.parts = [self.columns_of(np.empty(0, dtype=np.int64), base[:0])]
        self._seen: set[tuple[int, bytes]] = set()
        self._is_feasibility = False
        activity = np.asarray(self.base_uses.sum(axis=0)).ravel()
        low, high = problem.rows.low - activity, problem.rows.high - activity
        self._missed = np.flatnonzero((low > 0) | (high < 0))
        self._solver = self._start(low, high)

    @property
    def base_misses_rows(self) -> bool:
        """Whether the base schedules break rows, so that a feasible mix has to be found first."""
        return len(self._missed) > 0

    @property
    def columns(self) -> Columns:
        """All columns added so far."""
        self.parts = [Columns.joined(self.parts)]
        return self.parts[0]

    def add(self, items: Ints, choice: Ints) -> int:
        """Add the schedules `choice` (c, T) of `items` (c,) that are new; returns how many were."""
        short = choice.astype(np.int16)
        keys = [(int(i), line.tobytes()) for i, line in zip(items, short, strict=True)]
        base = self.base.astype(np.int16)
        fresh = []
        for place, (i, key) in enumerate(keys):
            if (i, key) not in self._seen and base[i].tobytes() != key:
                self._seen.add((i, key))
                fresh.append(place)
        if not fresh:
            return 0
        new = self.columns_of(items[fresh], choice[fresh])
        self.parts.append(new)
        n_rows = len(self.problem.rows.low)
        counts = np.diff(new.uses.indptr)
        # One more entry per column: its item's share of one.
        starts = np.concatenate([[0], np.cumsum(counts + 1)])
        index, value = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])
        last = starts[1:] - 1
        is_last = np.zeros(starts[-1], dtype=np.bool_)
        is_last[last] = True
        index[~is_last], value[~is_last] = new.uses.indices, new.uses.data
        index[last], value[last] = n_rows + new.item, 1.0
        cost = np.zeros(len(new)) if self._is_feasibility else -new.value
        self._solver.addCols(
            len(new),
            cost,
            np.zeros(len(new)),
            np.full(len(new), highspy.kHighsInf),
            int(starts[-1]),
            starts[:-1].astype(np.int32),
            index,
            value,
        )
        return len(new)

    def add_better(self, choice: Ints, mix: MasterAnswer) -> int:
        """Add those schedules, one per item (n, T), that would improve the mix; returns how many were new."""
        items = np.arange(len(choice))
        columns = self.columns_of(items, choice)
        value = np.zeros(len(items)) if self._is_feasibility else columns.value
        gain = value - columns.uses @ mix.row_price - mix.item_price
        better = np.flatnonzero(gain > 1e-7 * np.maximum(1.0, np.abs(value)))
        return self.add(better, choice[better])

    def capped(self, price: Floats) -> Floats:
        """Prices as phase one allows them: a unit of a missed row costs one, so none is worth more."""
        capped = price.copy()
        capped[self._missed] = np.clip(price[self._missed], -1.0, 1.0)
        return capped

    def seek_feasibility(self, *, is_on: bool) -> None:
        """Count only missed rows (phase one), or again the value with no row missed."""
        self._is_feasibility = is_on
        columns = self.columns
        n_extra, n_missed = len(self.problem.extra.value), len(self._missed)
        width = n_extra + n_missed + len(columns)
        cost = np.zeros(width)
        if is_on:
            cost[n_extra : n_extra + n_missed] = 1.0
        else:
            cost[:n_extra] = -self.problem.extra.value
            cost[n_extra + n_missed :] = -columns.value
        self._solver.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        slack = np.arange(n_extra, n_extra + n_missed, dtype=np.int32)
        upper = np.full(n_missed, highspy.kHighsInf if is_on else 0.0)
        self._solver.changeColsBounds(n_missed, slack, np.zeros(n_missed), upper)

    def fix(self, chosen: Ints, *, banned: Ints, to_base: Ints) -> None:
        """Choose these columns for good, those `banned` never, and the base for some items, until `release`."""
        first = len(self.problem.extra.value) + len(self._missed)
        for columns, share in ((chosen, 1.0), (banned, 0.0)):
            places, shares = (first + columns).astype(np.int32), np.full(len(columns), share)
            self._solver.changeColsBounds(len(columns), places, shares, shares)
        for item in to_base:
            self._solver.changeRowBounds(len(self.problem.rows.low) + int(item), -highspy.kHighsInf, 0.0)
        # The basis stays as good as it was, but not admissible: a case for the dual simplex.
        self._solver.setOptionValue("simplex_strategy", _DUAL)

    def release(self) -> None:
        """Undo all that was fixed."""
        first, count = len(self.problem.extra.value) + len(self._missed), len(self.columns)
        places = np.arange(first, first + count, dtype=np.int32)
        self._solver.changeColsBounds(count, places, np.zeros(count), np.full(count, highspy.kHighsInf))
        for item in range(len(self.base)):
            self._solver.changeRowBounds(len(self.problem.rows.low) + item, -highspy.kHighsInf, 1.0)
        self._solver.setOptionValue("simplex_strategy", _PRIMAL)

    def solve(self) -> MasterAnswer:
        """The best mix of the columns at hand."""
        answer = self.try_to_solve()
        assert answer is not None
        return answer

    def try_to_solve(self) -> MasterAnswer | None:
        """The best mix of the columns at hand, None if what is fixed leaves none."""
        if self._solver.getNumCol() == 0:
            return self._nothing_but_base()
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis can turn out singular; from scratch the programme is solved whatever came before.
            self._solver.clearSolver()
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        x, y = np.array(solution.col_value), np.array(solution.row_dual)
        n_rows, n_extra, n_missed = len(self.problem.rows.low), len(self.problem.extra.value), len(self._missed)
        missed = np.zeros(n_rows)
        missed[self._missed] = x[n_extra : n_extra + n_missed]
        return MasterAnswer(
            value=-float(self._solver.getInfo().objective_function_value) + float(self.base_value.sum()),
            row_price=-y[:n_rows],
            item_price=-y[n_rows:],
            mix=x[n_extra + n_missed :],
            extra=x[:n_extra],
            missed=missed,
        )

    def columns_of(self, items: Ints, choice: Ints) -> Columns:
        """Schedules `choice` (c, T) of `items` (c,) as columns, whether or not they are in the master."""
        uses = csr_array(self.problem.uses(choice, items) - self.base_uses[items])
        value = self.problem.values(choice, items) - self.base_value[items]
        return Columns(items, choice.astype(np.int16), value, uses)

    def _nothing_but_base(self) -> MasterAnswer:
        n, n_rows = len(self.base), len(self.problem.rows.low)
        value = float(self.base_value.sum())
        return MasterAnswer(value, np.zeros(n_rows), np.zeros(n), np.zeros(0), np.zeros(0), np.zeros(n_rows))

    def _start(self, low: Floats, high: Floats) -> highspy.Highs:
        """All rows, the extra columns, and slack (closed) for rows that the base misses."""
        problem = self.problem
        n, n_rows, n_missed = len(self.base), len(low), len(self._missed)
        sign = np.where(low[self._missed] > 0, 1.0, -1.0)
        slack = csr_array((sign, (self._missed, np.arange(n_missed))), shape=(n_rows, n_missed))
        block = csr_array(vstack([problem.rows_of_extra, csr_array(slack.T)]))
        n_columns = len(problem.extra.value) + n_missed
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n_columns, n_rows + n
        model.col_cost_ = np.concatenate([-problem.extra.value, np.zeros(n_missed)])
        model.col_lower_ = np.zeros(n_columns)
        model.col_upper_ = np.concatenate([problem.extra.upper, np.zeros(n_missed)])
        model.row_lower_ = np.concatenate([finite(low), np.full(n, -highspy.kHighsInf)])
        model.row_upper_ = np.concatenate([finite(high), np.ones(n)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = block.indptr.astype(np.int32)
        model.a_matrix_.index_ = block.indices.astype(np.int32)
        model.a_matrix_.value_ = block.data
        solver = quiet()
        # The last basis stays admissible when columns join, which the primal simplex makes use of.
        solver.setOptionValue("simplex_strategy", _PRIMAL)
        solver.passModel(model)
        return solver
