"""How events are read: what is known is checked, what is unknown is let by."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from dealwright.core.errors import InputError
from dealwright.core.ids import LONGEST_NAME, is_name

MOST_LINES = 500
MOST_UNITS = 1_000_000_000
MOST_MINOR = 10**12  # of a line; millions of them in one minute still fit 64 bits
FIRST_YEAR, LAST_YEAR = 2000, 2100

_CURRENCY = re.compile("[A-Z]{3}")
_MISSING = object()

Mistakes = list[str]
Reader = Callable[[Any, str, Mistakes], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one dataclass: name, reader, whether it is needed.

    `names` and `names_in_lists` (of the objects a list holds) tell what is known, to see what is not.
    """

    cls: type
    fields: tuple[tuple[str, Reader, bool], ...]
    names: frozenset[str]
    names_in_lists: Mapping[str, frozenset[str]]

    def read(self, given: Any, where: str, mistakes: Mistakes) -> Any:
        """An instance, or None with what is wrong added to `mistakes`."""
        if type(given) is not dict:
            mistakes.append(f"{where} is an object with {', '.join(name for name, *_ in self.fields)}")
            return None
        n_before = len(mistakes)
        values = {}
        for name, read, is_needed in self.fields:
            value = given.get(name, _MISSING)
            if value is not _MISSING and (value is not None or is_needed):
                values[name] = read(value, f"{where}.{name}", mistakes)
            elif is_needed:
                mistakes.append(f"{where}.{name} is missing; send it")
        return None if len(mistakes) > n_before else self.cls(**values)


def shape_of(cls: type) -> Shape:
    """How instances of a dataclass are read: told by the types and names of its fields."""
    hints = get_type_hints(cls)
    parts = tuple(
        (one.name, _reader(one.name, hints[one.name], is_needed=one.default is MISSING), one.default is MISSING)
        for one in fields(cls)
    )
    lists = {
        one.name: shape_of(_inner(hints[one.name])).names
        for one in fields(cls)
        if get_origin(hints[one.name]) is tuple and _inner(hints[one.name]) is not str
    }
    return Shape(cls, parts, frozenset(name for name, *_ in parts), lists)


def described(bodies: Iterable[type]) -> dict[str, dict[str, str]]:
    """The contract as plain data: for each kind its fields, as "text, needed" and the like."""
    told: dict[str, dict[str, str]] = {}
    for cls in bodies:
        _describe(cls, getattr(cls, "kind", cls.__name__), told)
    return dict(sorted(told.items()))


