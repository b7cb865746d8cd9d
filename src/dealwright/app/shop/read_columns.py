"""Find out how the columns of a delivery are written, and read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import ibis

from dealwright.app.ports import Landing
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data import parse as parsing
from dealwright.data.delivery import Delivery
from dealwright.data.mapping import Entry, Mapping
from dealwright.data.parse import Manner
from dealwright.data.parse_day import first_two
from dealwright.data.parsed import Parsed
from dealwright.data.readings import (
    DateReading,
    OrderEvidence,
    date_reading,
    has_year_last,
    number_reading,
)
from dealwright.data.shapes import ShapeCounts, count_shapes, foreign_signs
from dealwright.data.tables import Column, Kind, TableContract

_NUMBERS = (Kind.MONEY, Kind.UNITS, Kind.SHARE)
_DAYS = (Kind.DAY, Kind.INSTANT)


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """The canonical columns on the delivery's rows, and in words how those were read that leave a choice."""

    delivery: Delivery
    parsed: dict[str, Parsed]
    formats: tuple[str, ...]


def read_columns(
    table: TableContract,
    delivery: Delivery,
    mapping: Mapping,
    *,
    landing: Landing,
    currency: str,
    time_zone: str,
) -> ReadColumns:
    """Every canonical column, null where no entry fills it; InputError listing all that cannot be decided."""
    parsed, formats, mistakes = {}, list[str](), list[str]()
    is_text = False
    for column in table.columns:
        entry = mapping.entries.get(column.name)
        try:
            if entry is not None:
                entry = replace(entry, options=entry.options.over(mapping.options))
                manner = _manner(column, entry, delivery, currency=currency, time_zone=time_zone)
                formats += _in_words(manner)
                is_text = is_text or bool(manner.numbers or manner.days)
            else:
                manner = Manner(currency, time_zone)
            parsed[column.name] = parsing.parse(column, entry, delivery, manner)
        except InputError as error:
            mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    read = ReadColumns(delivery, parsed, tuple(dict.fromkeys(formats)))
    return _computed_once(read, landing) if is_text else read


def _computed_once(read: ReadColumns, landing: Landing) -> ReadColumns:
    """The same columns, held. Worth its while for text, which is slow to read and is read for several purposes."""
    flags = {(name, code): flag for name, one in read.parsed.items() for code, flag in one.faults.items()}
    held = landing.hold(
        read.delivery.rows.mutate(
            **{f"value_{name}": one.value for name, one in read.parsed.items()},
            **{f"fault_{name}_{code}": flag for (name, code), flag in flags.items()},
        )
    )
    parsed = {
        name: Parsed(held[f"value_{name}"], {code: held[f"fault_{name}_{code}"] for code in one.faults})
        for name, one in read.parsed.items()
    }
    return ReadColumns(replace(read.delivery, rows=held), parsed, read.formats)


def _manner(column: Column, entry: Entry, delivery: Delivery, *, currency: str, time_zone: str) -> Manner:
    manner = Manner(currency, time_zone)
    if column.kind in _NUMBERS or entry.week_one is not None:
        is_whole = column.kind is not Kind.SHARE and column.kind is not Kind.MONEY
        numbers = {
            name: number_reading(
                name,
                _shapes(delivery.raw(name), delivery),
                entry.options,
                is_whole=is_whole,
                is_share=column.kind is Kind.SHARE,
                foreign_signs=foreign_signs(currency),
            )
            for name in entry.sources
            if delivery.is_text(name)
        }
        return replace(manner, numbers=numbers)
    if column.kind in _DAYS:
        days = {name: _days(name, entry, delivery) for name in entry.sources if _needs_shapes(name, delivery)}
        manner = replace(manner, days=days)
        return (
            replace(manner, span=_span(entry, delivery, manner))
            if _changes_zone(entry, delivery, manner)
            else manner
        )
    return manner


def _needs_shapes(source: str, delivery: Delivery) -> bool:
    kind = delivery.raw(source).type()
    return bool(kind.is_string() or kind.is_numeric())


def _days(source: str, entry: Entry, delivery: Delivery) -> DateReading:
    text = parsing.days_as_text(source, delivery)
    counts = _shapes(text, delivery)
    evidence = None
    if entry.options.date_order is None and has_year_last(list(counts)):
        first, second = first_two(text)
        row = _only_row(
            delivery.rows.aggregate(
                day_first=(first > 12).sum().fill_null(0),
                month_first=(second > 12).sum().fill_null(0),
                undecided=((first <= 12) & (second <= 12) & (first != second)).sum().fill_null(0),
            )
        )
        evidence = OrderEvidence(**row)
    return date_reading(source, counts, entry.options, evidence)


def _shapes(text: ibis.expr.types.StringValue, delivery: Delivery) -> ShapeCounts:
    rows = delivery.rows.filter(delivery.rows[c.BROKEN_LINE].isnull())
    found = count_shapes(text, rows).to_pyarrow().to_pylist()
    return {row["shape"]: row["n"] for row in found}


def _changes_zone(entry: Entry, delivery: Delivery, manner: Manner) -> bool:
    is_elsewhere = (entry.options.time_zone or manner.zone) != manner.zone
    has_offsets = any(group.way.has_offset for reading in manner.days.values() for group in reading.groups)
    return is_elsewhere or has_offsets or bool(delivery.utc_columns & set(entry.sources))


def _span(entry: Entry, delivery: Delivery, manner: Manner) -> Any:
    moments = [parsing.naive_moments(name, delivery, manner).value for name in entry.columns]
    first = ibis.least(*[moment.min() for moment in moments])
    last = ibis.greatest(*[moment.max() for moment in moments])
    row = _only_row(delivery.rows.aggregate(first=first, last=last))
    return None if row["first"] is None else (row["first"], row["last"])


def _only_row(table: ibis.Table) -> dict[str, Any]:
    (row,) = table.to_pyarrow().to_pylist()
    return dict(row)


def _in_words(manner: Manner) -> Iterator[str]:
    for source, number in manner.numbers.items():
        if any("," in shape or "." in shape for shape in number.good):
            yield f"{source}: numbers with the decimal mark {number.decimal!r}"
    for source, day in manner.days.items():
        yield f"{source}: days as {' and '.join(day.formats)}"
