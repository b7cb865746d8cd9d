"""What the fields of mechanics may hold: checked, read and shown by the same rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Literal

VEHICLES = ("display", "mailer", "app")
"""What can carry a mechanic to the customer's eye."""

Nature = Literal["share", "money", "number", "text", "flag", "names", "blocks"]


@dataclass(frozen=True, slots=True)
class Holds:
    """What a field holds, in words; `allows` says whether a value will do. `block` is the class of its parts."""

    what: str
    nature: Nature
    allows: Callable[[Any], bool]
    block: type | None = None

    @property
    def metadata(self) -> Mapping[str, Holds]:
        """As `dataclasses.field` takes it."""
        return {"holds": self}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_vehicles(value: object) -> bool:
    return isinstance(value, tuple) and all(name in VEHICLES for name in value)


def blocks(block: type) -> Mapping[str, Holds]:
    """A list of at least one `block`."""
    return Holds(
        f"a list of one or more {block.__name__}",
        "blocks",
        lambda value: (
            isinstance(value, tuple) and len(value) > 0 and all(isinstance(part, block) for part in value)
        ),
        block,
    ).metadata


DEPTH = Holds("a share above 0 and below 1", "share", lambda v: _is_number(v) and 0 < v < 1).metadata
OFF = Holds("a share above 0, at most 1", "share", lambda v: _is_number(v) and 0 < v <= 1).metadata
SHARE = Holds("a share from 0 to 1", "share", lambda v: _is_number(v) and 0 <= v <= 1).metadata
LOSS = Holds("a share from 0 to below 1", "share", lambda v: _is_number(v) and 0 <= v < 1).metadata
COUNT = Holds("a whole number of at least 1", "number", lambda v: _is_whole(v) and v >= 1).metadata
HOURS = Holds("a number of hours above 0, at most 168", "number", lambda v: _is_number(v) and 0 < v <= 168).metadata
PRICE = Holds("an amount above 0", "money", lambda v: _is_whole(v) and v > 0).metadata
COST = Holds("an amount of at least 0", "money", lambda v: _is_whole(v) and v >= 0).metadata
TEXT = Holds("a text that is not empty", "text", lambda v: isinstance(v, str) and bool(v.strip())).metadata
FLAG = Holds("true or false", "flag", lambda v: isinstance(v, bool)).metadata
CARRIERS = Holds(f"a list of {', '.join(VEHICLES)}", "names", _are_vehicles).metadata


def holds(field: Field[Any]) -> Holds:
    """The rule of a field."""
    found = field.metadata["holds"]
    assert isinstance(found, Holds)
    return found


def key(field: Field[Any]) -> str:
    """What a file calls the field: amounts are in major units there, so the name says no unit."""
    return field.name.removesuffix("_minor")


def is_needed(field: Field[Any]) -> bool:
    """Whether it has no default."""
    return field.default is MISSING


def problem(field: Field[Any], value: object, *, written: object) -> str | None:
    """What is wrong with `value` as the content of `field`, in words; None if nothing. `written` is how it came."""
    if holds(field).allows(value) or (value is None and field.default is None):
        return None
    return f"{key(field)} is {holds(field).what}; given {written!r}"


def problems(thing: Any) -> Iterator[str]:
    """What is wrong with the fields of a mechanic or of one of its parts, one by one."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        found = problem(field, value, written=value)
        if found is not None:
            yield found
