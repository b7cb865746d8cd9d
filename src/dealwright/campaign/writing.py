"""Frozen dataclasses as plain values for JSON: fields in their order, and what is as usual left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.fields import is_needed, usual

OwnRules = Mapping[type, Callable[[Any], Any]]


def plain(value: Any, *, own_rules: OwnRules) -> Any:
    """The value as JSON has it; `own_rules` write the types that are not written field by field."""
    if type(value) in own_rules:
        return own_rules[type(value)](value)
    match value:
        case bool() | int() | str() | None:
            return value
        case Fraction():
            return decimal_text(value)
        case tuple():
            return [plain(part, own_rules=own_rules) for part in value]
        case Mapping():
            return {name: plain(part, own_rules=own_rules) for name, part in sorted(value.items())}
        case _:
            return _fields_of(value, own_rules)


def _fields_of(thing: Any, own_rules: OwnRules) -> dict[str, Any]:
    kind = getattr(type(thing), "kind", None)
    stated: dict[str, Any] = {"kind": kind} if isinstance(kind, str) else {}
    for one in fields(thing):
        value = getattr(thing, one.name)
        if is_needed(one) or value != usual(one):
            stated[one.name] = plain(value, own_rules=own_rules)
    return stated
