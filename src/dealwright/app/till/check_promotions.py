"""Whether the till prices a shop's own conformance cases as the shop expects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.app.till.promotion_cases.answer import answer
from dealwright.app.till.promotion_cases.reading import case_of
from dealwright.core.errors import InputError

_FILE = ("cases", "schema_version", "about", "counts")
VERSION = 1


def check_promotions(text: str | bytes) -> dict[str, Any]:
    """Every case of a file priced: `{"passed": n, "failed": [{"id", "expected", "got"}]}`.

    A case holds a cart, promotions, a policy and what is expected; only what is expected is compared. A case that
    the till cannot express fails, with `got` saying why. InputError names every mistake of a broken file.
    """
    cases = _cases(text)
    problems: list[str] = []
    failed: list[dict[str, Any]] = []
    for number, raw in enumerate(cases):
        where = _where(number, raw)
        try:
            failure = _failure(where, raw)
        except InputError as error:
            problems += [said if said.startswith(where) else f"{where}: {said}" for said in error.problems]
        else:
            if failure is not None:
                failed.append(failure)
    if problems:
        raise InputError(*problems)
    return {"passed": len(cases) - len(failed), "failed": failed}


def _failure(where: str, raw: object) -> dict[str, Any] | None:
    """What was expected and what was got, if they differ."""
    try:
        case = case_of(where, raw)
        got = answer(case)
    except fields.CaseError as error:
        return _unpriced(where, raw, str(error))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # a case can be malformed in ways nobody listed: it fails by its name, and the others are still priced
        return _unpriced(where, raw, f"the case cannot be read; check its fields ({type(error).__name__}: {error})")
    if _agree(case.expected, got):
        return None
    return {"id": case.id, "expected": dict(case.expected), "got": got}


def _unpriced(where: str, raw: object, reason: str) -> dict[str, Any]:
    given = fields.mapping(where, raw)
    return {"id": given.get("id"), "expected": given.get("expected"), "got": {"error": reason}}


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        given = dict(pairs)
        near = f" (near {given['id']!r})" if isinstance(given.get("id"), str) else ""
        raise InputError(
            *[f"the field {name!r} is there twice in one object{near}; give it once" for name in twice]
        )
    return dict(pairs)


def _cases(text: str | bytes) -> Sequence[object]:
    try:
        whole = json.loads(text, parse_float=str, object_pairs_hook=_once_each)
    except RecursionError:
        raise InputError("the file is nested too deeply; a case is a handful of levels deep") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"the file is not JSON: {error}") from None
    cases = whole if isinstance(whole, list) else _listed(fields.mapping("the file", whole))
    if not cases:
        raise InputError("the file holds no cases; give at least one")
    names = [str(case["id"]) for case in cases if isinstance(case, Mapping) and "id" in case]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(*[f"case {name!r} is there twice; give each case its own id" for name in twice])
    return cases


def _listed(raw: Mapping[str, Any]) -> Sequence[object]:
    fields.check_names("the file", raw, _FILE)
    version = raw.get("schema_version", VERSION)
    if version != VERSION:
        raise InputError(f"schema_version {version!r} is not known; this dealwright reads {VERSION}")
    return fields.sequence("cases", fields.needed("the file", raw, "cases"))


def _where(number: int, raw: object) -> str:
    name = raw.get("id") if isinstance(raw, Mapping) else None
    return f"case {name!r}" if name is not None else f"cases[{number}]"


def _agree(expected: Any, got: Any) -> bool:
    """Whether what was got holds everything that is expected; amounts are compared as numbers."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            name in got and _agree(expected[name], got[name]) for name in expected
        )
    if isinstance(expected, list):
        if not isinstance(got, list) or len(expected) != len(got):
            return False
        pairs = zip(expected, got, strict=True)
        return all(_agree(one, other) for one, other in pairs) or _is_same_set(expected, got)
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    return expected == got or _number(expected) == _number(got) is not None


def _is_same_set(expected: list[Any], got: list[Any]) -> bool:
    """Names in another order are the same names."""
    return all(isinstance(one, str) and _number(one) is None for one in expected) and sorted(expected) == sorted(
        got
    )


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
