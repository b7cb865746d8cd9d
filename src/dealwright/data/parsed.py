"""A canonical column as read from a source: its values and its faults."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import TypeAlias

import ibis

Flag: TypeAlias = ibis.expr.types.BooleanValue

LARGEST = 9e15
"""Whole numbers above are not exact as floats."""

LARGEST_AMOUNT = 1e15
"""Minor units above may be off by one, because major units with a fraction are not exact as floats."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value of a canonical column on each row, null where there is none, and what is wrong with it.

    `faults` holds, by code, whether a row has that fault; a code that is absent cannot occur.
    """

    value: ibis.Value
    faults: AnyMapping[str, Flag] = field(default_factory=dict)


def sure(flag: Flag) -> Flag:
    """The flag, false where it is unknown."""
    return flag.fill_null(False)
