"""Mechanics as a file writes them: the block that is read back as the same mechanic."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from dealwright.core.money import Money
from dealwright.plan.mechanics.fields import holds, key
from dealwright.plan.mechanics.mechanic import Mechanic


def block_of(mechanic: Mechanic, *, currency: str) -> dict[str, Any]:
    """Keys and plain values; amounts are text in major units of `currency`. What is as usual is left out.

    >>> from dealwright.plan.mechanics.full_reduction import FullReductionEvery
    >>> block_of(FullReductionEvery(20000, 3000), currency="CNY")
    {'kind': 'full_reduction_every', 'spend': '200.00', 'off': '30.00'}
    """
    return {"kind": mechanic.kind, **_stated(mechanic, currency)}


def _stated(thing: Any, currency: str) -> dict[str, Any]:
    return {
        key(field): _plain(field, value, currency)
        for field in fields(thing)
        if (value := getattr(thing, field.name)) != field.default
    }


def _plain(field: Field[Any], value: Any, currency: str) -> Any:
    match holds(field).nature:
        case "money":
            return str(Money(value, currency).major)
        case "names":
            return list(value)
        case "blocks":
            return [_stated(part, currency) for part in value]
        case _:
            return value
