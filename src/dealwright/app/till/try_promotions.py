"""Whether promotions do what the shop expects: carts with expected amounts, kept in a file beside the promotions.

    {"dealwright_tests": 1,
     "promotions": "promotions.json",
     "tests": [{"name": "three teas", "at": "2026-11-11T12:00+08:00", "cart": {...},
                "expect": {"total_minor": 2700, "applied": ["tea"], "refused": {"rice": "items_missing"}}}]}

What `expect` does not name is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

from dealwright.campaign.json_text import shown, values_of
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.reading import UNREAD, Reading
from dealwright.campaign.wall_clock import moment_of
from dealwright.core.cart import Cart, checked
from dealwright.core.errors import InputError
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import compile_promotions

HEAD = "dealwright_tests"
VERSION = 1
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_NO_AMOUNTS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test expects; `None` is not compared.

    `lines` maps a line to its `net_minor`, `discounts` a promotion to what it gives, `refused` a promotion to the
    code it is refused with. `applied` is compared as a set.
    """

    total_minor: int | None = None
    goods_minor: int | None = None
    discount_minor: int | None = None
    delivery_minor: int | None = None
    lines: Mapping[str, int] = field(default_factory=lambda: _NO_AMOUNTS)
    discounts: Mapping[str, int] = field(default_factory=lambda: _NO_AMOUNTS)
    applied: tuple[str, ...] | None = None
    refused: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)


@dataclass(frozen=True, slots=True)
class PromotionTest:
    """One cart at one moment and what it should come to."""

    name: str
    at: str
    cart: Cart
    expect: Expected


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file of tests; `promotions` is the file of the promotions, relative to this one."""

    __test__ = False  # not for pytest

    promotions: str
    tests: tuple[PromotionTest, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that did not come out; `expected` and `got` name only what differs."""

    name: str
    expected: Mapping[str, Any]
    got: Mapping[str, Any]


def tests_from(text: str | bytes) -> TestFile:
    """The tests of a file; InputError with everything wrong in it."""
    document = values_of(text)
    if not isinstance(document, Mapping):
        raise InputError(f'a file of tests is {{"{HEAD}": {VERSION}, "tests": […]}}; given {shown(document)}')
    reading = Reading()
    if isinstance(document.get(HEAD), bool) or document.get(HEAD) != VERSION:
        reading.refuse(HEAD, f"give {VERSION}, the version this release reads; given {shown(document.get(HEAD))}")
    read = reading.object_of(TestFile, document, "", besides=(HEAD,))
    if read is not UNREAD:
        for i, test in enumerate(read.tests):
            _check(reading, test, f"tests[{i}] ({test.name[:60]})")
    reading.finish()
    found: TestFile = read
    return found


def try_promotions(tests: Sequence[PromotionTest], promotions: Sequence[Promotion]) -> tuple[Failure, ...]:
    """The tests that fail."""
    compiled = compile_promotions(promotions)
    failures = []
    for test in tests:
        evaluation = evaluate(test.cart, compiled, at=instant_of(test.at), explain_all=True)
        expected, got = _differences(test.expect, evaluation)
        if expected:
            failures.append(Failure(test.name, expected, got))
    return tuple(failures)


def _check(reading: Reading, test: PromotionTest, where: str) -> None:
    try:
        checked(test.cart)
        instant_of(test.at)
    except InputError as error:
        for problem in error.problems:
            reading.refuse(where, problem)


def instant_of(text: str) -> datetime:
    """The instant a text with an offset means."""
    clock = text[11:]  # the hyphens of the date are no offset
    if clock[-1:] != "Z" and clock[-6:-5] not in ("+", "-"):
        raise InputError(f"at is an instant with an offset, like 2026-11-11T20:00+08:00; given {text!r}")
    return moment_of(text, "UTC")


def _differences(expect: Expected, evaluation: Evaluation) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was expected and did not come out, and what did, by the same names."""
    wanted = {one.name: value for one in fields(expect) if (value := getattr(expect, one.name)) not in (None, {})}
    got = {name: _got(name, evaluation) for name in wanted}
    expected: dict[str, Any] = {}
    for name, value in wanted.items():
        if isinstance(value, Mapping):
            told = {key: got[name].get(key) for key in value}
            differing = sorted(key for key in value if told[key] != value[key])
            if differing:
                expected[name], got[name] = ({key: side[key] for key in differing} for side in (value, told))
        elif name == "applied":
            if sorted(value) != got[name]:
                expected[name] = sorted(value)
        elif value != got[name]:
            expected[name] = value
    return expected, {name: got[name] for name in expected}


def _got(name: str, evaluation: Evaluation) -> Any:
    match name:
        case "lines":
            return {line.line: line.net_minor for line in evaluation.lines}
        case "discounts":
            return {one.promotion_id: one.discount_minor for one in evaluation.applied}
        case "applied":
            return sorted(one.promotion_id for one in evaluation.applied)
        case "refused":
            return {one.promotion_id: one.code for one in evaluation.refused}
        case _:
            return getattr(evaluation, name)
