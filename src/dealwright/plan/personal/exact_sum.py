"""A running sum without rounding, so that a budget is neither overstepped nor left short by dust."""

from __future__ import annotations

import math


class ExactSum:
    """Adds floats exactly (Shewchuk's partial sums).

    >>> total = ExactSum()
    >>> for amount in (1e16, 1.0, -1e16):
    ...     total.add(amount)
    >>> total.value
    1.0
    """

    def __init__(self) -> None:
        self._partials: list[float] = []

    def add(self, amount: float) -> None:
        """Add one float."""
        kept = []
        for partial in self._partials:
            if abs(amount) < abs(partial):
                amount, partial = partial, amount
            high = amount + partial
            low = partial - (high - amount)
            if low:
                kept.append(low)
            amount = high
        self._partials = [*kept, amount]

    @property
    def value(self) -> float:
        """The sum, rounded once."""
        return math.fsum(self._partials)

    def value_with(self, amount: float) -> float:
        """What the sum would be with one more."""
        return math.fsum([*self._partials, amount])
