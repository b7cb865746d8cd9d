"""How a network learns which order follows which: from the earlier ones, for as long as it foretells the later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.recommend.protocol import Told
from dealwright.recommend.sequence_network import Weights, compiled, first_weights
from dealwright.recommend.sequence_rows import Orders, batches

_SHORTEST = 32
"""Shorter rows are filled up: to compile for another length takes longer than to read them."""
_MOST_CHECKED = 20
"""Batches that a check reads."""
_BLIND_PASSES = 5
"""Where nothing can be kept back to check by."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast to learn: `batch` orders at a time, at a `rate`, with a share of features `dropped`.

    Orders of the last days, a `checked` share, are kept back. Passes over the others end when these became no
    likelier for `patience` passes, or after `most_passes`; the best go on for `last_passes` over all orders. What
    follows is compared with `n_others` items drawn by chance.
    """

    batch: int = 2048
    rate: float = 0.002
    dropped: float = 0.3
    checked: float = 0.1
    patience: int = 2
    most_passes: int = 30
    last_passes: int = 2
    n_others: int = 1024


@dataclass(frozen=True, slots=True)
class _Days:
    """From a day to before another, as they are counted from 1970-01-01."""

    first: float = -np.inf
    end: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Orders to learn from, in batches of `rows` rows of `length` orders of up to `most` items."""

    orders: Orders
    n_items: int
    length: int
    most: int
    rows: int

    @classmethod
    def of(cls, orders: Orders, n_items: int, *, longest: int, largest: int, batch: int) -> Lessons:
        """In few different shapes, since a network is compiled for each."""
        length = min(_power_of_two(max(orders.longest(), _SHORTEST)), longest)
        most = min(_power_of_two(orders.largest()), largest)
        return cls(orders, n_items, length, most, max(batch // length, 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Pupil:
    """A network as far as it has learnt, and what the optimiser remembers of its steps."""

    weights: Weights
    state: Any


def learnt(lessons: Lessons, pace: Pace, *, size: int, seed: int, told: Told) -> Weights | None:
    """The weights of `sequence_network.first_weights` after learning; None where no order follows another."""
    followers = lessons.orders.day_of_followers()
    if not len(followers):
        return None
    weights = first_weights(stream(seed, "sequence", "weights"), lessons.n_items, size, lessons.length)
    course = _Course(lessons, pace, seed)
    pupil = _Pupil(weights, compiled().optimiser.init(weights))
    split = float(np.quantile(followers, 1.0 - pace.checked, method="higher"))
    n_passes = _BLIND_PASSES
    if (followers < split).any():
        pupil, n_passes = course.best(pupil, split, told), pace.last_passes
    for number in range(n_passes):
        slower = pace.rate * (1.0 - number / n_passes)
        pupil = course.passed(pupil, f"last {number}", _Days(), rate=slower)
    told(1.0)
    return {name: np.asarray(values) for name, values in pupil.weights.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    lessons: Lessons
    pace: Pace
    seed: int

    def best(self, pupil: _Pupil, split: float, told: Told) -> _Pupil:
        """The pupil after that of the passes over orders before the day `split` that foretold later ones best."""
        orders = self.lessons.orders
        buyers_later = orders.of(np.unique(orders.customer[orders.day >= split]))
        check = self._batches(buyers_later, stream(self.seed, "sequence", "check"), _Days(split))
        asked = list(islice(check, _MOST_CHECKED))
        best, least, best_number = pupil, np.inf, 0
        for number in range(self.pace.most_passes):
            told(number / self.pace.most_passes)
            pupil = self.passed(pupil, f"pass {number}", _Days(end=split), rate=self.pace.rate)
            loss = _loss(pupil, asked)
            if loss < least:
                best, least, best_number = pupil, loss, number
            elif number - best_number >= self.pace.patience:
                break
        return best

    def passed(self, pupil: _Pupil, name: str, days: _Days, *, rate: float) -> _Pupil:
        """The pupil after reading all orders once, asked for those of some days."""
        rng = stream(self.seed, "sequence", name)
        step, weights, state = compiled().step, pupil.weights, pupil.state
        for batch in self._batches(self.lessons.orders, rng, days):
            chance = np.uint32(rng.integers(2**31))
            weights, state = step(weights, state, batch, chance, np.float32(rate), np.float32(self.pace.dropped))
        return _Pupil(weights, state)

    def _batches(self, orders: Orders, rng: np.random.Generator, days: _Days) -> Iterator[Any]:
        """As `sequence_network.compiled` takes them."""
        shape = self.lessons
        for batch in batches(orders, rng, length=shape.length, most=shape.most, rows=shape.rows):
            then = batch.day[:, 1:]
            is_asked = batch.is_followed() & (then >= days.first) & (then < days.end)
            yield batch.whose, batch.items, *self._others(rng), is_asked

    def _others(self, rng: np.random.Generator) -> tuple[NDArray[np.int32], np.float32]:
        """Items to compare with, and the logarithm of how many each of them stands for."""
        n_items = self.lessons.n_items
        n = min(self.pace.n_others, n_items)
        drawn = np.sort(rng.choice(n_items, n, replace=False))
        return drawn.astype(np.int32), np.float32(np.log(n_items / n))


def _loss(pupil: _Pupil, asked: list[Any]) -> float:
    """How unlikely the orders asked for are, on average over their items."""
    sums = np.array([compiled().loss(pupil.weights, batch) for batch in asked], dtype=np.float64)
    return float(sums[:, 0].sum() / max(sums[:, 1].sum(), 1.0))


def _power_of_two(n: int) -> int:
    """The least power of two that is at least `n`.

    >>> [_power_of_two(n) for n in (1, 3, 8)]
    [1, 4, 8]
    """
    return 1 << (n - 1).bit_length()
