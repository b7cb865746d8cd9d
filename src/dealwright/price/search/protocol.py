"""What a search over price ladders takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dealwright.core.errors import InputError
from dealwright.price.given import Floats, Ints, refuse, wrong

WORST = -1e18  # stands for minus infinity, which the libraries cannot compare


@dataclass(frozen=True, slots=True, eq=False)
class BlackBox:
    """An objective of which nothing is known but its value.

    `objective` takes choices of rungs (B, n) and gives what each brings (B,): minus infinity for those that break a
    rule, never NaN. `n_rungs` (n,) is how many rungs each price has. `start` (n,), such as today's prices, is tried
    first, so a search is never worse than it.
    """

    objective: Callable[[Ints], Floats]
    n_rungs: Ints
    start: Ints | None = None

    def __post_init__(self) -> None:
        refuse(wrong("n_rungs", self.n_rungs, least=1))
        if self.start is None:
            return
        start, n_rungs = np.asarray(self.start), np.asarray(self.n_rungs)
        refuse(wrong("start", start, least=0))
        if start.shape != n_rungs.shape or (start >= n_rungs).any():
            raise InputError(f"start {start.tolist()} is not a rung of each; ladders have {n_rungs.tolist()} rungs")


@dataclass(frozen=True, slots=True)
class Found:
    """The best choice of rungs (n,) seen, its value, and what was spent to find it.

    A search proves nothing: `is_exact` holds only where every choice was looked at.
    """

    choice: Ints
    value: float
    method: str
    seed: int
    n_evaluations: int
    is_exact: bool = False


class Search(Protocol):
    """Looks for the best choice; the same seed gives the same answer."""

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best choice seen in at most `n_evaluations` evaluations."""
        ...


class Ledger:
    """Counts evaluations of an objective and remembers the best; a choice seen before costs nothing."""

    def __init__(self, box: BlackBox, n_evaluations: int) -> None:
        refuse(wrong("n_evaluations", n_evaluations, least=1))
        self._box = box
        self._most = n_evaluations
        self._seen: dict[bytes, float] = {}
        self.best: Ints | None = None
        self.value = -np.inf
        if box.start is not None:
            self.evaluate(np.asarray(box.start, dtype=np.int64)[None])

    @property
    def is_spent(self) -> bool:
        """Whether no new choice may be evaluated."""
        return len(self._seen) >= min(self._most, self._n_choices)

    @property
    def n_evaluations(self) -> int:
        """How many different choices were evaluated."""
        return len(self._seen)

    @property
    def _n_choices(self) -> float:
        return float(np.prod(self._box.n_rungs.astype(np.float64)))

    def evaluate(self, choices: Ints) -> Floats:
        """Values (B,) of choices (B, n); those beyond the allowance are `WORST`."""
        keys = [choice.tobytes() for choice in choices]
        new = list(dict.fromkeys(key for key in keys if key not in self._seen))[: self._most - len(self._seen)]
        if new:
            self._look(np.array([np.frombuffer(key, dtype=np.int64) for key in new]), new)
        return np.array([self._seen.get(key, WORST) for key in keys])

    def _look(self, choices: Ints, keys: list[bytes]) -> None:
        values = np.asarray(self._box.objective(choices), dtype=np.float64)
        if values.shape != (len(choices),) or np.isnan(values).any() or (values == np.inf).any():
            raise InputError(
                f"the objective gave {values.shape} values for {len(choices)} choices, or NaN or infinity; "
                "it must give one number each, minus infinity where a rule is broken"
            )
        self._seen.update(zip(keys, np.maximum(values, WORST).tolist(), strict=True))
        best = int(np.argmax(values))
        if values[best] > self.value:
            self.best, self.value = choices[best].copy(), float(values[best])

    def found(self, method: str, seed: int, *, is_exact: bool = False) -> Found:
        """The best seen; InputError if every choice broke a rule."""
        if self.best is None:
            raise InputError(
                f"each of the {self.n_evaluations:,} choices looked at breaks a rule; "
                "give a start that breaks none, or relax a rule"
            )
        return Found(self.best, self.value, method, seed, self.n_evaluations, is_exact)


def begin(box: BlackBox, ledger: Ledger, *, seed: int) -> None:
    """Look at the start, or one random choice, and climb from there: the mark that a search may not fall below."""
    if box.start is None:
        rng = np.random.default_rng(seed)
        ledger.evaluate(rng.integers(0, box.n_rungs, (1, len(box.n_rungs))))
    climb(box, ledger)


def climb(box: BlackBox, ledger: Ledger) -> None:
    """From the best choice so far, move one price at a time to its best rung until no move helps."""
    is_better = ledger.best is not None
    while is_better and not ledger.is_spent:
        before = ledger.value
        for i, n_rungs in enumerate(box.n_rungs):
            assert ledger.best is not None
            moves = np.tile(ledger.best, (int(n_rungs), 1))
            moves[:, i] = np.arange(n_rungs)
            ledger.evaluate(moves)
        is_better = ledger.value > before
