"""A promotion calendar as arrays: what each schedule of an item earns, what it may be, what binds the items.

n items, T periods, K offers (0 is "no promotion"), M periods of memory, R coupling rows, E extra columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

TOLERANCE = 1e-6
"""By how much, relative to its limit (or absolutely below 1), a row may be missed and still count as kept."""


@dataclass(frozen=True, slots=True)
class ItemRules:
    """What a schedule may be, each (n,). An event is a run of consecutive promoted periods.

    `most` promoted periods, those `Past.used` counted; at least `gap` clear periods between events; an event has
    `least_length` to `most_length` periods, all of them inside the horizon or the past.
    """

    most: Ints
    gap: Ints
    least_length: Ints
    most_length: Ints

    @classmethod
    def same(
        cls, n: int, *, most: int | None = None, gap: int = 0, least_length: int = 1, most_length: int | None = None
    ) -> ItemRules:
        """The same rules for all `n` items; None is no limit."""
        no_limit = np.iinfo(np.int32).max
        given = (most if most is not None else no_limit, gap, least_length, most_length or no_limit)
        return cls(*(np.full(n, value, dtype=np.int64) for value in given))


@dataclass(frozen=True, slots=True)
class Past:
    """What ran before: `offers` (n, H), column m - 1 the offer m periods ago; `used` (n,) promoted periods.

    Before the H periods nothing ran.
    """

    offers: Ints
    used: Ints

    @classmethod
    def none(cls, n: int) -> Past:
        """Nothing ran before."""
        return cls(np.zeros((n, 0), dtype=np.int64), np.zeros(n, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class CouplingRows:
    """low <= matrix @ cells + extra <= high; `matrix` (R, n * T * K) over flat cells (item, period, offer)."""

    matrix: csr_array
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class ExtraColumns:
    """Continuous columns y beside the schedules, 0 <= y <= `upper`: `value` (E,), `matrix` (R, E) in the rows.

    Cross effects enter here: a column worth something, held down by sums of cells.
    """

    value: Floats
    upper: Floats
    matrix: csr_array

    @classmethod
    def none(cls, n_rows: int) -> ExtraColumns:
        """No extra columns."""
        return cls(np.zeros(0), np.zeros(0), csr_array((n_rows, 0)))


@dataclass(frozen=True)
class CalendarProblem:
    """Maximise sum of plain + scaled * (product over m of the factor of the offer m periods ago) + extra value.

    `plain`, `scaled` and `is_allowed` are (n, T, K); `factor` (n, M, K) is what an offer leaves of the scaled
    reward 1, 2, ... M periods later, 1 for offer 0.
    """

    plain: Floats
    scaled: Floats
    factor: Floats
    is_allowed: Flags
    rules: ItemRules
    past: Past
    rows: CouplingRows
    extra: ExtraColumns

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise InputError(*problems)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Items, periods, offers."""
        n, n_periods, n_offers = self.plain.shape
        return n, n_periods, n_offers

    @cached_property
    def rows_of_cells(self) -> csr_array:
        """The coupling matrix, one line per flat cell."""
        cells = csr_array(self.rows.matrix.T)
        cells.sum_duplicates()
        return cells

    @cached_property
    def rows_of_extra(self) -> csr_array:
        """The extra columns' matrix, one line per extra column."""
        return csr_array(self.extra.matrix.T)

    def values(self, choice: Ints, items: Ints | None = None) -> Floats:
        """What each schedule of `choice` (c, T) earns; line j is of item `items[j]`, by default of item j."""
        i = np.arange(len(choice)) if items is None else items
        _, n_periods, _ = self.shape
        memory = self.factor.shape[1]
        t = np.arange(n_periods)[None, :]
        before = np.concatenate([self._past_offers(memory)[i], choice], axis=1)
        left = np.ones(choice.shape)
        for m in range(1, memory + 1):
            left *= self.factor[i[:, None], m - 1, before[:, memory - m : memory - m + n_periods]]
        own = self.plain[i[:, None], t, choice] + self.scaled[i[:, None], t, choice] * left
        return np.asarray(own.sum(axis=1))

    def uses(self, choice: Ints, items: Ints | None = None) -> csr_array:
        """What each schedule of `choice` (c, T) adds to the coupling rows, (c, R)."""
        n, n_periods, n_offers = self.shape
        i = np.arange(len(choice)) if items is None else items
        cells = (i[:, None] * n_periods + np.arange(n_periods)[None, :]) * n_offers + choice
        starts = np.arange(len(choice) + 1) * n_periods
        picked = csr_array(
            (np.ones(cells.size), cells.ravel(), starts), shape=(len(choice), n * n_periods * n_offers)
        )
        return csr_array(picked @ self.rows_of_cells)

    def is_within_rules(self, choice: Ints) -> Flags:
        """Which items' schedules (n, T) are allowed and obey the item's rules, (n,)."""
        n, n_periods, _ = self.shape
        rules = self.rules
        fine = self.is_allowed[np.arange(n)[:, None], np.arange(n_periods)[None, :], choice].all(axis=1)
        fine &= (choice > 0).sum(axis=1) <= np.maximum(rules.most - self.past.used, 0)
        run, clear = self.run_and_clear()
        for t in range(n_periods):
            is_on = choice[:, t] > 0
            fine &= ~(is_on & (run == 0) & (clear < rules.gap))
            fine &= ~(~is_on & (run > 0) & (run < rules.least_length))
            run = np.where(is_on, run + 1, 0)
            clear = np.where(is_on, 0, clear + 1)
            fine &= run <= np.maximum(rules.most_length, 0)
        return np.asarray(fine & ((run == 0) | (run >= rules.least_length)))

    def missed_rows(self, activity: Floats) -> Ints:
        """Rows that an activity (R,) of cells and extra columns breaks."""
        low, high = self.rows.low, self.rows.high
        return np.flatnonzero((activity < low - slack_of(low)) | (activity > high + slack_of(high)))

    def run_and_clear(self) -> tuple[Ints, Ints]:
        """Periods the event running at the start has had, and clear periods since the last one, each (n,)."""
        n, _, _ = self.shape
        is_on = np.concatenate([self.past.offers > 0, np.zeros((n, 1), dtype=np.bool_)], axis=1)
        run = np.argmin(is_on, axis=1)
        never = np.iinfo(np.int32).max
        clear = np.where(is_on.any(axis=1), np.argmax(is_on, axis=1), never)
        return run.astype(np.int64), clear.astype(np.int64)

    def left_by_past(self) -> Floats:
        """Product of the factors that past offers still exert in each period, (n, T)."""
        n, n_periods, _ = self.shape
        memory = self.factor.shape[1]
        offers = self._past_offers(memory)
        left = np.ones((n, n_periods))
        for t in range(min(memory, n_periods)):
            for m in range(t + 1, memory + 1):
                left[:, t] *= self.factor[np.arange(n), m - 1, offers[:, memory - m + t]]
        return left

    def _past_offers(self, memory: int) -> Ints:
        """The last `memory` offers, oldest first, (n, memory)."""
        n, _, _ = self.shape
        known = self.past.offers[:, :memory][:, ::-1]
        return np.concatenate([np.zeros((n, memory - known.shape[1]), dtype=np.int64), known], axis=1)

    def _problems(self) -> list[str]:
        found = []
        shape = self.plain.shape
        n_rows = len(self.rows.low)
        expected = {
            "scaled": (self.scaled.shape, shape),
            "is_allowed": (self.is_allowed.shape, shape),
            "factor": (self.factor.shape, (shape[0], self.factor.shape[1], shape[2])),
            "rows.matrix": (self.rows.matrix.shape, (n_rows, int(np.prod(shape)))),
            "rows.high": (self.rows.high.shape, (n_rows,)),
            "extra.matrix": (self.extra.matrix.shape, (n_rows, len(self.extra.value))),
            "extra.upper": (self.extra.upper.shape, self.extra.value.shape),
            "past.used": (self.past.used.shape, shape[:1]),
            **{f"rules.{name}": (getattr(self.rules, name).shape, shape[:1]) for name in ItemRules.__slots__},
        }
        for name, (given, right) in expected.items():
            if given != right:
                found.append(f"{name} has the shape {given}; it must be {right}")
        finite = {
            "plain": self.plain,
            "scaled": self.scaled,
            "factor": self.factor,
            "extra.upper": self.extra.upper,
        }
        for name, values in finite.items():
            if not np.isfinite(values).all():
                found.append(f"{name} holds numbers that are not finite; give every cell a finite number")
        if self.factor.size and not (self.factor[:, :, 0] == 1).all():
            found.append("factor of offer 0 is not 1; no promotion leaves nothing behind")
        return found


def slack_of(limit: Floats) -> Floats:
    """How far beyond each limit still counts as kept; zero where there is none."""
    return np.where(np.isfinite(limit), TOLERANCE * np.maximum(1.0, np.abs(limit)), 0.0)
