"""Exact numbers as decimal text, such as percents: "10.5"; thirds and the like as "100/3"."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from dealwright.core.errors import InputError

MOST_DIGITS = 12  # before and after the point
PATTERN = rf"^-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,{MOST_DIGITS}}}|/\d{{1,{MOST_DIGITS}}})?$"

_TEXT = re.compile(PATTERN, re.ASCII)


def fraction_of(given: Any) -> Fraction | None:
    """The number that a text, or a whole number, means; None if it is no such number.

    >>> fraction_of("10.5"), fraction_of(10), fraction_of("1e5")
    (Fraction(21, 2), Fraction(10, 1), None)
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return Fraction(given)
    if not isinstance(given, str) or len(given) > 2 * MOST_DIGITS + 2 or not _TEXT.fullmatch(given):
        return None
    try:
        return Fraction(given)
    except ZeroDivisionError:
        return None


def decimal_text(number: Fraction) -> str:
    """The shortest text that means exactly this number; InputError if it has too many digits.

    >>> decimal_text(Fraction(21, 2)), decimal_text(Fraction(100, 3))
    ('10.5', '100/3')
    """
    text = _finite(number) or f"{number.numerator}/{number.denominator}"
    if not _TEXT.fullmatch(text):
        raise InputError(f"{text[:60]} has too many digits to be written; round it")
    return text


def _finite(number: Fraction) -> str | None:
    scaled = number * 10**MOST_DIGITS
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(abs(scaled.numerator), 10**MOST_DIGITS)
    decimals = f"{rest:0{MOST_DIGITS}d}".rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' + decimals if decimals else ''}"
