"""What a JSON text says, as plain values: deep, huge, doubled or inexact parts are refused, never bent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from dealwright.core.errors import InputError

MOST_DEPTH = 20
MOST_BYTES = 64 * 2**20
MOST_DIGITS = 18  # always fits 64 bits

_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands where JSON allows a value that no promotion or cart can hold; `reason` says what was wrong."""

    reason: str


def values_of(text: str | bytes) -> Any:
    """The values, with an `Unusable` for every number that is not a plain whole one and every field given twice.

    InputError if it is not JSON in UTF-8, larger than 64 MiB or nested deeper than 20.

    >>> values_of('{"percent": 10.5}')
    {'percent': Unusable(reason='give a whole number, or decimals as text like "10.5"; given 10.5')}
    """
    if len(text) > MOST_BYTES:
        raise InputError(f"the JSON text is {len(text):,} long; {MOST_BYTES:,} is the most; split it")
    decoded = _decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    _refuse_depth(decoded)
    try:
        return json.loads(
            decoded,
            parse_int=_whole,
            parse_float=_not_whole,
            parse_constant=_not_whole,
            object_pairs_hook=_once_each,
        )
    except json.JSONDecodeError as error:
        raise InputError(f"this is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None


def shown(value: Any) -> str:
    """A value as a mistake quotes it, short.

    >>> shown(True), shown([1]), shown(10**50)[:4]
    ('true', 'a list', '1000')
    """
    match value:
        case Unusable(reason):
            return reason
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case str():
            text = json.dumps(value[:60], ensure_ascii=False)
        case bool() | None:
            text = json.dumps(value)
        case int() if abs(value) >= 10**MOST_DIGITS:
            return (
                f"{'-' if value < 0 else ''}{abs(value) // 10 ** (_digits(value) - 4)}… ({_digits(value)} digits)"
            )
        case _:
            text = repr(value)
    return text if len(text) <= 50 else text[:49] + "…"


def _digits(value: int) -> int:
    # Python refuses to write huge numbers out; their bits tell how many digits there are, give or take one.
    return int(abs(value).bit_length() * 0.30103) + 1


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"this is not JSON in UTF-8: byte {error.start} does not fit; save it as UTF-8") from None


def _refuse_depth(text: str) -> None:
    brackets = _TEXTS.sub("", text)
    deepest = max(accumulate(_STEP[letter] for letter in brackets if letter in _STEP), default=0)
    if deepest > MOST_DEPTH:
        raise InputError(f"the JSON text is nested {deepest} deep; {MOST_DEPTH} is the most")


def _whole(text: str) -> int | Unusable:
    if len(text.lstrip("-")) > MOST_DIGITS:
        return Unusable(f"give a whole number of at most {MOST_DIGITS} digits; given {len(text)} characters")
    return int(text)


def _not_whole(text: str) -> Unusable:
    return Unusable(f'give a whole number, or decimals as text like "10.5"; given {text[:40]}')


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                read[name] = Unusable("the field is there twice; give it once")
            seen.add(name)
    return read
