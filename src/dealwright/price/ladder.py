"""The prices a shop allows itself: rungs, endings, labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.money import Money
from dealwright.price.given import Floats


@dataclass(frozen=True, slots=True)
class Ladder:
    """Allowed prices in minor units, the lowest first, none twice.

    >>> Ladder.of([250, 199, 199]).prices
    (199, 250)
    """

    prices: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.prices:
            raise InputError("the ladder has no price; give at least one")
        odd = [price for price in self.prices if not isinstance(price, int) or price <= 0]
        if odd:
            raise InputError(f"a ladder holds whole minor units above zero; given {odd[0]!r}")
        if list(self.prices) != sorted(set(self.prices)):
            raise InputError("prices of a ladder rise and none stands twice; make it with Ladder.of")

    @classmethod
    def of(cls, prices: Iterable[int]) -> Ladder:
        """Any prices, put in order."""
        return cls(tuple(sorted(set(prices))))

    @classmethod
    def with_ending(cls, low: int, high: int, *, ending: int, every: int) -> Ladder:
        """All prices from `low` to `high` that end alike: `ending` above a multiple of `every`.

        >>> Ladder.with_ending(150, 400, ending=99, every=100).prices
        (199, 299, 399)
        """
        if not 0 <= ending < every:
            raise InputError(f"an ending is from 0 to {every - 1} if prices are {every} apart; given {ending}")
        first = low + (ending - low) % every
        prices = tuple(price for price in range(first, high + 1, every) if price > 0)
        if not prices:
            raise InputError(
                f"no price from {low} to {high} ends in {ending}; widen the range or change the ending"
            )
        return cls(prices)

    @classmethod
    def from_depths(cls, regular: int, depths: Iterable[float], *, ending: int = 0, every: int = 1) -> Ladder:
        """`regular` and the price at each depth, each rounded down to its ending; 0 is the regular price.

        Rounded down, so that no depth is smaller than promised. InputError if one falls to zero or below.

        >>> Ladder.from_depths(1000, [0.1, 0.25], ending=9, every=10).prices
        (749, 899, 1000)
        """
        given = list(depths)
        odd = [depth for depth in given if not 0 <= depth < 1]
        if odd:
            raise InputError(f"a depth is a share from 0 to below 1; given {odd[0]!r}")
        cut = [regular * (1 - depth) for depth in given if depth > 0]
        # A hair is added before rounding down, because 1000 * (1 - 0.1) is 900 only up to floating point.
        return cls.of([regular, *(int((price - ending + 1e-6) // every) * every + ending for price in cut)])

    @property
    def array(self) -> Floats:
        """The prices as numbers, (P,)."""
        return np.array(self.prices, dtype=np.float64)

    def nearest(self, price: float) -> int:
        """The allowed price next to `price`; the lower of two equally near.

        >>> Ladder.of([199, 299]).nearest(249)
        199
        """
        return min(self.prices, key=lambda rung: (abs(rung - price), rung))

    def between(self, low: float, high: float) -> Ladder:
        """The rungs from `low` to `high`; InputError if there is none."""
        kept = tuple(price for price in self.prices if low <= price <= high)
        if not kept:
            listed = ", ".join(map(str, self.prices[:12])) + (", …" if len(self.prices) > 12 else "")
            raise InputError(f"no rung lies from {low:g} to {high:g}; the ladder has {listed}")
        return Ladder(kept)

    def labels(self, currency: str) -> tuple[str, ...]:
        """What is printed on the shelf for each rung."""
        return tuple(str(Money(price, currency)) for price in self.prices)
