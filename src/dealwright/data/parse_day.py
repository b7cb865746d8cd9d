"""What day or moment stands in a text."""

from __future__ import annotations

import datetime

import ibis

from dealwright.data import shapes
from dealwright.data.parsed import Flag, Parsed, sure
from dealwright.data.readings import DateGroup, DateReading, Text

_SPREADSHEET_DAY_ZERO = datetime.date(1899, 12, 30)


def read_days(text: Text, reading: DateReading) -> Parsed:
    """The moments of a text column; those with an offset from UTC as UTC showed them."""
    bare = text.strip()
    if not all(shape.isascii() for group in reading.groups for shape in group.shapes):
        bare = shapes.folded(bare)
    shape = shapes.shape(text)
    faults: dict[str, Flag] = {}
    found = [(group, _read_group(bare, group, reading.order)) for group in reading.groups]
    if len(found) == 1 and reading.is_all_good:
        value = found[0][1]
    elif found:
        value = ibis.cases(*[(shape.isin(group.shapes), moment) for group, moment in found])
    else:
        value = ibis.null("timestamp")
    is_given = shape.notin(reading.missing) if reading.missing else shape.notnull()
    unreadable = sure(value.isnull() & is_given)
    year_last = [shape for group in reading.groups if group.way.order == "ab" for shape in group.shapes]
    if reading.order == "mixed" and year_last:
        faults["undecided_day"] = sure(shape.isin(year_last) & _could_be_either(bare))
        unreadable = unreadable & ~faults["undecided_day"]
    return Parsed(value, {**faults, "not_a_day": unreadable})


_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"


def first_two(text: Text) -> tuple[ibis.expr.types.IntegerValue, ibis.expr.types.IntegerValue]:
    """The two numbers before the year, of days whose year comes last; null for all others."""
    bare = shapes.folded(text.strip())
    first, second = (bare.re_extract(_YEAR_LAST, group).try_cast("int64") for group in (1, 2))
    return first, second


def _could_be_either(text: Text) -> Flag:
    first, second = first_two(text)
    return (first <= 12) & (second <= 12) & (first != second)


def _read_group(text: Text, group: DateGroup, order: str) -> ibis.Value:
    match group.way.order:
        case "serial":
            seconds = (text.try_cast("float64") * 86400).round().cast("int64")
            return ibis.timestamp(_SPREADSHEET_DAY_ZERO.isoformat()) + seconds.as_interval("s")
        case "compact":
            iso = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6)
        case "ab":
            iso = _year_first(text, order)
        case _:
            iso = _with_dashes(text, group)
    return _read_clock(iso, group.way)


def _with_dashes(text: Text, group: DateGroup) -> Text:
    if any(shape[4] == "." for shape in group.shapes):
        text = text.re_replace(r"^(\d{4})\.(\d{1,2})\.(\d{1,2})", r"\1-\2-\3")
    if any(shape[4] in "/年" for shape in group.shapes):
        text = text.translate("年月/日", "---")  # what has no counterpart is dropped
    return text


def _year_first(text: Text, order: str) -> Text:
    day_first, month_first = r"\3-\2-\1", r"\3-\1-\2"
    if order != "mixed":
        return text.re_replace(_YEAR_LAST, day_first if order == "dmy" else month_first)
    first, second = first_two(text)
    # 12/12 reads the same either way; a value that could be either becomes null, and is told so.
    return ibis.cases(
        (second > 12, text.re_replace(_YEAR_LAST, month_first)),
        ((first > 12) | (first == second), text.re_replace(_YEAR_LAST, day_first)),
        else_=ibis.null("string"),
    )


def _read_clock(iso: Text, way: shapes.DateShape) -> ibis.Value:
    clock = iso
    if way.has_offset:
        clock = clock.re_replace(r" ?(Z|UTC|[+-]\d{2}:?(\d{2})?)$", "")
    if way.has_half_day:
        clock = clock.re_replace(r" ?[AaPp][Mm]$", "")
    moment = clock.try_cast("timestamp")
    if way.has_half_day:
        is_after_noon = iso.upper().contains("PM")
        hour = moment.hour()
        shift = ibis.cases((is_after_noon & (hour < 12), 12), (~is_after_noon & (hour == 12), -12), else_=0)
        moment = moment + shift.as_interval("h")
    if way.has_offset:
        sign = iso.re_extract(r"([+-])\d{2}:?(?:\d{2})?$", 1)
        hours = iso.re_extract(r"[+-](\d{2}):?(?:\d{2})?$", 1).try_cast("int64").fill_null(0)
        minutes = iso.re_extract(r"[+-]\d{2}:?(\d{2})$", 1).try_cast("int64").fill_null(0)
        ahead = (hours * 60 + minutes) * ibis.ifelse(sign == "-", -1, 1)
        # A day like 2017-01-02 ends like an offset, but shapes with an offset always have a time before it.
        moment = moment - ahead.as_interval("m")
    return moment
