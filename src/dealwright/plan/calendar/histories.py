"""The best schedule of every item by itself: exact dynamic programming over promotion histories.

A state is what the rules and the memory still need of the past (see `states`); items whose rules agree share
their states and are solved together, one array operation for all. Where a gap keeps promotions out of one
another's memory, each is charged its whole dip at once, and only the rules need states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.batch import Batch, Group
from dealwright.plan.calendar.linearised import is_exact, linearise, memory_of
from dealwright.plan.calendar.problem import CalendarProblem
from dealwright.plan.calendar.states import NO_LIMIT, Rules, State, moves_from

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CELLS_AT_ONCE = 2**19
"""States times items that are in work at the same time; some ten arrays of this many numbers are alive."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """`choice` (n, T) and its worth under the rewards asked for (n,); -inf where an item has no schedule at all."""

    choice: Ints
    worth: Floats


@dataclass(frozen=True, slots=True)
class ItemSchedules:
    """Schedules `choice` (c, T) of the items `item` (c,)."""

    item: Ints
    choice: Ints


@dataclass(frozen=True, slots=True)
class Histories:
    """The dynamic programmes of all items; build once, ask often.

    `plain` (n, T, K) holds -inf where an offer is not allowed; items in groups without memory have their
    rewards there, whole.
    """

    plain: Floats
    scaled: Floats
    factor: Floats
    offset: Floats
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, problem: CalendarProblem) -> Histories:
        """Group the items and lay out their states."""
        exact = is_exact(problem)
        parts = linearise(problem)
        plain = np.where(exact[:, None, None], parts.alone, problem.plain)
        plain[~problem.is_allowed] = -np.inf
        memory = np.where(exact, 0, memory_of(problem))
        return cls(
            plain=plain,
            scaled=problem.scaled,
            factor=problem.factor,
            offset=np.where(exact, parts.nothing, 0.0),
            groups=tuple(_groups(problem, memory)),
        )

    def best(self, charges: Floats | None = None, *, items: Ints | None = None) -> Schedules:
        """Schedules of most worth when each cell costs its charge, (n, T, K) or, for some items, (c, T, K)."""
        n, n_periods, _ = self.plain.shape
        wanted = np.arange(n) if items is None else items
        choice, worth = np.zeros((len(wanted), n_periods), dtype=np.int64), np.empty(len(wanted))
        for some in self._batches(wanted, charges):
            choice[some.place], best = some.batch.solve(some.starts)
            worth[some.place] = best + self.offset[wanted[some.place]]
        return Schedules(choice, worth)

    def near_best(self, charges: Floats, *, loss: float, most: int) -> ItemSchedules | None:
        """All schedules worth at most `loss` less than their item's best; None if there are more than `most`."""
        found: list[ItemSchedules] = []
        for some in self._batches(np.arange(len(self.plain)), charges):
            room = most - sum(len(part.item) for part in found)
            part = some.near_best(loss, room)
            if part is None:
                return None
            found.append(part)
        return ItemSchedules(
            np.concatenate([part.item for part in found]), np.concatenate([part.choice for part in found])
        )

    def _batches(self, wanted: Ints, charges: Floats | None) -> Iterator[_Some]:
        """The items `wanted`, split by group and size."""
        place = np.full(len(self.plain), -1)
        place[wanted] = np.arange(len(wanted))
        for group in self.groups:
            is_wanted = place[group.items] >= 0
            members, starts = group.items[is_wanted], group.moves.start[is_wanted]
            step = max(_CELLS_AT_ONCE // len(group.moves), 1)
            for at in range(0, len(members), step):
                some = members[at : at + step]
                plain = self.plain[some] if charges is None else self.plain[some] - charges[place[some]]
                batch = Batch.of(group, plain, self.scaled[some], self.factor[some])
                yield _Some(place[some], starts[at : at + step], batch)


@dataclass(frozen=True, slots=True)
class _Some:
    """A batch, where its items stand among those asked for, and the states they start from."""

    place: Ints
    starts: Ints
    batch: Batch

    def near_best(self, loss: float, most: int) -> ItemSchedules | None:
        """Grow all schedules period by period, dropping those that cannot come near the best any more."""
        batch, moves = self.batch, self.batch.group.moves
        n_periods, n_offers, size = batch.plain.shape
        ahead = [batch.at_the_end()]
        for t in range(n_periods - 1, -1, -1):
            ahead.append(batch.before(t, ahead[-1]))
        column, state, worth = np.arange(size), self.starts, np.zeros(size)
        least = ahead[-1][state, column] - loss
        choice = np.empty((size, 0), dtype=np.int64)
        for t in range(n_periods):
            grown = []
            for k in range(n_offers):
                after = moves.after(
                    state, batch.group.kind[np.full(len(state), k)], is_on=np.full(len(state), k > 0)
                )
                new = worth + batch.reward(t, k, state, column)
                hope = new + ahead[n_periods - 1 - t][after, column]
                fits = np.flatnonzero((after >= 0) & (hope >= least[column]) & np.isfinite(hope))
                grown.append((fits, after[fits], new[fits], np.full(len(fits), k)))
            parent, state, worth, offer = (np.concatenate(parts) for parts in zip(*grown, strict=True))
            if len(parent) > most:
                return None
            choice = np.column_stack([choice[parent], offer])
            column = column[parent]
        return ItemSchedules(self.place[column], choice)


def _groups(problem: CalendarProblem, memory: Ints) -> Iterator[Group]:
    n, n_periods, _ = problem.shape
    kinds = _kinds(problem, memory)
    horizon = n_periods + problem.past.offers.shape[1]
    most_length = np.where(problem.rules.most_length > horizon, NO_LIMIT, problem.rules.most_length)
    key = np.column_stack([problem.rules.gap, problem.rules.least_length, most_length, memory, kinds])
    run, clear = problem.run_and_clear()
    left = problem.rules.most - problem.past.used
    before = np.zeros((n, problem.factor.shape[1]), dtype=np.int64)
    known = problem.past.offers[:, : before.shape[1]]
    before[:, : known.shape[1]] = known
    unique, group_of = np.unique(key, axis=0, return_inverse=True)
    for number, line in enumerate(unique):
        items = np.flatnonzero(group_of.ravel() == number)
        carriers = np.unique(line[4:][line[4:] > 0])
        kind = np.where(line[4:] > 0, np.searchsorted(carriers, line[4:]) + 1, 0)
        gap, least, most, lags = (int(value) for value in line[:4])
        rules = Rules(gap, least, most, lags, tuple(range(1, len(carriers) + 1)))
        starts: list[State] = [
            rules.start(
                lags=tuple(kind[before[i]].tolist()),
                run=int(run[i]),
                clear=int(clear[i]),
                left=int(left[i]),
                n_periods=n_periods,
            )
            for i in items
        ]
        yield Group(items, moves_from(rules, starts), kind.astype(np.int64), carriers)


def _kinds(problem: CalendarProblem, memory: Ints) -> Ints:
    """For every item and offer the first offer that leaves the same behind, 0 if nothing is left; (n, K)."""
    n, _, n_offers = problem.shape
    kinds = np.zeros((n, n_offers), dtype=np.int64)
    if not memory.any():
        return kinds
    for k in range(1, n_offers):
        same = (problem.factor[:, :, : k + 1] == problem.factor[:, :, k : k + 1]).all(axis=1)
        kinds[:, k] = same.argmax(axis=1)
    return np.asarray(kinds * (memory > 0)[:, None])
