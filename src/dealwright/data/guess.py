"""Which source column probably fills which canonical column."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from decimal import Decimal

from dealwright.data import columns as c
from dealwright.data.mapping import Entry, Mapping
from dealwright.data.shapes import as_date, as_number, shape_of
from dealwright.data.synonyms import SYNONYMS, UNIT_PRICE
from dealwright.data.tables import TABLES, Column, Kind, TableContract

Sample = AnyMapping[str, Sequence[object]]
"""The first values of each source column, by its name."""

_NEEDED_SHARE = 0.5  # of the sampled values must look like the kind, so that bad rows do not hide a column
_FLAG_WORDS = {"0", "1", "true", "false", "yes", "no", "y", "n", "t", "f", "是", "否"}


def guess_mapping(table: TableContract, sample: Sample) -> Mapping:
    """The likely mapping, from the names and the values; columns nobody can guess are left out.

    >>> sample = {"Stock Code": ["T1"], "On hand": ["3"], "盘点日期": ["2017-01-02"]}
    >>> guess = guess_mapping(TABLES["stock"], sample)
    >>> {name: str(entry) for name, entry in guess.entries.items()}
    {'sku': 'Stock Code (guessed)', 'counted_on': '盘点日期 (guessed)', 'units': 'On hand (guessed)'}
    """
    entries: dict[str, Entry] = {}
    claimed: set[str] = set()
    for column in sorted(table.columns, key=lambda column: not column.is_required):
        source = _by_name((column.name, *SYNONYMS[column.name]), sample, kind=column.kind, besides=claimed)
        if source is not None:
            entries[column.name] = Entry((source,), is_guessed=True)
            claimed.add(source)
    if c.NET_AMOUNT in table.names and c.NET_AMOUNT not in entries and c.QUANTITY in entries:
        price = _by_name(UNIT_PRICE, sample, kind=Kind.MONEY, besides=claimed)
        if price is not None:
            entries[c.NET_AMOUNT] = Entry((price,), times=entries[c.QUANTITY].columns[0], is_guessed=True)
    for column in table.columns:
        if column.is_required and column.name not in entries:
            source = _only_day_left(column, sample, besides=claimed)
            if source is not None:
                entries[column.name] = Entry((source,), is_guessed=True)
                claimed.add(source)
    return Mapping(table.name, {name: entries[name] for name in table.names if name in entries})


def looks_like(sample: Sample, *, instead_of: TableContract) -> TableContract | None:
    """The other table that this source fits better: all it requires is there, and more of its columns in all."""
    fits = []
    n_own = len(guess_mapping(instead_of, sample).entries)
    for table in TABLES.values():
        entries = guess_mapping(table, sample).entries
        if set(table.required) <= entries.keys() and len(entries) > n_own:
            fits.append((len(table.required), len(entries), table))
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def _by_name(words: Sequence[str], sample: Sample, *, kind: Kind, besides: set[str]) -> str | None:
    by_plain = {_plain(name): name for name in sample if name not in besides}
    for word in words:
        source = by_plain.get(_plain(word))
        # Whoever uses our own name means it, whatever the values look like.
        if source is not None and (word == words[0] or _looks_like(sample[source], kind)):
            return source
    return None


def _only_day_left(column: Column, sample: Sample, *, besides: set[str]) -> str | None:
    if column.kind not in (Kind.DAY, Kind.INSTANT):
        return None
    days = [
        name
        for name, values in sample.items()
        if name not in besides and any(map(_is_given, values)) and _looks_like(values, column.kind, strictly=True)
    ]
    return days[0] if len(days) == 1 else None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _is_given(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _looks_like(values: Sequence[object], kind: Kind, *, strictly: bool = False) -> bool:
    given = [value for value in values if _is_given(value)]
    if not given or kind is Kind.NAME:
        return True
    alike = sum(_is_of(value, kind, strictly=strictly) for value in given)
    return alike >= _NEEDED_SHARE * len(given)


def _is_of(value: object, kind: Kind, *, strictly: bool) -> bool:
    text = str(value).strip()
    if kind in (Kind.DAY, Kind.INSTANT):
        is_day = isinstance(value, datetime.date) or as_date(shape_of(text)) is not None
        # Five or eight digits may be a day, and may be anything else.
        return is_day and not (strictly and text.isdigit())
    if kind is Kind.FLAG:
        return isinstance(value, bool) or text.casefold() in _FLAG_WORDS
    is_percent = kind is not Kind.SHARE and text.endswith("%")
    return isinstance(value, (int, float, Decimal)) or (as_number(shape_of(text)) is not None and not is_percent)
