"""What a proof found: how often it tried, what broke, and whether it would have noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mutant:
    """The same proof with one guard of the till taken away: it must fail, or it proves nothing."""

    guard: str
    n_runs: int
    n_caught: int

    @property
    def is_caught(self) -> bool:
        """Whether the proof failed on every run, as it must."""
        return self.n_caught == self.n_runs


@dataclass(frozen=True, slots=True)
class Proof:
    """One promise put to the test on `seeds`; `violations` says each in words, with the seed that shows it again.

    `figures` are counts and times in words. `left_out` says what of the promise could not be tried here and why.
    """

    promise: str
    claim: str
    seeds: tuple[int, ...]
    n_trials: int
    violations: tuple[str, ...]
    seconds: float
    figures: Mapping[str, str] = field(default_factory=dict)
    mutants: tuple[Mutant, ...] = ()
    left_out: str = ""

    @property
    def holds(self) -> bool:
        """No violation, and every mutant caught."""
        return not self.violations and all(mutant.is_caught for mutant in self.mutants)


def told_of(violations: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    """What went wrong by seed, each in words with its seed.

    >>> told_of({1: [], 2: ["one unit too many"]})
    ('seed 2: one unit too many',)
    """
    return tuple(f"seed {seed}: {what}" for seed, found in violations.items() for what in found)


@dataclass(frozen=True, slots=True)
class Report:
    """All proofs of one run, on one database, by one version of dealwright."""

    version: str
    database: str
    machine: str
    began: str
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return all(proof.holds for proof in self.proofs)
