"""From what the till answers to what clients get: fields that a shape does not name stay inside."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from dealwright.engine.outcomes import Refused

S = TypeVar("S", bound=msgspec.Struct)


def shaped(value: object, shape: type[S]) -> S:
    """The value in this shape, its attributes taken by name."""
    return msgspec.convert(value, shape, from_attributes=True)


def shaped_unless_refused(value: object, shape: type[S]) -> S | Refused:
    """The same for an answer that may be a no, which stays what it is."""
    return value if isinstance(value, Refused) else shaped(value, shape)
