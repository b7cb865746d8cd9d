"""What an item must remember of its schedule so far: the states of its dynamic programme, and the moves between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = 2**31
"""A length of events that no horizon reaches."""


@dataclass(frozen=True, slots=True)
class State:
    """`lags`: kind of the offer 1, 2, ... periods ago (0: leaves nothing behind); `run`: periods the running event
    has had; `clear`: clear periods since the last; `left`: promoted periods still free. The last three count only
    as far as it matters; `left` None is more than can be used.
    """

    lags: tuple[int, ...]
    run: int
    clear: int
    left: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules shared by a group of items; `kinds` are the kinds of offers (but 0) that leave something behind."""

    gap: int
    least_length: int
    most_length: int
    memory: int
    kinds: tuple[int, ...]

    def most_in(self, n_periods: int) -> int:
        """The most promoted periods that a horizon can hold, or one event more."""
        if self.gap == 0 and self.most_length >= NO_LIMIT:
            return n_periods
        length, gap = min(self.most_length, n_periods), max(self.gap, 1)
        whole, rest = divmod(n_periods, length + gap)
        return min(n_periods, whole * length + min(rest, length) + length)

    def start(self, *, lags: tuple[int, ...], run: int, clear: int, left: int, n_periods: int) -> State:
        """The state with these counts, as far as they matter."""
        return State(
            lags[: self.memory],
            min(run, self._run_cap),
            0 if run else min(clear, self.gap),
            None if left >= self.most_in(n_periods) else max(left, 0),
        )

    def promoted(self, state: State, kind: int) -> State | None:
        """The state after a promotion, None if it may not be."""
        starts = state.run == 0
        if (starts and state.clear < self.gap) or state.run >= self.most_length or state.left == 0:
            return None
        return State(
            self._pushed(state, kind),
            min(state.run + 1, self._run_cap),
            0,
            None if state.left is None else state.left - 1,
        )

    def rested(self, state: State) -> State | None:
        """The state after a period without promotion, None if the running event is too short to end."""
        if 0 < state.run < self.least_length:
            return None
        clear = 1 if state.run else state.clear + 1
        return State(self._pushed(state, 0), 0, min(clear, self.gap), state.left)

    def may_end(self, state: State) -> bool:
        """Whether the horizon may end here."""
        return state.run == 0 or state.run >= self.least_length

    @property
    def _run_cap(self) -> int:
        """Beyond this, how long an event has run makes no difference."""
        return max(self.least_length, 1 if self.most_length >= NO_LIMIT else self.most_length)

    def _pushed(self, state: State, kind: int) -> tuple[int, ...]:
        return (kind, *state.lags)[: self.memory]


@dataclass(frozen=True, slots=True)
class Moves:
    """S states. `rest_from` and `rest_to` (places) without promotion; `on_from` (places) where a promotion may run
    and `on_to` (kinds + 1, places), by the kind of offer; `lags` (S, memory); `may_end` (S,); `start` (starts,).
    """

    lags: Ints
    rest_from: Ints
    rest_to: Ints
    on_from: Ints
    on_to: Ints
    may_end: Flags
    start: Ints

    def __len__(self) -> int:
        return len(self.lags)

    def after(self, state: Ints, kind: Ints, *, is_on: Flags) -> Ints:
        """The state after an offer of `kind` (`is_on`) or none, for each `state`; -1 where it may not be."""
        rest, on = np.full(len(self), -1), np.full((len(self.on_to), len(self)), -1)
        rest[self.rest_from], on[:, self.on_from] = self.rest_to, self.on_to
        return np.where(is_on, on[kind, state], rest[state])


def moves_from(rules: Rules, starts: list[State]) -> Moves:
    """All states that can be reached from `starts`, and how."""
    place = {state: index for index, state in enumerate(dict.fromkeys(starts))}
    states = list(place)
    rest: list[tuple[int, int]] = []
    on: list[tuple[int, list[int]]] = []

    def find(state: State) -> int:
        if state not in place:
            place[state] = len(states)
            states.append(state)
        return place[state]

    for index, state in enumerate(states):  # grows while it is walked
        rested = rules.rested(state)
        if rested is not None:
            rest.append((index, find(rested)))
        after = [rules.promoted(state, kind) for kind in (0, *rules.kinds)]
        if after[0] is not None:
            on.append((index, [find(one) for one in after if one is not None]))
    return Moves(
        lags=np.array([state.lags for state in states], dtype=np.int64).reshape(len(states), rules.memory),
        rest_from=np.array([source for source, _ in rest], dtype=np.int64),
        rest_to=np.array([target for _, target in rest], dtype=np.int64),
        on_from=np.array([source for source, _ in on], dtype=np.int64),
        on_to=np.array([targets for _, targets in on], dtype=np.int64).reshape(len(on), 1 + len(rules.kinds)).T,
        may_end=np.array([rules.may_end(state) for state in states]),
        start=np.array([place[state] for state in starts], dtype=np.int64),
    )
