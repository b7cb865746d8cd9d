"""What conditions and benefits answer: why not, what is given, and what the engine may know beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from dealwright.engine.evaluation import Gift, RefusalCode
from dealwright.engine.policy import Rounding
from dealwright.engine.runs import Run

Scope = Literal["item", "order", "delivery"]
Nature = Literal["units", "lines", "order", "money", "extra"]


class Keys(NamedTuple):
    """Values of one attribute of the cart, at least one of which must be there; no value means any cart."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """Why not, and how far it is: money or units that are missing."""

    code: RefusalCode
    missing_minor: int = 0
    missing_quantity: int = 0


class Cut(NamedTuple):
    """`amount_minor` off one line; `runs` are its units afterwards, `None` when all of them share the cut."""

    line: int
    amount_minor: int
    runs: tuple[Run, ...] | None = None


class FeeCut(NamedTuple):
    """`amount_minor` off one delivery fee."""

    delivery: int
    amount_minor: int


@dataclass(slots=True)
class Grant:
    """What a benefit gives on given goods; nobody changes it once it is given.

    `uses` is how often it was applied, `n_units` how many units got its price (`None`: all units of the cut lines).
    """

    cuts: tuple[Cut, ...] = ()
    fee_cuts: tuple[FeeCut, ...] = ()
    uses: int = 1
    n_units: int | None = None
    gifts: tuple[Gift, ...] = ()
    points: int = 0
    points_spent: int = 0
    next_coupon: str = ""
    frees_delivery: bool = False
    prepaid_minor: int = 0

    @property
    def amount_minor(self) -> int:
        """What it takes off, in all."""
        return sum(cut.amount_minor for cut in self.cuts) + sum(cut.amount_minor for cut in self.fee_cuts)


UNBOUNDED = 10**30
"""A ceiling that bounds nothing."""


class Extent(NamedTuple):
    """How much there is of the goods a benefit lands on: lines, units, what is left to pay, what thresholds see.

    `is_whole`: none of the goods is in lines that take no discount.
    """

    n_lines: int
    n_units: int
    worth_minor: int
    base_minor: int
    is_whole: bool


class Single(NamedTuple):
    """One line of equal units without a floor price, from which no promotion picked units: the plainest goods."""

    net_minor: int
    quantity: int
    price_minor: int
    threshold_minor: int
    rounding: Rounding


Plainly = Callable[[list[int], Sequence[int], Sequence[int]], "list[tuple[int, int]] | None"]
"""What is left of all lines, the lines to land on, the quantities of all lines: how much comes off which line,
and taken off them.

For lines of equal units without floor prices; `None`, and nothing taken, where this short way does not do."""


class Rivalry(NamedTuple):
    """Of benefits with equal `key` on the same goods, the one with more `strength` never saves less."""

    key: tuple[object, ...]
    strength: Fraction | int
