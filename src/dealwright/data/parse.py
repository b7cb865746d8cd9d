"""What the values of a source column are, as numbers, money, days, moments, flags or names."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from functools import partial, reduce

import ibis

from dealwright.core import money
from dealwright.core.errors import InputError
from dealwright.data import shapes, zones
from dealwright.data.delivery import Delivery
from dealwright.data.mapping import Entry
from dealwright.data.parse_day import read_days
from dealwright.data.parse_number import minor_units, read_number, whole
from dealwright.data.parsed import LARGEST, Flag, Parsed, sure
from dealwright.data.readings import DateReading, NumberReading, Text
from dealwright.data.tables import Column, Kind

_NOISE_FLOAT32 = 2.4e-7  # what single precision leaves behind, as a share
_TRUE_WORDS = ("1", "true", "t", "yes", "y", "是")
_FALSE_WORDS = ("0", "false", "f", "no", "n", "否")
_NO_NAMES = ("", "nan", "null", "none", "#n/a")


@dataclass(frozen=True, slots=True)
class Manner:
    """All that is known of how to read the sources of one canonical column.

    `numbers` and `days` are by source column, for those that hold text. `zone` is what moments are converted to.
    `span` is the first and the last moment as written, needed if moments are in another zone than the shop's.
    """

    currency: str
    zone: str
    numbers: AnyMapping[str, NumberReading] = field(default_factory=dict)
    days: AnyMapping[str, DateReading] = field(default_factory=dict)
    span: tuple[datetime.datetime, datetime.datetime] | None = None


def parse(column: Column, entry: Entry | None, delivery: Delivery, manner: Manner) -> Parsed:
    """The canonical column, on the delivery's rows; all null if no entry fills it."""
    if entry is None:
        return Parsed(ibis.null(column.kind.stored_as))
    if entry.value is not None:
        return Parsed(_constant(column, entry.value, manner))
    parts = [_PARSERS[column.kind](source, entry, delivery, manner) for source in entry.columns]
    parsed = parts[0] if len(parts) == 1 else _together(parts, column.kind)
    if entry.times is not None:
        parsed = _product(parsed, _number(entry.times, delivery, manner))
    if column.kind is Kind.MONEY:
        return minor_units(
            parsed, manner.currency, keeps_fractions=entry.times is not None, noise=_noise(entry, delivery)
        )
    if column.kind is Kind.UNITS:
        return whole(parsed)
    return parsed


def days_as_text(source: str, delivery: Delivery) -> Text:
    """The source column as text that days can be read from (numbers may be spreadsheet days or yyyymmdd)."""
    raw = delivery.raw(source)
    if raw.type().is_floating() or raw.type().is_decimal():
        raw = raw.cast("float64").try_cast("int64")
    return raw.cast("string")


def naive_moments(source: str, delivery: Delivery, manner: Manner) -> Parsed:
    """The moments of a source column as its own clock showed them; those with an offset as UTC showed them."""
    raw = delivery.raw(source)
    if raw.type().is_timestamp():
        return Parsed(raw)
    if raw.type().is_date():
        return Parsed(raw.cast("timestamp"))
    if raw.type().is_boolean():
        raise InputError(f"column {source!r} holds true or false, not days or moments; map another column")
    return read_days(days_as_text(source, delivery), manner.days[source])


def _constant(column: Column, text: str, manner: Manner) -> ibis.Value:
    literal = ibis.literal(text)
    try:
        match column.kind:
            case Kind.MONEY:
                return ibis.literal(money.Money.parse(text, manner.currency).minor, type="int64")
            case Kind.UNITS:
                return ibis.literal(int(text), type="int64")
            case Kind.SHARE:
                return ibis.literal(float(text), type="float64")
            case Kind.DAY:
                return ibis.literal(datetime.date.fromisoformat(text))
            case Kind.INSTANT:
                return ibis.literal(datetime.datetime.fromisoformat(text))
            case Kind.FLAG:
                return ibis.literal({"true": True, "false": False}[text.casefold()])
            case Kind.NAME:
                return literal
    except (ValueError, KeyError):
        raise InputError(
            f"{column.name}: the constant {text!r} is not {column.kind.value}; write 12.50, 2017-01-31 or true"
        ) from None


def _name(source: str, _entry: Entry, delivery: Delivery, _manner: Manner) -> Parsed:
    raw = delivery.raw(source)
    kind = raw.type()
    if kind.is_integer() or kind.is_boolean():
        return Parsed(raw.cast("string"))
    if kind.is_floating():
        # Whole numbers become fractions on their way through many tools; an identifier is still a whole number.
        small = ibis.ifelse(raw.abs() < LARGEST, raw, ibis.null("float64"))
        text = ibis.ifelse(sure(small == small.floor()), small.cast("int64").cast("string"), raw.cast("string"))
        return Parsed(ibis.ifelse(raw.isnan() | raw.isinf(), ibis.null("string"), text))
    text = raw.cast("string").strip()
    return Parsed(ibis.ifelse(text.lower().isin(_NO_NAMES), ibis.null("string"), text))


