"""Exact amounts of money, and the only place where money is rounded.

Amounts are integers in the currency's minor unit (cents for EUR, yen for JPY, fils for KWD).
Floats meet money only through `Money.nearest`, which rounds half to even, and only for estimates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction

from dealwright.core.errors import InputError

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

# Tables hold money in 64 bits; text that needs rounding or does not fit is refused, never bent.
_MOST_MINOR = 2**63 - 1
_EXACT = Context(prec=40, Emax=40, Emin=-40, traps=[Inexact, InvalidOperation, Overflow])


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has.

    >>> exponent("EUR"), exponent("JPY"), exponent("KWD")
    (2, 0, 3)
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise InputError(f"currency {currency!r} is not an ISO 4217 code like 'EUR'")
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount in minor units.

    >>> Money.parse("12.50", "EUR") + Money(50, "EUR")
    Money(minor=1300, currency='EUR')
    >>> str(Money(123456, "EUR"))
    '1,234.56 EUR'
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise InputError(f"money is a whole number of minor units, not {self.minor!r}; use Money.parse")
        if abs(self.minor) > _MOST_MINOR:
            raise InputError(f"amounts go up to {_MOST_MINOR} minor units; check the decimal point")
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """The exact amount written as a decimal; refuses more decimals than the currency has."""
        try:
            scaled = Decimal(text).scaleb(exponent(currency), _EXACT)
        except ArithmeticError:
            raise InputError(f"{text!r} is not an amount; write it like '12.50'") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise InputError(f"{text!r} is not a whole number of {currency} minor units")
        return cls(int(scaled), currency)

    @classmethod
    def nearest(cls, major: float, currency: str) -> Money:
        """An estimate in major units, rounded half to even to the minor unit.

        >>> Money.nearest(0.125, "EUR").minor
        12
        """
        if not math.isfinite(major):
            raise InputError(f"{major!r} is not an amount of money; it must be finite")
        return cls(int(Decimal(major).scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN)), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InputError(f"cannot mix {self.currency} and {other.currency}; convert one of them first")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, units: int) -> Money:
        return Money(self.minor * units, self.currency)

    def __str__(self) -> str:
        return f"{self.major:,} {self.currency}"


def allocate(total_minor: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split `total_minor` in proportion to `weights`; the parts always sum to the total.

    Spare units go to the largest remainders, ties to the first, so the same weights always split
    the same way. Equal weights (or none above zero) split evenly. Raises InputError on an empty or
    negative weight list.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    >>> allocate(-5, [1, 1])
    [-3, -2]
    """
    if not weights or any(weight < 0 for weight in weights):
        raise InputError(f"weights must be at least one number, none below zero; given {list(weights)!r}")
    if total_minor < 0:
        return [-part for part in allocate(-total_minor, weights)]
    whole = sum(Fraction(weight) for weight in weights)
    if whole == 0:
        return allocate(total_minor, [1] * len(weights))
    exact = [total_minor * Fraction(weight) / whole for weight in weights]
    parts = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total_minor - sum(parts)]:
        parts[i] += 1
    return parts
