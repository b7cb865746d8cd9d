"""The calendar as one mixed-integer programme over cells: decides whether any calendar is admissible at all.

Its objective is the linearised one (see `linearised`), which is exact for feasibility and where promotions do not
meet one another's dip. Far slower than columns for many items; it is the last resort, and the yardstick.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack, vstack

from dealwright.plan.calendar.integer import Programme
from dealwright.plan.calendar.linearised import linearise
from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compact:
    """`programme` over promotions of `cells` (flat), then the extra columns; `nothing` is earned without any."""

    programme: Programme
    cells: Ints
    nothing: float
    shape: tuple[int, int, int]

    def choice_of(self, x: Floats) -> Ints:
        """The calendar (n, T) of a point."""
        n, n_periods, n_offers = self.shape
        choice = np.zeros((n, n_periods), dtype=np.int64)
        chosen = self.cells[x[: len(self.cells)] > 0.5]
        choice.ravel()[chosen // n_offers] = chosen % n_offers
        return choice


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows over whether item and period are promoted: low <= sum of `weight` at flat (item, period) <= high."""

    row: Ints
    place: Ints
    weight: Floats
    low: Floats
    high: Floats


def compact(problem: CalendarProblem) -> Compact:
    """Binary x per allowed promotion, one row per rule and window."""
    n, n_periods, n_offers = problem.shape
    parts = linearise(problem)
    cells = np.flatnonzero(problem.is_allowed & (np.arange(n_offers) > 0))
    place = cells // n_offers
    promoted = csr_array((np.ones(len(cells)), (place, np.arange(len(cells)))), shape=(n * n_periods, len(cells)))
    must = ~problem.is_allowed[:, :, 0].ravel()
    every = np.arange(n * n_periods)
    one_each = _Block(every, every, np.ones(len(every)), must.astype(np.float64), np.ones(len(every)))
    blocks = [one_each, *_rules(problem)]
    rules = [csr_array((b.weight, (b.row, b.place)), shape=(len(b.low), n * n_periods)) @ promoted for b in blocks]
    rows, extra = problem.rows, problem.extra
    # Cells without promotion may weigh in the rows too: a promotion takes their place.
    idle = np.arange(n * n_periods) * n_offers
    usual = problem.rows_of_cells[idle]
    shift = np.asarray(usual.sum(axis=0)).ravel()
    coupling = (problem.rows_of_cells[cells] - usual[place]).T
    whole = vstack([coupling, *rules])
    wide = vstack([extra.matrix, csr_array((whole.shape[0] - len(rows.low), len(extra.value)))])
    programme = Programme(
        value=np.concatenate([parts.alone.ravel()[cells], extra.value]),
        matrix=csc_array(hstack([whole, wide])),
        low=np.concatenate([rows.low - shift, *(b.low for b in blocks)]),
        high=np.concatenate([rows.high - shift, *(b.high for b in blocks)]),
        upper=np.concatenate([np.ones(len(cells)), extra.upper]),
        n_whole=len(cells),
    )
    return Compact(programme, cells, float(parts.nothing.sum()), problem.shape)


def _rules(problem: CalendarProblem) -> Iterator[_Block]:
    """The items' rules; what ran in the past enters as constants, its periods counted -1, -2, ..."""
    n, n_periods, _ = problem.shape
    rules = problem.rules
    yield _Block(
        np.repeat(np.arange(n), n_periods),
        np.arange(n * n_periods),
        np.ones(n * n_periods),
        np.full(n, -np.inf),
        np.maximum(rules.most - problem.past.used, 0).astype(np.float64),
    )
    windows = _Windows(n_periods, problem.past.offers > 0)
    run, _ = problem.run_and_clear()
    for i in range(n):
        gap, least, most = (int(x[i]) for x in (rules.gap, rules.least_length, rules.most_length))
        windows.add_lengths(i, gap=gap, most=most)
        for t in range(n_periods):
            for far in range(2, gap + 1 if most != 1 else 0):
                windows.add(i, {t: 1.0, t - 1: -1.0, t - far: 1.0}, 1.0)
        starts = [*range(n_periods), *([-int(run[i])] if run[i] else [])]
        for t in starts:
            for on in range(1, least):
                # An event that starts in t still runs in t + on; beyond the horizon nothing runs.
                windows.add(i, {t: 1.0, t - 1: -1.0, t + on: -1.0}, 0.0)
    yield windows.block()


class _Windows:
    """Collects sums of promoted periods of one item that have an upper limit."""

    def __init__(self, n_periods: int, ran: NDArray[np.bool_]) -> None:
        self.n_periods, self.ran = n_periods, ran
        self.row: list[int] = []
        self.place: list[int] = []
        self.weight: list[float] = []
        self.high: list[float] = []

    def add(self, item: int, weights: dict[int, float], high: float) -> None:
        """Limit the sum over periods; left out if it lies in the past altogether."""
        ahead = {t: weight for t, weight in weights.items() if 0 <= t < self.n_periods}
        if not ahead:
            return
        known = sum(weight for t, weight in weights.items() if t < 0 and self._ran(item, t))
        self.row += [len(self.high)] * len(ahead)
        self.place += [item * self.n_periods + t for t in ahead]
        self.weight += ahead.values()
        self.high.append(high - known)

    def add_lengths(self, item: int, *, gap: int, most: int) -> None:
        """No more than `most` periods in a row; events of one period and their gap share one tighter window."""
        n_past = self.ran.shape[1]
        horizon = self.n_periods + n_past
        span = max(gap, 1) if most == 1 else most
        if span >= horizon:
            if most > 1:
                return
            span = horizon - 1
        for t in range(-n_past, self.n_periods - span):
            known = sum(self._ran(item, u) for u in range(t, 0))
            self.add(item, dict.fromkeys(range(t, t + span + 1), 1.0), max(most, known))

    def block(self) -> _Block:
        """All of them as rows."""
        return _Block(
            np.array(self.row, dtype=np.int64),
            np.array(self.place, dtype=np.int64),
            np.array(self.weight),
            np.full(len(self.high), -np.inf),
            np.array(self.high),
        )

    def _ran(self, item: int, t: int) -> bool:
        return -t <= self.ran.shape[1] and bool(self.ran[item, -t - 1])