def _flag(source: str, entry: Entry, delivery: Delivery, _manner: Manner) -> Parsed:
    raw = delivery.raw(source)
    if raw.type().is_boolean() and not (entry.true_when or entry.false_when):
        return Parsed(raw)
    text = raw.cast("string").strip()
    if entry.true_when or entry.false_when:
        return Parsed(text.isin(entry.true_when) if entry.true_when else text.notin(entry.false_when))
    word = shapes.folded(text).lower()
    value = ibis.cases((word.isin(_TRUE_WORDS), True), (word.isin(_FALSE_WORDS), False), else_=ibis.null("boolean"))
    return Parsed(value, {"not_a_flag": value.isnull() & text.notnull() & (text != "")})


def _number_of_entry(source: str, _entry: Entry, delivery: Delivery, manner: Manner) -> Parsed:
    return _number(source, delivery, manner)


def _share(source: str, _entry: Entry, delivery: Delivery, manner: Manner) -> Parsed:
    parsed = _number(source, delivery, manner)
    if not delivery.is_text(source):
        return parsed
    in_percent = shapes.folded(delivery.raw(source)).contains("%")
    return Parsed(ibis.ifelse(in_percent, parsed.value / 100, parsed.value), parsed.faults)


def _number(source: str, delivery: Delivery, manner: Manner) -> Parsed:
    raw = delivery.raw(source)
    kind = raw.type()
    if kind.is_string():
        return read_number(raw, manner.numbers[source])
    if kind.is_integer():
        return Parsed(raw.cast("float64"))
    if kind.is_floating() or kind.is_decimal():
        number = raw.cast("float64")
        usable = ~(number.isnan() | number.isinf())
        return Parsed(ibis.ifelse(usable, number, ibis.null("float64")), {"not_finite": sure(number.isinf())})
    raise InputError(f"column {source!r} holds {kind}, not numbers; map another column")


def _noise(entry: Entry, delivery: Delivery) -> float:
    return _NOISE_FLOAT32 if any(delivery.raw(name).type().is_float32() for name in entry.columns) else 0.0


def _moment(source: str, entry: Entry, delivery: Delivery, manner: Manner) -> Parsed:
    naive = naive_moments(source, delivery, manner)
    given = "UTC" if source in delivery.utc_columns else entry.options.time_zone or manner.zone
    value, has_offset = naive.value, _has_offset(delivery, source, manner)
    if manner.span is not None:
        to_shop = partial(
            zones.converted, naive.value, wanted=manner.zone, first=manner.span[0], last=manner.span[1]
        )
        value = to_shop(given=given)
        if has_offset is not None:
            value = ibis.ifelse(has_offset, to_shop(given="UTC"), value)
    return Parsed(_later(value, entry.plus_days), naive.faults)


def _has_offset(delivery: Delivery, source: str, manner: Manner) -> Flag | None:
    reading = manner.days.get(source)
    if reading is None or not any(group.way.has_offset for group in reading.groups):
        return None
    with_offset = [shape for group in reading.groups if group.way.has_offset for shape in group.shapes]
    return shapes.shape(days_as_text(source, delivery)).isin(with_offset)


def _day(source: str, entry: Entry, delivery: Delivery, manner: Manner) -> Parsed:
    if entry.week_one is not None:
        week = whole(_number(source, delivery, manner))
        faults = dict(week.faults)
        in_range = week.value.between(-5000, 5000)  # a century around; further would be no date
        faults["not_a_week"] = sure(~in_range)
        days = ibis.ifelse(in_range, (week.value - 1) * 7 + entry.plus_days, ibis.null("int64"))
        return Parsed((ibis.date(entry.week_one) + days.as_interval("D")).cast("date"), faults)
    moment = _moment(source, entry, delivery, manner)
    return Parsed(moment.value.cast("date"), moment.faults)


def _later(moment: ibis.Value, days: int) -> ibis.Value:
    return moment + ibis.interval(days=days) if days else moment


def _product(left: Parsed, right: Parsed) -> Parsed:
    return Parsed(left.value * right.value, _either([left.faults, right.faults]))


def _together(parts: list[Parsed], kind: Kind) -> Parsed:
    """Several columns as one: numbers are added up, text is joined; null only if all are."""
    faults = _either([part.faults for part in parts])
    if kind is Kind.NAME:
        pieces = [part.value for part in parts]
        joined = reduce(operator.add, [ibis.literal(" ") + piece.fill_null("") for piece in pieces])
        text = joined.re_replace(r" +", " ").strip() if len(pieces) > 2 else joined.strip()
        return Parsed(text.nullif(""), faults)
    if kind not in (Kind.MONEY, Kind.UNITS):
        raise InputError(
            f"a list of columns is added up or joined; columns of {kind.value} cannot be: give one column"
        )
    total = reduce(operator.add, [part.value.fill_null(0) for part in parts])
    is_empty = reduce(operator.and_, [part.value.isnull() for part in parts])
    return Parsed(ibis.ifelse(is_empty, ibis.null("float64"), total), faults)


def _either(faults: list[AnyMapping[str, Flag]]) -> dict[str, Flag]:
    merged: dict[str, Flag] = {}
    for some in faults:
        for code, flag in some.items():
            merged[code] = merged[code] | flag if code in merged else flag
    return merged


_PARSERS = {
    Kind.NAME: _name,
    Kind.FLAG: _flag,
    Kind.MONEY: _number_of_entry,
    Kind.UNITS: _number_of_entry,
    Kind.SHARE: _share,
    Kind.DAY: _day,
    Kind.INSTANT: _moment,
}
