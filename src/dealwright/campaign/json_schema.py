"""The JSON Schema (2020-12) of documents, told by the same fields that read them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin

from dealwright.campaign.decimals import PATTERN
from dealwright.campaign.fields import (
    MOST_PARTS,
    MOST_TEXT,
    bounds,
    field_types,
    is_needed,
    is_term,
    optional_of,
    usual,
)
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.schedule_text import HOURS, MOMENT, ScheduleText
from dealwright.campaign.writing import plain

_WEEKDAYS = {"type": "array", "maxItems": 7, "items": {"type": "integer", "minimum": 0, "maximum": 6}}


@dataclass(frozen=True, slots=True)
class Shapes:
    """Schemas of named types, collected while a document's schema is built; they refer to one another by name."""

    conditions: Mapping[str, type] = field(default_factory=dict)
    benefits: Mapping[str, type] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)

    def object_of(self, cls: type) -> dict[str, Any]:
        """The schema of a dataclass, by reference."""
        if cls.__name__ not in self.named:
            self.named[cls.__name__] = {}  # it may contain itself
            self.named[cls.__name__] = self._fields_of(cls)
        return {"$ref": f"#/$defs/{cls.__name__}"}

    def document(
        self, title: str, *, head: str, version: int, name: str, part: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The schema of a whole document: the version of its form, and the one part called `name`."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "type": "object",
            "additionalProperties": False,
            "required": [head, name],
            "properties": {
                head: {"const": version, "description": "The version of this schema."},
                name: part,
            },
            "$defs": dict(sorted(self.named.items())),
        }

    def any_of(self, what: Literal["condition", "benefit"]) -> dict[str, Any]:
        """The schema of any condition or any benefit, by reference."""
        if what not in self.named:
            self.named[what] = {}
            terms = self.benefits if what == "benefit" else self.conditions
            self.named[what] = {"oneOf": [self._term(what, kind, cls) for kind, cls in sorted(terms.items())]}
        return {"$ref": f"#/$defs/{what}"}

    def _term(self, what: str, kind: str, cls: type) -> dict[str, Any]:
        name = f"{what}.{kind}"
        if name not in self.named:
            self.named[name] = {}
            shape = self._fields_of(cls)
            shape["properties"] = {"kind": {"const": kind}, **shape["properties"]}
            shape["required"] = ["kind", *shape.get("required", [])]
            self.named[name] = shape
        return {"$ref": f"#/$defs/{name}"}

    def _fields_of(self, cls: type) -> dict[str, Any]:
        kinds = field_types(cls)
        needed = [one.name for one in fields(cls) if is_needed(one)]
        return {
            "type": "object",
            "description": first_sentence(cls),
            "additionalProperties": False,
            "properties": {one.name: self._field(kinds[one.name], one) for one in fields(cls)},
            **({"required": needed} if needed else {}),
        }

    def _field(self, kind: Any, one: Field[Any]) -> dict[str, Any]:
        shape = self._value(kind, one)
        if is_needed(one) or is_dataclass(usual(one)):
            return shape
        return {**shape, "default": plain(usual(one), own_rules={})}

    def _value(self, kind: Any, one: Field[Any]) -> dict[str, Any]:
        inner, origin = optional_of(kind), get_origin(kind)
        if inner is not None:
            return {"anyOf": [self._value(inner, one), {"type": "null"}]}
        if origin is tuple:
            items = self._value(get_args(kind)[0], one)
            return {"type": "array", "minItems": int(is_needed(one)), "maxItems": MOST_PARTS, "items": items}
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if origin is not None and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self._value(get_args(kind)[1], one)}
        if kind is Schedule:
            return self._schedule()
        if is_term(kind):
            return self.any_of("benefit" if one.name.startswith("benefit") else "condition")
        if is_dataclass(kind):
            return self.object_of(kind)  # type: ignore[arg-type]
        return _simple(kind, one)

    def _schedule(self) -> dict[str, Any]:
        if "Schedule" not in self.named:
            shape = self._fields_of(ScheduleText)
            moment = {"anyOf": [{"type": "string", "pattern": MOMENT}, {"const": ""}, {"type": "null"}]}
            shape["properties"] |= {
                "start": {**moment, "description": "A date, a time of the zone's clock, or a time with an offset."},
                "end": {**moment, "description": "The same; a date means the end of that day."},
                "weekdays": {**_WEEKDAYS, "description": "Monday is 0; none means all."},
                "hours": {"type": "array", "items": {"type": "string", "pattern": HOURS}},
            }
            self.named["Schedule"] = shape
        return {"$ref": "#/$defs/Schedule"}


def _simple(kind: Any, one: Field[Any]) -> dict[str, Any]:
    if kind is bool:
        return {"type": "boolean"}
    if kind is str:
        return {"type": "string", "minLength": int(is_needed(one)), "maxLength": MOST_TEXT}
    least, most = bounds(kind, one)
    whole = {"type": "integer", "minimum": least, "maximum": most}
    return whole if kind is int else {"anyOf": [{"type": "string", "pattern": PATTERN}, whole]}


def first_sentence(cls: type) -> str:
    """What a class's docstring begins with."""
    text = inspect.getdoc(cls) or ""
    return " ".join(text.split("\n\n")[0].split())
