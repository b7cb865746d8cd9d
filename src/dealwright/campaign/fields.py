"""What the fields of promotions, terms and carts may hold: told by the dataclasses themselves.

Amounts are 0 to 10^15, counts (and what is divided by) 1 to 10^15, percents 0 to 100, unless a field's metadata
says otherwise ("least", "most") or its default is 0. Texts and lists that are needed are not empty.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from dealwright.campaign.json_text import Unusable, shown

MOST_WHOLE = 10**15
MOST_TEXT = 500  # characters
MOST_PARTS = 10_000  # of a list

_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@lru_cache(maxsize=1024)
def field_types(cls: type) -> Mapping[str, Any]:
    """The type of each field, by name, in order."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def is_needed(field: Field[Any]) -> bool:
    """Whether it has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def usual(field: Field[Any]) -> Any:
    """What a field holds if nothing is said; it has a default."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@lru_cache(maxsize=1024)
def optional_of(kind: Any) -> Any:
    """T of `T | None`; None for other types."""
    if get_origin(kind) not in (Union, types.UnionType):
        return None
    inner = [part for part in get_args(kind) if part is not type(None)]
    assert len(inner) == 1, f"{kind} is more than one type or none"
    return inner[0]


@lru_cache(maxsize=1024)
def is_term(kind: Any) -> bool:
    """Whether it stands for any condition or any benefit: a protocol with a `kind`."""
    return getattr(kind, "_is_protocol", False) and "kind" in get_type_hints(kind)


def bounds(kind: type, field: Field[Any]) -> tuple[int, int]:
    """The least and the most a number may be."""
    usual_most = 100 if kind is Fraction and "percent" in field.name else MOST_WHOLE
    usual_least = 1 if kind is int and _is_count(field.name) and field.default != 0 else 0
    return field.metadata.get("least", usual_least), field.metadata.get("most", usual_most)


def _is_count(name: str) -> bool:
    """Whether none of it would say nothing: three units, every 50.00; amounts and numbers so far can be zero."""
    return name.startswith(("every_", "step_")) or not (name.endswith("_minor") or name.startswith("n_"))


def text_problem(given: Any) -> str | None:
    """What is wrong with a text that is to be kept; None if nothing."""
    if isinstance(given, Unusable):
        return given.reason
    if not isinstance(given, str):
        return f"give text; given {shown(given)}"
    if len(given) > MOST_TEXT:
        return f"a text has at most {MOST_TEXT} characters; given {len(given)}"
    if _FORBIDDEN.search(given):
        return "a text has no control characters and no half surrogate pairs; drop them"
    return None


def unknown_name(what: str, given: Any, allowed: Iterable[str]) -> str:
    """That nothing is called so, with the nearest that is.

    >>> unknown_name("field", "percnt", ["percent", "items"])
    "no field is called 'percnt'; did you mean 'percent'? Allowed here: items, percent"
    """
    text, names = str(given)[:60], sorted(allowed)
    near = difflib.get_close_matches(text, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    return f"no {what} is called {text!r}{hint} Allowed here: {', '.join(names)}"
