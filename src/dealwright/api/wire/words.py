"""What single values may be: names, texts, amounts, counts, instants, with the bounds the documents publish."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated, Final

from msgspec import Meta

from dealwright.core.cart import MOST_LINES, MOST_MINOR, MOST_UNITS
from dealwright.core.errors import InputError

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4096
_NO_NUL = {"pattern": "^[^\\u0000]*$"}  # checked while reading, where it costs nothing
_INSTANT = "^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, extra_json_schema=_NO_NUL)]
MaybeName = Annotated[str, Meta(max_length=LONGEST_NAME, extra_json_schema=_NO_NUL)]
Id = Annotated[  # what can stand in a path
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=r"^[^/\x00-\x1f]*[^/.\x00-\x1f][^/\x00-\x1f]*$",
        description="a name without slash or control characters",
    ),
]
Text = Annotated[str, Meta(max_length=LONGEST_TEXT, extra_json_schema=_NO_NUL)]
Currency = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=3,
        pattern="^[A-Z]{3}$",
        description="a currency of ISO 4217 in capitals, like EUR",
        examples=["EUR"],
    ),
]
MaybeDate = Annotated[
    str,
    Meta(
        max_length=10,
        pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$",
        description="a date like 2026-11-11, or nothing",
    ),
]
Percent = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=12,
        pattern=r"^(100|[0-9]{1,2})(\.[0-9]{1,6})?$",
        description='0 to 100 as a decimal in text, like "10.5"',
        examples=["10.5"],
    ),
]
Minor = Annotated[int, Meta(ge=0, le=MOST_MINOR, description="money in minor units (cents)")]
Quantity = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
Count = Annotated[int, Meta(ge=0, le=MOST_UNITS)]
Instant = Annotated[
    datetime,
    Meta(
        tz=True,
        description="with its zone, in the years 2000 to 2999",
        examples=["2026-11-11T00:00:00+08:00"],
        extra_json_schema={"pattern": _INSTANT},
    ),
]
Names = Annotated[tuple[Name, ...], Meta(max_length=100)]
Lines = Annotated[dict[Name, Quantity], Meta(min_length=1, max_length=MOST_LINES)]


def instant(given: datetime, where: str) -> datetime:
    """The same instant in UTC; InputError outside the years 2000 to 2999, where no sale takes place."""
    if not 2000 <= given.year <= 2999:
        raise InputError(f"{where}: give an instant in the years 2000 to 2999; given {given.isoformat()}")
    return given.astimezone(UTC)


def percent(given: str) -> Fraction:
    """The exact number."""
    return Fraction(given)
