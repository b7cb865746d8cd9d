"""What promotions that apply give at their turn, each in the shortest form that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dealwright.engine.grants import Cut, Grant
from dealwright.engine.rule import Rule


class Step(NamedTuple):
    """A promotion that applies, and what it gives at its turn."""

    rule: Rule
    grant: Grant


class Plain(NamedTuple):
    """As `Step`, of a promotion that only takes so much off whole lines: its grant is made later."""

    rule: Rule
    offs: list[tuple[int, int]]

    @property
    def grant(self) -> Grant:
        """What it gives."""
        return Grant(tuple([Cut(line, off) for line, off in self.offs]))


@dataclass(slots=True, eq=False)
class Given:
    """What a promotion takes off some lines, and nothing else: the same off all lines that are like them.

    The lines of `cuts` are places among those lines; `uses` and `n_units` are those of a `Grant`. `told` keeps, by
    shape, what it was put into words as.
    """

    rule: Rule
    cuts: tuple[Cut, ...]
    uses: int = 1
    n_units: int | None = None
    told: dict[object, Any] = field(default_factory=dict)


class Repeated(NamedTuple):
    """As `Step`, of a promotion that was found to give this on lines like these before."""

    rule: Rule
    lines: Sequence[int]
    given: Given

    @property
    def grant(self) -> Grant:
        """What it gives."""
        given, lines = self.given, self.lines
        cuts = tuple([cut._replace(line=lines[cut.line]) for cut in given.cuts])
        return Grant(cuts, uses=given.uses, n_units=given.n_units)


AnyStep = Step | Plain | Repeated
