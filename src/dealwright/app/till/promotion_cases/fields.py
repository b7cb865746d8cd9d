"""Fields of a case, read with the mistakes that people make in files named."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from dealwright.core.errors import InputError
from dealwright.core.money import Money

_LIKE = 0.8
"""How like a known name a misspelt one is."""
_MOST_DIGITS = 40


class CaseError(Exception):
    """The till cannot express what a case asks for; the case fails, the file is sound."""


def check_names(where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """InputError for a name that is nearly a known one which is missing; other names are notes and are ignored."""
    free = sorted(set(known) - set(given))
    for name in sorted(set(given) - set(known)):
        near = difflib.get_close_matches(name, free, n=1, cutoff=_LIKE)
        if near:
            raise InputError(f"{where}: no field is called {name!r}; did you mean {near[0]!r}?")


def one_of(where: str, kind: str, given: str, known: Iterable[str]) -> str:
    """A name of a closed list. InputError for a misspelt one, CaseError for one that the till does not know."""
    names = sorted(known)
    if given in names:
        return given
    if difflib.get_close_matches(given, names, n=1, cutoff=_LIKE):
        raise InputError(f"{where}: {InputError.unknown(kind, given, names)}")
    raise CaseError(f"no {kind} is called {given!r}. Allowed: {', '.join(names)}")


def mapping(where: str, value: object) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise InputError(f"{where} is an object like {{...}}; given {_shown(value)}")
    return value


def sequence(where: str, value: object) -> Sequence[Any]:
    """A list."""
    if not isinstance(value, list | tuple):
        raise InputError(f"{where} is a list like [...]; given {_shown(value)}")
    return value


def needed(where: str, given: Mapping[str, Any], name: str) -> Any:
    """A field that must be there."""
    if name not in given:
        near = difflib.get_close_matches(name, given, n=1, cutoff=0.6)
        hint = f"; is {near[0]!r} meant to be it?" if near else ""
        raise InputError(f"{where}: the field {name!r} is missing{hint}")
    return given[name]


def text(where: str, value: object) -> str:
    """A text; a number is written out."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InputError(f"{where} is a text; given {_shown(value)}")


def texts(where: str, value: object) -> tuple[str, ...]:
    """Texts; one alone may stand without a list."""
    if isinstance(value, list | tuple):
        return tuple(text(where, one) for one in value)
    return (text(where, value),)


def whole(where: str, value: object, *, least: int = 0) -> int:
    """A whole number, also written as text."""
    number = exact(where, value)
    if number.denominator != 1 or number < least:
        raise InputError(f"{where} is a whole number from {least} on; given {_shown(value)}")
    return int(number)


def signed(where: str, value: object) -> int:
    """A whole number, also below zero."""
    number = exact(where, value)
    if number.denominator != 1:
        raise InputError(f"{where} is a whole number; given {_shown(value)}")
    return int(number)


def exact(where: str, value: object) -> Fraction:
    """An exact decimal number, written as text or as a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InputError(f"{where} is a decimal written as text, like '10.5'; given {_shown(value)}")
    try:
        number = Decimal(str(value)[: _MOST_DIGITS + 1])
    except InvalidOperation:
        raise InputError(f"{where} is a decimal written as text, like '10.5'; given {_shown(value)}") from None
    if not number.is_finite() or len(str(value)) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_DIGITS:
        raise InputError(f"{where} is a decimal of at most {_MOST_DIGITS} digits; given {_shown(value)}")
    return Fraction(number)


def minor(where: str, value: object, currency: str) -> int:
    """An amount of money in minor units."""
    exact(where, value)
    try:
        amount = Money.parse(str(value), currency).minor
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if amount < 0:
        raise InputError(f"{where} is not negative; given {_shown(value)}")
    return amount


def flag(where: str, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InputError(f"{where} is true or false; given {_shown(value)}")
    return value


def moment(where: str, value: object) -> datetime:
    """An instant; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text(where, value))
    except ValueError:
        raise InputError(f"{where} is an instant like '2030-01-01T00:00:00Z'; given {_shown(value)}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _shown(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 60 else said[:57] + "..."
