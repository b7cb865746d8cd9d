"""What is wrong with a JSON value that should have had a certain shape: every mistake, its place and the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from msgspec import inspect

from dealwright.api.reading import below
from dealwright.campaign.json_text import Unusable, shown

_AN_INSTANT = '"2026-11-11T00:00:00+08:00"'
_MOST = 51  # one more than is listed, so that it is told that there are more


def mistakes(value: Any, shape: type[msgspec.Struct]) -> list[str]:
    """The mistakes of `value` (as `read_json` gives it), in its order; none if it has the shape."""
    return list(islice(_find(value, _shape(shape), ""), _MOST))


@cache
def _shape(shape: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(shape)


def _find(value: Any, shape: inspect.Type, where: str, about: str = "") -> Iterator[str]:
    place = where or "the body"
    match shape:
        case inspect.Metadata(type=inner, extra_json_schema=told):
            yield from _find(value, inner, where, (told or {}).get("description", ""))
        case _ if isinstance(value, Unusable):
            yield f"{place}: {value.reason}"
        case inspect.UnionType(types=types):
            yield from _find_in_union(value, types, where)
        case inspect.StructType():
            yield from _find_in_object(value, shape, where)
        case inspect.VarTupleType() | inspect.ListType():
            yield from _find_in_list(value, shape, where)
        case inspect.DictType():
            yield from _find_in_mapping(value, shape, where)
        case inspect.IntType():
            yield from _find_in_number(value, shape, place)
        case inspect.StrType():
            yield from _find_in_text(value, shape, place, about)
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield f"{place}: give true or false; given {shown(value)}"
        case inspect.LiteralType(values=allowed):
            if value not in allowed or isinstance(value, bool):
                yield f"{place}: give {' or '.join(shown(each) for each in allowed)}; given {shown(value)}"
        case inspect.DateTimeType():
            if not _is_instant(value):
                yield f"{place}: give an instant with its zone, like {_AN_INSTANT}; given {shown(value)}"
        case inspect.AnyType():
            return
        case _:
            raise AssertionError(f"no rule for {shape}")


def _find_in_union(value: Any, types: Iterable[inspect.Type], where: str) -> Iterator[str]:
    if value is not None:
        for each in types:
            if not isinstance(each, inspect.NoneType):
                yield from _find(value, each, where)


def _find_in_object(value: Any, shape: inspect.StructType, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where or 'the body'}: give an object; given {shown(value)}"
        return
    fields = {field.encode_name: field for field in shape.fields}
    for name in value:
        if name not in fields:
            yield _unknown_field(name, fields, where)
    for name, field in fields.items():
        if name in value:
            yield from _find(value[name], field.type, below(where, name))
        elif field.required:
            yield f"{below(where, name)}: it is missing"


def _unknown_field(name: str, allowed: Iterable[str], where: str) -> str:
    near = difflib.get_close_matches(name[:60], list(allowed), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(sorted(allowed))}"
    return f"{below(where, name[:60])}: no field is called so; {hint}"


def _find_in_list(value: Any, shape: inspect.VarTupleType | inspect.ListType, where: str) -> Iterator[str]:
    place = where or "the body"
    if not isinstance(value, list):
        yield f"{place}: give a list; given {shown(value)}"
        return
    if shape.max_length is not None and len(value) > shape.max_length:
        yield f"{place}: at most {shape.max_length} entries; given {len(value)}"
        return
    if len(value) < (shape.min_length or 0):
        yield f"{place}: at least {shape.min_length} entries; given {len(value)}"
    for index, part in enumerate(value):
        yield from _find(part, shape.item_type, f"{where}[{index}]")


def _find_in_mapping(value: Any, shape: inspect.DictType, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: give an object; given {shown(value)}"
        return
    if shape.max_length is not None and len(value) > shape.max_length:
        yield f"{where}: at most {shape.max_length} entries; given {len(value)}"
        return
    if len(value) < (shape.min_length or 0):
        yield f"{where}: at least {shape.min_length} entries; given {len(value)}"
    for name, part in value.items():
        yield from _find(name, shape.key_type, f"{where}: a name")
        yield from _find(part, shape.value_type, below(where, name[:60]))


def _find_in_number(value: Any, shape: inspect.IntType, place: str) -> Iterator[str]:
    least, most = shape.ge, shape.le
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"{place}: give a whole number; given {shown(value)}"
    elif (least is not None and value < least) or (most is not None and value > most):
        yield f"{place}: give {least} to {most}; given {value}"


def _find_in_text(value: Any, shape: inspect.StrType, place: str, about: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place}: give text; given {shown(value)}"
    elif len(value) < (shape.min_length or 0):
        yield f"{place}: it is empty; give at least {shape.min_length} characters"
    elif shape.max_length is not None and len(value) > shape.max_length:
        yield f"{place}: at most {shape.max_length} characters; given {len(value)}"
    elif shape.pattern is not None and not _fits(value, shape):
        yield f"{place}: give {about}; given {shown(value)}"


def _fits(value: str, shape: inspect.StrType) -> bool:
    return re.search(shape.pattern or "", value) is not None


def _is_instant(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return msgspec.convert(value, datetime).tzinfo is not None
    except msgspec.ValidationError:
        return False
