"""Plain values read as frozen dataclasses: every mistake is told with its place, and nothing unknown is let in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from dealwright.campaign.decimals import fraction_of
from dealwright.campaign.fields import (
    MOST_PARTS,
    bounds,
    field_types,
    is_needed,
    is_term,
    optional_of,
    text_problem,
    unknown_name,
)
from dealwright.campaign.json_text import Unusable, shown
from dealwright.core.errors import InputError

MOST_MISTAKES = 50  # that are told

UNREAD = object()
"""What stands for a value that could not be read; why is on the list of mistakes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One document being read: the terms there are, the types with rules of their own, what was wrong so far."""

    conditions: Mapping[str, type] = field(default_factory=dict)
    benefits: Mapping[str, type] = field(default_factory=dict)
    own_rules: Mapping[type, Callable[[Reading, Any, str], Any]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def refuse(self, where: str, mistake: str) -> Any:
        """Note a mistake; `UNREAD`."""
        self.mistakes.append(f"{where}: {mistake}" if where else mistake)
        return UNREAD

    def finish(self) -> None:
        """InputError if anything was wrong."""
        if self.mistakes:
            more = len(self.mistakes) - MOST_MISTAKES
            raise InputError(*self.mistakes[:MOST_MISTAKES], *([f"and {more} more"] if more > 0 else []))

    def object_of(self, cls: type, given: Any, where: str, *, besides: tuple[str, ...] = ()) -> Any:
        """An instance of the dataclass `cls`; the names in `besides` are read elsewhere."""
        kinds = field_types(cls)
        if not isinstance(given, Mapping):
            return self.refuse(where, f"give an object with {', '.join([*besides, *kinds])}; given {shown(given)}")
        n_before = len(self.mistakes)
        for name in given:
            if name not in kinds and name not in besides:
                self.refuse(where, unknown_name("field", name, [*besides, *kinds]))
        values: dict[str, Any] = {}
        for one in fields(cls):
            if one.name in given:
                place = f"{where}.{one.name}" if where else one.name
                values[one.name] = self.value_of(kinds[one.name], given[one.name], place, one)
            elif is_needed(one):
                self.refuse(where, f"{one.name} is needed here")
        return UNREAD if len(self.mistakes) > n_before else self._made(cls, values, where)

    def value_of(self, kind: Any, given: Any, where: str, one: Field[Any]) -> Any:
        """What a field, or a part of it, holds whose type is `kind`."""
        if isinstance(given, Unusable):
            return self.refuse(where, given.reason)
        inner, origin = optional_of(kind), get_origin(kind)
        if inner is not None:
            return None if given is None else self.value_of(inner, given, where, one)
        if origin is tuple:
            return self._parts_of(get_args(kind)[0], given, where, one)
        if origin is Literal:
            allowed = get_args(kind)
            is_one = isinstance(given, str) and given in allowed
            return given if is_one else self.refuse(where, f"give {' or '.join(allowed)}; given {shown(given)}")
        if origin is not None and issubclass(origin, Mapping):
            return self._pairs_of(get_args(kind)[1], given, where, one)
        if kind in self.own_rules:
            return self.own_rules[kind](self, given, where)
        if is_term(kind):
            is_benefit = one.name.startswith("benefit")
            return self.term_of("benefit" if is_benefit else "condition", given, where)
        if is_dataclass(kind):
            return self.object_of(kind, given, where)  # type: ignore[arg-type]
        return self._simple_of(kind, given, where, one)

    def term_of(self, what: Literal["condition", "benefit"], given: Any, where: str) -> Any:
        """A condition or a benefit, which says its kind."""
        catalogue = self.benefits if what == "benefit" else self.conditions
        if not isinstance(given, Mapping):
            return self.refuse(
                where, f'a {what} is an object with a kind, like {{"kind": …}}; given {shown(given)}'
            )
        if "kind" not in given:
            return self.refuse(where, f"kind is needed here; one of {', '.join(sorted(catalogue))}")
        kind = given["kind"]
        if not isinstance(kind, str) or kind not in catalogue:
            return self.refuse(where, unknown_name(what, kind if isinstance(kind, str) else shown(kind), catalogue))
        return self.object_of(catalogue[kind], given, where, besides=("kind",))

    def _made(self, cls: type, values: Mapping[str, Any], where: str) -> Any:
        try:
            return cls(**values)
        except InputError as error:
            for problem in error.problems:
                self.refuse(where, problem)
            return UNREAD

    def _parts_of(self, kind: Any, given: Any, where: str, one: Field[Any]) -> Any:
        if not isinstance(given, list | tuple):
            return self.refuse(where, f"give a list; given {shown(given)}")
        if not given and is_needed(one):
            return self.refuse(where, "give a list of at least one")
        if len(given) > MOST_PARTS:
            return self.refuse(where, f"a list has at most {MOST_PARTS} parts; given {len(given)}")
        return tuple(self.value_of(kind, part, f"{where}[{i}]", one) for i, part in enumerate(given))

    def _pairs_of(self, kind: Any, given: Any, where: str, one: Field[Any]) -> Any:
        if not isinstance(given, Mapping):
            return self.refuse(where, f"give an object; given {shown(given)}")
        for name in given:
            wrong = text_problem(name)
            if wrong is not None:
                return self.refuse(where, wrong)
        return MappingProxyType({name: self.value_of(kind, part, where, one) for name, part in given.items()})

    def _simple_of(self, kind: Any, given: Any, where: str, one: Field[Any]) -> Any:
        if kind is bool:
            return (
                given
                if isinstance(given, bool)
                else self.refuse(where, f"give true or false; given {shown(given)}")
            )
        if kind is str:
            wrong = text_problem(given) or ("give text that is not empty" if not given and is_needed(one) else None)
            return given if wrong is None else self.refuse(where, wrong)
        assert kind in (int, Fraction), f"no rule reads {kind}, the type of {one.name}"
        number = fraction_of(given) if kind is Fraction else _whole(given)
        if number is None:
            what = 'a number as text, like "10.5"' if kind is Fraction else "a whole number"
            return self.refuse(where, f"give {what}; given {shown(given)}")
        least, most = bounds(kind, one)
        return (
            number
            if least <= number <= most
            else self.refuse(where, f"give {least} to {most}; given {shown(given)}")
        )


def _whole(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None
