"""How the text of a column is to be read as numbers or days, decided on the evidence of all its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import ibis

from dealwright.core.errors import InputError
from dealwright.data.mapping import Options
from dealwright.data.shapes import (
    MOST_SHAPES,
    DateShape,
    ShapeCounts,
    as_date,
    as_number,
    is_infinite,
    is_missing,
    is_percent,
    is_undecided,
)

Text: TypeAlias = ibis.expr.types.StringValue


@dataclass(frozen=True, slots=True)
class NumberReading:
    """Numbers with the decimal mark `decimal`.

    Shapes by what they are: `good` numbers, numbers with the `other_mark` or a `foreign` currency sign, `missing`
    and `infinite` ones. Every other shape is no number; there is none if `is_all_good`.
    """

    decimal: str
    good: tuple[str, ...]
    other_mark: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    infinite: tuple[str, ...] = ()
    is_all_good: bool = True


@dataclass(frozen=True, slots=True)
class DateGroup:
    """Values that are read alike: their way of writing and their shapes."""

    way: DateShape
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateReading:
    """Days or moments, group by group; `order` tells dmy from mdy where the year comes last.

    With the order `mixed` only values whose day is above 12 can be told apart.
    """

    groups: tuple[DateGroup, ...]
    order: str = "dmy"
    missing: tuple[str, ...] = ()
    is_all_good: bool = True

    @property
    def formats(self) -> tuple[str, ...]:
        """The ways of writing that were found, in words."""
        return tuple(dict.fromkeys(_WAYS[group.way.order].format(order=self.order) for group in self.groups))


_WAYS = {
    "ymd": "year-month-day",
    "ab": "year last, {order}",
    "compact": "yyyymmdd",
    "serial": "spreadsheet day numbers",
}


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """Of the days whose year comes last: how many prove day first, month first, or could be either."""

    day_first: int
    month_first: int
    undecided: int


def number_reading(
    column: str,
    shapes: ShapeCounts,
    stated: Options,
    *,
    is_whole: bool,
    is_share: bool = False,
    foreign_signs: str = "",
) -> NumberReading:
    """How the numbers of a column are written; InputError if the decimal mark cannot be decided.

    `is_whole`: the column holds whole numbers, so that 1,234 can only be a thousand. `is_share`: 20% is a number
    there. `foreign_signs` are the currency signs an amount of the shop cannot have.
    """
    decimal = stated.decimal or _decimal_mark(column, shapes, is_whole=is_whole)
    good, other, foreign = list[str](), list[str](), list[str]()
    for shape in shapes:
        number = as_number(shape)
        if number is None or (not is_share and is_percent(shape)):
            continue
        fits = number.fits_point if decimal == "." else number.fits_comma
        is_foreign = any(sign in shape for sign in foreign_signs)
        (foreign if is_foreign else good if fits else other).append(shape)
    missing = tuple(filter(is_missing, shapes))
    infinite = tuple(filter(is_infinite, shapes))
    n_known = len(good) + len(missing)
    return NumberReading(
        decimal,
        tuple(good),
        tuple(other),
        tuple(foreign),
        missing,
        infinite,
        is_all_good=n_known == len(shapes) < MOST_SHAPES,
    )


def _decimal_mark(column: str, shapes: ShapeCounts, *, is_whole: bool) -> str:
    proven = {".": 0, ",": 0}
    for shape, n in shapes.items():
        number = as_number(shape)
        if number is not None and number.mark is not None:
            proven[number.mark] += n
    undecided = [shape for shape in shapes if is_undecided(shape)]
    if proven["."] != proven[","]:
        return max(proven, key=lambda mark: proven[mark])
    if not undecided and not proven["."]:
        return "."
    with_comma = sum(shapes[shape] for shape in undecided if "," in shape)
    with_point = sum(shapes[shape] for shape in undecided) - with_comma
    if is_whole and not proven["."] and (with_comma == 0 or with_point == 0):
        return "." if with_comma else ","
    if proven["."]:
        found = f"{proven['.']} values with a decimal point and as many with a decimal comma"
    else:
        found = f"only values like {undecided[0].replace('9', '1')!r}, which can be a thousand or a fraction"
    raise InputError(
        f"column {column!r} has {found}. Allowed: one decimal mark. "
        f"Say which in the mapping: {{column: {column}, decimal: '.'}} or {{column: {column}, decimal: ','}}"
    )


def date_reading(column: str, shapes: ShapeCounts, stated: Options, evidence: OrderEvidence | None) -> DateReading:
    """How the days of a column are written; InputError if day and month cannot be told apart.

    `evidence` is needed if there are values whose year comes last and no order is stated.
    """
    ways: dict[DateShape, list[str]] = {}
    for shape in shapes:
        way = as_date(shape)
        if way is not None and not (way.order == "ab" and stated.date_order == "ymd"):
            ways.setdefault(way, []).append(shape)
    order = stated.date_order or "dmy"
    if evidence is not None and stated.date_order is None:
        order = _date_order(column, evidence)
    groups = tuple(DateGroup(way, tuple(found)) for way, found in ways.items())
    missing = tuple(filter(is_missing, shapes))
    n_known = sum(len(group.shapes) for group in groups) + len(missing)
    return DateReading(groups, order, missing, is_all_good=n_known == len(shapes) < MOST_SHAPES)


def has_year_last(shapes: Sequence[str]) -> bool:
    """Whether any value has its year last, so that day and month must be told apart."""
    return any(way is not None and way.order == "ab" for way in map(as_date, shapes))


def _date_order(column: str, evidence: OrderEvidence) -> str:
    if evidence.day_first and evidence.month_first:
        return "mixed"
    if evidence.month_first:
        return "mdy"
    if evidence.day_first or not evidence.undecided:
        return "dmy"
    raise InputError(
        f"column {column!r} has {evidence.undecided} days like 01/02/2017 and none whose day is above 12, so day "
        "and month cannot be told apart. Allowed: dmy, mdy. "
        f"Say which in the mapping: {{column: {column}, date_order: dmy}}"
    )
