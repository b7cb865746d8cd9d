"""The dynamic programme of items that share their states: rewards of every move, backward and forward passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.states import Moves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """Items with the same rules. `kind` (K,) tells what an offer leaves behind: 0 nothing, else its lag kind;
    `carriers` are one offer of each kind from 1 on.
    """

    items: Ints
    moves: Moves
    kind: Ints
    carriers: Ints


@dataclass(frozen=True, slots=True)
class Batch:
    """Rewards of b items: `plain` and `scaled` (T, K, b), and `left` (S, b), what the past leaves of the latter.

    Without memory there is no `scaled`, and the best promotion of each period is known beforehand: `best_offer` and
    `best_reward` (T, b).
    """

    group: Group
    plain: Floats
    scaled: Floats | None
    left: Floats
    best_offer: Ints
    best_reward: Floats

    @classmethod
    def of(cls, group: Group, plain: Floats, scaled: Floats, factor: Floats) -> Batch:
        """`plain` and `scaled` (b, T, K), `factor` (b, M, K)."""
        plain = np.ascontiguousarray(plain.transpose(1, 2, 0))
        lags = group.moves.lags
        n_periods, n_offers, size = plain.shape
        if lags.shape[1] == 0:
            offer = np.zeros((n_periods, size), dtype=np.int64)
            reward = np.full((n_periods, size), -np.inf)
            if n_offers > 1:
                offer = plain[:, 1:].argmax(axis=1) + 1
                reward = np.take_along_axis(plain, offer[:, None], axis=1)[:, 0]
            return cls(group, plain, None, np.empty((0, 0)), offer, reward)
        left = np.ones((len(lags), size))
        for m in range(lags.shape[1]):
            of_kind = np.ones((1 + len(group.carriers), size))
            of_kind[1:] = factor[:, m, group.carriers].T
            left *= of_kind[lags[:, m]]
        scaled = np.ascontiguousarray(scaled.transpose(1, 2, 0))
        return cls(group, plain, scaled, left, np.empty((0, 0), dtype=np.int64), np.empty((0, 0)))

    def solve(self, starts: Ints) -> tuple[Ints, Floats]:
        """The best schedules (b, T) from the states `starts` (b,), and what they are worth (b,)."""
        moves = self.group.moves
        n_periods, _, size = self.plain.shape
        chosen = np.zeros((n_periods, len(moves), size), dtype=np.int16)
        ahead = self.at_the_end()
        for t in range(n_periods - 1, -1, -1):
            ahead = self.before(t, ahead, chosen[t])
        choice = np.empty((size, n_periods), dtype=np.int64)
        state, every = starts, np.arange(size)
        for t in range(n_periods):
            choice[:, t] = chosen[t, state, every]
            state = moves.after(state, self.group.kind[choice[:, t]], is_on=choice[:, t] > 0)
        return choice, ahead[starts, every]

    def at_the_end(self) -> Floats:
        """What each state is worth when the horizon is over: nothing, or -inf if it may not end there; (S, b)."""
        return np.where(self.group.moves.may_end[:, None], np.zeros(self.plain.shape[2]), -np.inf)

    def before(self, t: int, ahead: Floats, chosen: NDArray[np.int16] | None = None) -> Floats:
        """What each state is worth before period t, given after it, (S, b); the best offers go into `chosen`."""
        moves = self.group.moves
        now = np.full(ahead.shape, -np.inf)
        now[moves.rest_from] = ahead[moves.rest_to] + self._rest(t)
        if len(moves.on_from):
            offer, worth = self._promote(t, ahead)
            resting = now[moves.on_from]
            is_better = worth > resting
            now[moves.on_from] = np.where(is_better, worth, resting)
            if chosen is not None:
                chosen[moves.on_from] = np.where(is_better, offer, 0)
        return now

    def reward(self, t: int, offer: int, state: Ints, column: Ints) -> Floats:
        """What `offer` in period t earns from each `state` of the item in `column`."""
        own = self.plain[t, offer, column]
        if self.scaled is None:
            return np.asarray(own)
        return np.asarray(own + self.scaled[t, offer, column] * self.left[state, column])

    def _rest(self, t: int) -> Floats:
        """Reward of no promotion in period t, from each state that may rest."""
        if self.scaled is None:
            return np.asarray(self.plain[t, 0])
        return np.asarray(self.plain[t, 0] + self.scaled[t, 0] * self.left[self.group.moves.rest_from])

    def _promote(self, t: int, ahead: Floats) -> tuple[Ints, Floats]:
        """The best promotion from each state that may promote, and what it and all that follows is worth."""
        moves, kind = self.group.moves, self.group.kind
        if self.scaled is None:
            worth = ahead[moves.on_to[0]] + self.best_reward[t]
            return np.broadcast_to(self.best_offer[t], worth.shape), worth
        left = self.left[moves.on_from]
        offer, worth = np.zeros(left.shape, dtype=np.int64), np.full(left.shape, -np.inf)
        for k in range(1, self.plain.shape[1]):
            candidate = self.scaled[t, k] * left
            candidate += self.plain[t, k]
            candidate += ahead[moves.on_to[kind[k]]]
            offer[candidate > worth] = k
            np.maximum(worth, candidate, out=worth)
        return offer, worth