def broken_promises(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Where a new contract would refuse, or forget, what senders and readers of the old one rely on.

    >>> broken_promises({"view": {"sku": "text"}}, {"view": {"sku": "text, needed"}})
    ["view.sku was 'text' and is 'text, needed'; fields stay as they are"]
    """
    found = []
    for kind, parts in old.items():
        if kind not in new:
            found.append(f"the kind {kind} is gone; keep it")
            continue
        for name, type_ in parts.items():
            if name not in new[kind]:
                found.append(f"{kind}.{name} is gone; keep it")
            elif new[kind][name] != type_:
                found.append(f"{kind}.{name} was {type_!r} and is {new[kind][name]!r}; fields stay as they are")
        found += [
            f"{kind}.{name} is new and needed; give it a default"
            for name, type_ in new[kind].items()
            if name not in parts and type_.endswith("needed")
        ]
    return found


def _describe(cls: type, kind: str, told: dict[str, dict[str, str]]) -> None:
    hints = get_type_hints(cls)
    told[kind] = {}
    for one in fields(cls):
        inner = _inner(hints[one.name])
        if isinstance(inner, type) and inner not in (str, int):
            _describe(inner, f"{kind}.{one.name}", told)
        name = {str: "text", int: "whole number"}.get(inner, "object")
        many = "list of " if get_origin(hints[one.name]) is tuple else ""
        told[kind][one.name] = f"{many}{name}{', needed' if one.default is MISSING else ''}"


def _inner(kind: Any) -> Any:
    if get_origin(kind) in (tuple, Union, types.UnionType):
        return next(part for part in get_args(kind) if part not in (type(None), Ellipsis))
    return kind


def _reader(name: str, kind: Any, *, is_needed: bool) -> Reader:
    inner = _inner(kind)
    if get_origin(kind) is tuple:
        return _list_of(_text if inner is str else shape_of(inner).read, is_needed=is_needed)
    if name == "currency":
        return _currency
    if inner is str:
        return _text if is_needed else _text_or_empty
    assert inner is int, f"no rule reads {kind}, the type of {name}"
    return _whole_between(*_bounds(name))


def _bounds(name: str) -> tuple[int, int]:
    match name:
        case "quantity":
            return 1, MOST_UNITS
        case "change":
            return -MOST_UNITS, MOST_UNITS
        case "revision":
            return 0, MOST_UNITS
        case _:
            assert name.endswith("_minor"), f"no bounds are known of {name}"
            return 0, MOST_MINOR


def _whole_between(least: int, most: int) -> Reader:
    def read(value: Any, where: str, mistakes: Mistakes) -> int | None:
        if type(value) is int and least <= value <= most:
            return value
        mistakes.append(f"{where} is a whole number from {least} to {most}; given {_shown(value)}")
        return None

    return read


def _list_of(read_one: Reader, *, is_needed: bool) -> Reader:
    def read(value: Any, where: str, mistakes: Mistakes) -> tuple[Any, ...] | None:
        if type(value) is not list or len(value) > MOST_LINES or (is_needed and not value):
            least = "1" if is_needed else "0"
            mistakes.append(f"{where} is a list of {least} to {MOST_LINES}; given {_shown(value)}")
            return None
        return tuple([read_one(one, f"{where}[{number}]", mistakes) for number, one in enumerate(value)])

    return read


def _text(value: Any, where: str, mistakes: Mistakes) -> str | None:
    if type(value) is str and is_name(value):
        return value
    mistakes.append(
        f"{where} is text of 1 to {LONGEST_NAME} characters without control characters; given {_shown(value)}"
    )
    return None


def _text_or_empty(value: Any, where: str, mistakes: Mistakes) -> str | None:
    return "" if value == "" else _text(value, where, mistakes)


def _currency(value: Any, where: str, mistakes: Mistakes) -> str | None:
    if type(value) is str and (value == "" or _CURRENCY.fullmatch(value)):
        return value
    mistakes.append(f"{where} is an ISO 4217 code like 'EUR'; given {_shown(value)}")
    return None


def read_name(value: Any, where: str, mistakes: Mistakes) -> str:
    """A name that must be there."""
    if value is None:
        mistakes.append(f"{where} is missing; send it")
        return ""
    return _text(value, where, mistakes) or ""


def read_instant(value: Any, where: str, mistakes: Mistakes) -> datetime | None:
    """An instant in UTC, from ISO 8601 text that says its zone."""
    if type(value) is str and 16 <= len(value) <= 40:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                mistakes.append(f"{where} says no zone; write it like '2024-05-01T12:00:00+02:00'")
                return None
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            moment = None
        if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return moment
    mistakes.append(
        f"{where} is an instant like '2024-05-01T12:00:00+02:00' of {FIRST_YEAR} to {LAST_YEAR}; "
        f"given {_shown(value)}"
    )
    return None


def read_version(value: Any, *, newest: int, mistakes: Mistakes) -> int:
    """The version of the contract the sender knew; 1 if nothing is said."""
    if value is None:
        return 1
    if type(value) is int and 1 <= value <= newest:
        return value
    mistakes.append(f"version is a whole number from 1 to {newest}; given {_shown(value)}; update dealwright")
    return 0


def unknown_kind(given: Any, allowed: Iterable[str]) -> str:
    """That no kind of event is called so."""
    return str(InputError.unknown("kind of event", given if isinstance(given, str) else _shown(given), allowed))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and value.bit_length() > 200:
        return "a huge number"
    told = ascii(value)
    return told if len(told) <= 40 else told[:39] + "…"
