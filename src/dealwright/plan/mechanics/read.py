"""Mechanics as a file writes them: blocks of keys and values, all mistakes told at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from typing import Any, TypeVar

from dealwright.core.errors import InputError
from dealwright.core.money import Money
from dealwright.plan.mechanics.catalogue import MECHANICS
from dealwright.plan.mechanics.fields import holds, is_needed, key, problem
from dealwright.plan.mechanics.mechanic import Mechanic

T = TypeVar("T")


def mechanic_from(given: Mapping[str, Any], *, currency: str = "", where: str = "mechanic") -> Mechanic:
    """The mechanic that a block describes; amounts are in major units of `currency`.

    InputError lists all that is wrong, each with `where` it stands.

    >>> mechanic_from({"kind": "buy_x_get_y", "buy": 2, "get": 1}).kind
    'buy_x_get_y'
    >>> mechanic_from({"kind": "cupon", "depth": 0.2})
    Traceback (most recent call last):
    dealwright.core.errors.InputError: mechanic: no mechanic is called 'cupon'; did you mean 'coupon'? ...
    """
    if not isinstance(given, Mapping):
        raise InputError(f"{where}: a mechanic is a block with a kind, like {{kind: percent_off}}; given {given!r}")
    kind = given.get("kind")
    if kind is None:
        raise InputError(f"{where}: kind is needed here; one of {', '.join(MECHANICS)}")
    try:
        mechanic = MECHANICS.make(str(kind))
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    rest = {str(name): value for name, value in given.items() if name != "kind"}
    return _made(mechanic, rest, where=where, currency=currency)


def mechanics_from(
    given: Sequence[Mapping[str, Any]], *, currency: str = "", where: str = "mechanics"
) -> tuple[Mechanic, ...]:
    """A list of blocks; the mistakes of all of them at once."""
    read: list[Mechanic] = []
    mistakes: list[str] = []
    for i, block in enumerate(given):
        try:
            read.append(mechanic_from(block, currency=currency, where=f"{where}.{i}"))
        except InputError as error:
            mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    return tuple(read)


def _made(cls: type[T], given: Mapping[str, Any], *, where: str, currency: str) -> T:
    """A mechanic or one of its parts."""
    known = {key(field): field for field in fields(cls)}  # type: ignore[arg-type]
    mistakes = [_unknown(name, list(known)) for name in given if name not in known]
    mistakes += [
        f"{name} is needed here" for name, field in known.items() if is_needed(field) and name not in given
    ]
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name not in given:
            continue
        try:
            values[field.name] = value = _value(field, given[name], currency=currency)
            wrong = problem(field, value, written=given[name])
            mistakes += [wrong] if wrong else []
        except InputError as error:
            mistakes += error.problems
    if not mistakes:
        try:
            return cls(**values)
        except InputError as error:
            mistakes += error.problems
    raise InputError(*(f"{where}: {mistake}" for mistake in mistakes))


def _value(field: Field[Any], given: Any, *, currency: str) -> Any:
    """What the file wrote, as the field holds it; what it cannot hold stays as it is, to be refused."""
    name, rule = key(field), holds(field)
    match rule.nature:
        case "money" if given is not None:
            return _amount(name, given, currency)
        case "names":
            return tuple(given) if isinstance(given, (list, tuple)) else (given,)
        case "text" if isinstance(given, int) and not isinstance(given, bool):
            return str(given)
        case "blocks" if isinstance(given, (list, tuple)):
            assert rule.block is not None
            return _blocks(name, rule.block, given, currency=currency)
        case _:
            return given


def _blocks(name: str, block: type[T], given: Sequence[Any], *, currency: str) -> tuple[T, ...]:
    """Each part is a block, or only its first key's value."""
    first = key(fields(block)[0])  # type: ignore[arg-type]
    made: list[T] = []
    mistakes: list[str] = []
    for i, part in enumerate(given):
        keyed = part if isinstance(part, Mapping) else {first: part}
        try:
            made.append(_made(block, keyed, where=f"{name}.{i}", currency=currency))
        except InputError as error:
            mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    return tuple(made)


def _amount(name: str, given: Any, currency: str) -> int:
    if not currency:
        raise InputError(f"{name} is an amount of money; say in which currency")
    try:
        return Money.parse(str(given), currency).minor
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _unknown(name: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(name, allowed, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    return f"{name} is unknown{hint} Allowed here: {', '.join(sorted(allowed))}"
