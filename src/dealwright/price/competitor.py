"""Which price to take beside competitors': a position among them, never below the floor.

Competitors without stock are not followed; if none has any, the fallback says what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from dealwright.core.errors import InputError
from dealwright.price.given import Floats, refuse, wrong
from dealwright.price.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Quote:
    """What a competitor asks for the same product; `weight` is how much customers compare with them."""

    competitor: str
    price_minor: int
    is_in_stock: bool = True
    weight: float = 1.0

    def __post_init__(self) -> None:
        refuse(
            wrong(f"the price of {self.competitor}", self.price_minor, above=0),
            wrong(f"the weight of {self.competitor}", self.weight, least=0),
        )


class Position(Protocol):
    """Where to stand among competitors."""

    def target(self, quotes: Sequence[Quote]) -> float:
        """The price to aim at; there is at least one quote."""
        ...


@dataclass(frozen=True, slots=True)
class MatchLowest:
    """The lowest quote, `offset` above (or below zero: under) it, as a share."""

    offset: float = 0.0
    kind: ClassVar[str] = "match_lowest"

    def target(self, quotes: Sequence[Quote]) -> float:
        """Minor units."""
        return min(quote.price_minor for quote in quotes) * (1 + self.offset)


@dataclass(frozen=True, slots=True)
class MatchMedian:
    """The middle of all quotes, `offset` above it."""

    offset: float = 0.0
    kind: ClassVar[str] = "match_median"

    def target(self, quotes: Sequence[Quote]) -> float:
        """Minor units."""
        return float(np.median(_prices(quotes))) * (1 + self.offset)


@dataclass(frozen=True, slots=True)
class MatchOne:
    """One named competitor, `offset` above; if they are not quoted, the lowest of the others."""

    competitor: str
    offset: float = 0.0
    kind: ClassVar[str] = "match_one"

    def target(self, quotes: Sequence[Quote]) -> float:
        """Minor units."""
        named = [quote for quote in quotes if quote.competitor == self.competitor]
        return MatchLowest(self.offset).target(named or quotes)


@dataclass(frozen=True, slots=True)
class Index:
    """`level` times the weighted mean of quotes: 0.98 is two per cent below the market."""

    level: float
    kind: ClassVar[str] = "index"

    def __post_init__(self) -> None:
        refuse(wrong("the index level", self.level, above=0))

    def target(self, quotes: Sequence[Quote]) -> float:
        """Minor units."""
        weights = np.array([quote.weight for quote in quotes])
        if weights.sum() <= 0:
            raise InputError("all competitors have weight 0; give at least one of them some weight")
        return float(np.average(_prices(quotes), weights=weights)) * self.level


@dataclass(frozen=True, slots=True)
class Proposal:
    """A price with the reason, and the competitors that were followed."""

    price: int
    reason: str
    followed: tuple[str, ...]


def propose(quotes: Sequence[Quote], position: Position, ladder: Ladder, *, floor: int, fallback: int) -> Proposal:
    """The rung nearest to the position's target, not below `floor`; `fallback` if no competitor has stock.

    `ladder` is what the price rules allow (`rules.allowed`). InputError if no rung reaches the floor.

    >>> quotes = [Quote("A", 199), Quote("B", 149, is_in_stock=False)]
    >>> propose(quotes, MatchLowest(), Ladder.of([149, 189, 199]), floor=150, fallback=189).price
    199
    """
    refuse(wrong("the floor", floor, least=0), wrong("the fallback", fallback, above=0))
    reachable = ladder.between(floor, np.inf)
    followed = [quote for quote in quotes if quote.is_in_stock]
    if not followed:
        price = reachable.nearest(fallback)
        told = "no competitor is known" if not quotes else "no competitor has stock"
        return Proposal(price, f"{told}: the fallback {fallback} stands", ())
    target = position.target(followed)
    names = tuple(quote.competitor for quote in followed)
    if target < floor:
        price = reachable.prices[0]
        return Proposal(price, f"the position asks {target:.0f}, below the floor {floor}: the floor holds", names)
    return Proposal(reachable.nearest(target), f"the position asks {target:.0f}", names)


def price_index(ours: Sequence[int], quotes: Sequence[Sequence[Quote]]) -> float:
    """Our prices over competitors' weighted mean, averaged over the products that anyone quotes; 1 is the market.

    InputError if nobody quotes any.
    """
    shares = [
        price / Index(1.0).target(of_product) for price, of_product in zip(ours, quotes, strict=True) if of_product
    ]
    if not shares:
        raise InputError("no competitor quotes any of the products, so there is no index")
    return float(np.mean(shares))


def _prices(quotes: Sequence[Quote]) -> Floats:
    return np.array([quote.price_minor for quote in quotes], dtype=np.float64)
