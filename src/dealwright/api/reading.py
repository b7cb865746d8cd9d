"""What a body says, as plain JSON values: broken, deep, huge, inexact or unstorable parts are told, never bent.

This is the careful way. Bodies of known shape go through a compiled decoder first (`bodies.py`) and come here to
learn what is wrong with them.
"""

from __future__ import annotations

from typing import Any

from dealwright.api.problems import refuse
from dealwright.campaign.json_text import Unusable, values_of
from dealwright.core.errors import InputError


def read_json(body: bytes) -> Any:
    """The value, with an `Unusable` wherever a number is not a plain whole one or a text cannot be stored.

    Raises ProblemError `malformed_json` for what is not JSON, not UTF-8, or nested deeper than 20.
    """
    try:
        return _storable(values_of(body))
    except InputError as error:
        raise refuse("malformed_json", str(error)) from None


def unusable(value: Any, where: str = "") -> list[str]:
    """Every unusable part of a value that was read, with its place.

    >>> unusable(read_json(b'{"lines": [{"sku": "\\\\u0000"}]}'))
    ['lines[0].sku: the text holds a NUL or half a surrogate pair; drop it']
    """
    if isinstance(value, Unusable):
        return [f"{where or 'the body'}: {value.reason}"]
    if isinstance(value, dict):
        return [text for name, part in value.items() for text in unusable(part, below(where, name))]
    if isinstance(value, list):
        return [text for index, part in enumerate(value) for text in unusable(part, f"{where}[{index}]")]
    return []


def below(where: str, name: str) -> str:
    """The place of a field inside an object."""
    return f"{where}.{name}" if where else name


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value if _is_storable(value) else Unusable("the text holds a NUL or half a surrogate pair; drop it")
    if isinstance(value, list):
        return [_storable(part) for part in value]
    if isinstance(value, dict):
        if not all(_is_storable(name) for name in value):
            return Unusable("a field's name holds a NUL or half a surrogate pair; drop it")
        return {name: _storable(part) for name, part in value.items()}
    return value


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
