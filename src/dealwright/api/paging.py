"""Pages of lists: how many, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dealwright.api.operations import Query
from dealwright.api.problems import invalid
from dealwright.api.wire.words import LONGEST_NAME

MOST_LISTED: Final = 200
_LISTED = 50

CURSOR: Final = Query(
    name="cursor",
    about="The `next` of the page before; without it, the first page.",
    schema={"type": "string", "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000]*$"},
)
LIMIT: Final = Query(
    name="limit",
    about="How many at most.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": _LISTED},
)


def limit_of(query: Mapping[str, str]) -> int:
    """How many are wanted; ProblemError if that is no number in the bounds."""
    given = query.get("limit", str(_LISTED))
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= MOST_LISTED):
        raise invalid([f"limit: give 1 to {MOST_LISTED}; given {given[:20]!r}"])
    return int(given)
