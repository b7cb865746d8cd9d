"""The reference of promotion files as Markdown, told by the classes that files are read into."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin

from dealwright.campaign.fields import MOST_WHOLE, bounds, field_types, is_needed, is_term, optional_of, usual
from dealwright.campaign.items import Items
from dealwright.campaign.lint_words import SENTENCES, SEVERITIES
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.schedule_text import ScheduleText
from dealwright.campaign.writing import plain
from dealwright.engine.catalogue import BENEFITS, CONDITIONS

_HEAD = """\
# Files of promotions: every field

Made by `dealwright promotion reference`; change the classes, not this page. How to write such files:
[how to write promotions](../howto/write-promotions.md). For editors and other programs there is a JSON Schema:
`dealwright promotion schema`.

Fields that are not needed may be left out. Names ending in `_minor` are whole numbers in the currency's minor unit
(cents of EUR, yen of JPY). Percents are decimal text, such as `"10.5"`. Unknown fields are refused.
"""


def reference() -> str:
    """The whole page."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield _HEAD
    yield from _section("## Promotion", Promotion)
    yield from _section("## Schedule", ScheduleText)
    yield from _section("## Limits", Limits)
    yield from _section("## Items", Items)
    yield from _terms("## Conditions", CONDITIONS)
    yield from _terms("## Benefits", BENEFITS)
    yield "## What lint remarks on\n"
    yield "| code | severity | remark | what to do |\n|---|---|---|---|"
    for code, (sentence, remedy) in sorted(SENTENCES["en"].items()):
        yield f"| `{code}` | {SEVERITIES[code]} | {_cell(sentence)} | {_cell(remedy)} |"


def _terms(title: str, terms: Mapping[str, type]) -> Iterator[str]:
    yield f"{title}\n"
    for kind, cls in terms.items():
        yield from _section(f"### {kind}", cls)


def _section(title: str, cls: type) -> Iterator[str]:
    yield f"{title}\n"
    yield f"{inspect.cleandoc(cls.__doc__ or '')}\n"
    yield from _table(cls)
    for part in _parts(cls):
        yield f"Each of `{part.__name__}`: {inspect.cleandoc(part.__doc__ or '')}\n"
        yield from _table(part)


def _table(cls: type) -> Iterator[str]:
    kinds = field_types(cls)
    if kinds:
        yield "| field | holds | if left out |\n|---|---|---|"
        for one in fields(cls):
            yield f"| `{one.name}` | {_holds(kinds[one.name], one)} | {_left_out(one)} |"
        yield ""


def _parts(cls: type) -> Iterator[type]:
    """Dataclasses that stand in lists of its fields, such as tiers."""
    for kind in field_types(cls).values():
        inner = get_args(kind)[0] if get_origin(kind) is tuple else None
        if inner is not None and is_dataclass(inner) and isinstance(inner, type):
            yield inner


def _holds(kind: Any, one: Field[Any]) -> str:
    inner = optional_of(kind)
    if inner is not None:
        return _holds(inner, one)
    if get_origin(kind) is tuple:
        return f"list of {_holds(get_args(kind)[0], one)}"
    if get_origin(kind) is Literal:
        return " or ".join(f'`"{each}"`' for each in get_args(kind))
    if kind in (Items, Schedule, Limits):
        return f"[{kind.__name__.lower()}](#{kind.__name__.lower()})"
    if is_term(kind):
        what = "benefit" if one.name.startswith("benefit") else "condition"
        return f"[{what}](#{what}s)"
    if kind in (str, bool):
        return "text" if kind is str else "true or false"
    if is_dataclass(kind):
        return f"`{getattr(kind, '__name__', kind)}`"
    return _number(kind, one)


def _number(kind: type, one: Field[Any]) -> str:
    least, most = bounds(kind, one)
    what = "number as text" if kind is Fraction else "amount" if one.name.endswith("_minor") else "whole number"
    return f"{what} from {least}" if most == MOST_WHOLE else f"{what}, {least} to {most}"


def _left_out(one: Field[Any]) -> str:
    if is_needed(one):
        return "needed"
    value = usual(one)
    if value in (None, (), "") or is_dataclass(value):
        return "–"
    return f"`{str(plain(value, own_rules={})).lower() if isinstance(value, bool) else plain(value, own_rules={})}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("!r}", "}").replace("{", "*").replace("}", "*")
