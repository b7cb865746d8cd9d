"""A scenario with a few keys changed, for a what-if."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from dealwright.core.errors import InputError
from dealwright.plan.scenario.whole import Scenario

LEARNT = ("scope", "weeks", "start", "n_draws")
"""What the forecast depends on: scenarios that differ in these cannot share one."""


def changed(scenario: Scenario, settings: Sequence[str]) -> Scenario:
    """The scenario with each of `settings` (`dotted.key=YAML value`) in place; InputError lists every mistake.

    Numbers lead into lists, counted from 0: `limits.budgets.0.limit=300`.

    >>> changed(Scenario(), ["limits.budget=500", "depths=[0.1, 0.2]"]).limits.budget
    Decimal('500')
    """
    given = scenario.model_dump(exclude_unset=True)
    mistakes: list[str] = []
    for text in settings:
        try:
            setting = _Setting.read(text)
            _put(given, setting.path, setting)
        except InputError as error:
            mistakes += [f"--set {problem}" for problem in error.problems]
    made = scenario
    try:
        made = Scenario.checked(given, source="--set")
    except InputError as error:
        mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    return made


def check_same_demand(scenarios: Sequence[tuple[str, Scenario]]) -> None:
    """InputError naming the keys in which scenarios differ from the first so that one forecast cannot serve all."""
    (first_name, first), *others = scenarios
    mistakes = [
        f"{name}: {key} differs from {first_name}, but plans are compared on one forecast; make a plan of its own "
        "of it with: dealwright plan --scenario"
        for name, other in others
        for key in LEARNT
        if getattr(other, key) != getattr(first, key)
    ]
    if mistakes:
        raise InputError(*mistakes)


@dataclass(frozen=True, slots=True)
class _Setting:
    text: str
    path: tuple[str, ...]
    value: Any

    @classmethod
    def read(cls, text: str) -> _Setting:
        key, sign, written = text.partition("=")
        path = tuple(part.strip() for part in key.split("."))
        if not sign or not all(path):
            raise InputError(f"{text!r}: a key and a value are expected, like limits.budget=500")
        try:
            return cls(text, path, yaml.safe_load(written))
        except yaml.YAMLError:
            raise InputError(
                f"{text!r}: {written!r} is not a YAML value; write lists like [0.1, 0.2], texts in quotes"
            ) from None


def _put(tree: dict[str, Any], path: tuple[str, ...], setting: _Setting) -> None:
    name, *rest = path
    if not rest:
        tree[name] = setting.value
        return
    below = tree.get(name)
    if below is None:
        below = [] if rest[0].isdecimal() else {}
    if isinstance(below, list | tuple):
        tree[name] = _with_entry(list(below), rest, setting)
    elif isinstance(below, dict):
        tree[name] = dict(below)
        _put(tree[name], tuple(rest), setting)
    else:
        raise InputError(f"{setting.text!r}: {name} is {below!r}, which has no {'.'.join(rest)} below it")


def _with_entry(entries: list[Any], path: Sequence[str], setting: _Setting) -> list[Any]:
    place, *rest = path
    if not place.isdecimal() or int(place) >= len(entries):
        count = f"0 to {len(entries) - 1}" if entries else "none"
        raise InputError(f"{setting.text!r}: there is no entry {place!r} in this list; its entries are {count}")
    if not rest:
        entries[int(place)] = setting.value
        return entries
    if not isinstance(entries[int(place)], dict):
        raise InputError(f"{setting.text!r}: entry {place} has no {'.'.join(rest)} below it")
    entries[int(place)] = dict(entries[int(place)])
    _put(entries[int(place)], tuple(rest), setting)
    return entries
