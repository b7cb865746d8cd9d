"""Which source columns fill which canonical columns, and how they are read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dealwright.core.errors import DealwrightError, InputError
from dealwright.data.tables import Kind, TableContract, contract

OPTIONS = ("decimal", "date_order", "time_zone")
_ENTRY_KEYS = (
    "column",
    "columns",
    "times",
    "value",
    "unit",
    "week_one",
    "plus_days",
    "true_when",
    "false_when",
    *OPTIONS,
)
_MOST_DAYS = 36_500  # a century
_DATE_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Options:
    """How values are written; `None` means: find out from the values.

    `decimal` is the decimal mark (`.` or `,`), `date_order` one of dmy, mdy, ymd, `time_zone` the IANA zone that
    moments are written in (the shop's, if absent).
    """

    decimal: str | None = None
    date_order: str | None = None
    time_zone: str | None = None

    def over(self, defaults: Options) -> Options:
        """These options, and the defaults where they are silent."""
        return Options(
            self.decimal or defaults.decimal,
            self.date_order or defaults.date_order,
            self.time_zone or defaults.time_zone,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """How one canonical column is filled.

    Several `columns` are added up (text is joined). `times` multiplies by another column (unit price x quantity).
    `value` is the same for every row. `week_one` is the first day of week number 1, for columns that hold week
    numbers. `plus_days` is added to days. A flag is true for the values in `true_when`, or for all but those in
    `false_when`.
    """

    columns: tuple[str, ...] = ()
    times: str | None = None
    value: str | None = None
    week_one: datetime.date | None = None
    plus_days: int = 0
    true_when: tuple[str, ...] = ()
    false_when: tuple[str, ...] = ()
    options: Options = Options()
    is_guessed: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """All source columns it reads."""
        return (*self.columns, self.times) if self.times else self.columns

    def __str__(self) -> str:
        if self.value is not None:
            return f"always {self.value!r}"
        text = " + ".join(self.columns) + (f" x {self.times}" if self.times else "")
        return text + (" (guessed)" if self.is_guessed else "")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the columns of one canonical table are filled from a source."""

    table: str
    entries: AnyMapping[str, Entry]
    options: Options = Options()

    @property
    def guessed(self) -> tuple[str, ...]:
        """Canonical columns whose source was guessed."""
        return tuple(name for name, entry in self.entries.items() if entry.is_guessed)

    @property
    def sources(self) -> tuple[str, ...]:
        """All source columns it reads, each once."""
        return tuple(dict.fromkeys(name for entry in self.entries.values() for name in entry.sources))

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether a source with these columns has all that the mapping reads."""
        return set(self.sources) <= set(columns)

    def as_dict(self) -> dict[str, Any]:
        """The mapping as `read_mapping` takes it."""
        return {
            "table": self.table,
            "columns": {name: _entry_as_data(entry) for name, entry in self.entries.items()},
            **_options_as_dict(self.options),
        }


def read_mapping(given: object) -> Mapping:
    """The mapping written as a dictionary (as YAML gives it); InputError listing every mistake.

    >>> mapping = read_mapping({"table": "stock", "columns": {"sku": "item", "units": "qty", "counted_on": "day"}})
    >>> mapping.entries["sku"].columns
    ('item',)
    """
    if not isinstance(given, dict) or not isinstance(given.get("columns"), dict) or "table" not in given:
        raise InputError(
            f"a mapping needs 'table' and 'columns'; given {_short(given)}. "
            "Write, for example: {table: sales, columns: {sku: product_code, quantity: qty}}"
        )
    table = contract(str(given["table"]))
    mistakes: list[str] = []
    for key in given.keys() - {"table", "columns", *OPTIONS}:
        mistakes.append(str(InputError.unknown("option of a mapping", str(key), OPTIONS)))
    entries: dict[str, Entry] = {}
    for name, entry in given["columns"].items():
        try:
            entries[str(name)] = _read_entry(entry, kind=table.column(str(name)).kind)
        except DealwrightError as error:
            mistakes.append(f"{table.name}.{name}: {error}")
    try:
        options = _read_options(given)
    except InputError as error:
        mistakes.append(str(error))
    if mistakes:
        raise InputError(*mistakes)
    return Mapping(table.name, entries, options)


def check_mapping(mapping: Mapping, table: TableContract, columns: Sequence[str]) -> list[str]:
    """What keeps the mapping from filling the table out of a source with these columns; empty if nothing does."""
    if mapping.table != table.name:
        return [f"the mapping is for table {mapping.table!r}, the import for {table.name!r}; use one of them"]
    mistakes = []
    for name, entry in mapping.entries.items():
        for source in entry.sources:
            if source not in columns:
                unknown = InputError.unknown("source column", source, columns)
                mistakes.append(f"{table.name}.{name}: {unknown}")
    missing = [name for name in table.required if name not in mapping.entries]
    if missing:
        mistakes.append(
            f"table {table.name!r} needs {_listed(missing)}, which no source column fills. "
            f"Columns given: {', '.join(columns)}. If one of them does, say so in a mapping, with its name in "
            f"place of the dots: {written(mapping, missing=missing)}"
        )
    return mistakes


def written(mapping: Mapping, *, missing: Sequence[str] = ()) -> str:
    """The mapping as YAML on one line, with dots for the columns that are missing."""
    found = {name: _in_yaml(_entry_as_data(entry)) for name, entry in mapping.entries.items()}
    columns = ", ".join(f"{name}: {text}" for name, text in (dict.fromkeys(missing, "...") | found).items())
    return f"{{table: {mapping.table}, columns: {{{columns}}}}}"


def _in_yaml(data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {_in_yaml(value)}" for key, value in data.items()) + "}"
    return "[" + ", ".join(map(_in_yaml, data)) + "]" if isinstance(data, list) else str(data)


def fills_only_the_required(mapping: Mapping, table: TableContract) -> bool:
    """Whether the mapping fills nothing that a row of the table could do without."""
    return set(mapping.entries) <= set(table.required)


def without_guesses(mapping: Mapping) -> Mapping:
    """The mapping as agreed: nothing in it is a guess any more."""
    agreed = {name: replace(entry, is_guessed=False) for name, entry in mapping.entries.items()}
    return replace(mapping, entries=agreed)


def _read_entry(given: object, *, kind: Kind) -> Entry:
    if isinstance(given, str):
        return Entry((given,))
    if isinstance(given, list):
        return Entry(_columns(given))
    if not isinstance(given, dict):
        raise InputError(f"give a column's name, a list of names or an object; not {given!r}")
    for key in given:
        if key not in _ENTRY_KEYS:
            raise InputError.unknown("option", str(key), _ENTRY_KEYS)
    if "value" in given:
        return Entry(value=_text(given["value"]))
    columns = _columns(given.get("columns", given.get("column")))
    if given.get("unit") not in (None, "week"):
        raise InputError(f"unit {given['unit']!r} is not known; the only unit is 'week'")
    if ("week_one" in given) != (given.get("unit") == "week"):
        raise InputError("a week number needs both, for example: {column: week, unit: week, week_one: 2017-01-02}")
    if kind not in (Kind.DAY, Kind.INSTANT) and given.keys() & {"unit", "plus_days"}:
        raise InputError(f"'unit' and 'plus_days' are for days; this column holds {kind.value}")
    if kind is not Kind.FLAG and given.keys() & {"true_when", "false_when"}:
        raise InputError(f"'true_when' and 'false_when' are for flags; this column holds {kind.value}")
    if kind not in (Kind.MONEY, Kind.UNITS) and "times" in given:
        raise InputError(f"'times' is for money and units; this column holds {kind.value}")
    return Entry(
        columns,
        times=_one_column(given["times"]) if "times" in given else None,
        week_one=_day(given["week_one"]) if "week_one" in given else None,
        plus_days=_whole(given.get("plus_days", 0)),
        true_when=_texts(given.get("true_when", []), key="true_when"),
        false_when=_texts(given.get("false_when", []), key="false_when"),
        options=_read_options(given),
    )


def _read_options(given: AnyMapping[str, Any]) -> Options:
    decimal, order, zone = (given.get(key) for key in OPTIONS)
    mistakes = []
    if decimal not in (None, ".", ","):
        mistakes.append(f"decimal {decimal!r} is not a decimal mark; give '.' or ','")
    if order not in (None, *_DATE_ORDERS):
        mistakes.append(f"date_order {order!r} is not known; give one of {', '.join(_DATE_ORDERS)}")
    if zone is not None and not is_time_zone(zone):
        mistakes.append(f"time_zone {zone!r} is not an IANA time zone; give one like 'Europe/Berlin' or 'UTC'")
    if mistakes:
        raise InputError(*mistakes)
    return Options(decimal, order, zone)


def is_time_zone(name: object) -> bool:
    """Whether the name is in the IANA time zone database.

    >>> is_time_zone("Asia/Shanghai"), is_time_zone("Berlin")
    (True, False)
    """
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _texts(given: object, *, key: str) -> tuple[str, ...]:
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, (str, int)) for item in items):
        raise InputError(f"{key!r} must be text or a list of texts; given {given!r}")
    return tuple(_text(item) for item in items)


def _columns(given: object) -> tuple[str, ...]:
    names = _texts(given, key="column")
    if not names:
        raise InputError("the list of columns is empty; name at least one, or leave the entry out")
    return names


def _one_column(given: object) -> str:
    if isinstance(given, str):
        return given
    raise InputError(f"'times' must be the name of one column; given {given!r}")


def _text(given: object) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _day(given: object) -> datetime.date:
    if isinstance(given, datetime.date):
        return given
    try:
        return datetime.date.fromisoformat(str(given))
    except ValueError:
        raise InputError(f"{given!r} is not a day; write it like 2017-01-02") from None


def _whole(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) <= _MOST_DAYS:
        return given
    raise InputError(f"plus_days must be a whole number up to {_MOST_DAYS:,}; given {given!r}")


def _entry_as_data(entry: Entry) -> Any:
    if entry.value is not None:
        return {"value": entry.value}
    more: dict[str, Any] = {}
    if entry.times:
        more["times"] = entry.times
    if entry.week_one:
        more |= {"unit": "week", "week_one": entry.week_one}
    if entry.plus_days:
        more["plus_days"] = entry.plus_days
    if entry.true_when:
        more["true_when"] = list(entry.true_when)
    if entry.false_when:
        more["false_when"] = list(entry.false_when)
    more |= _options_as_dict(entry.options)
    if not more:
        return entry.columns[0] if len(entry.columns) == 1 else list(entry.columns)
    return ({"column": entry.columns[0]} if len(entry.columns) == 1 else {"columns": list(entry.columns)}) | more


def _options_as_dict(options: Options) -> dict[str, str]:
    given = {key: getattr(options, key) for key in OPTIONS}
    return {key: value for key, value in given.items() if value is not None}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 80 else text[:77] + "..."
