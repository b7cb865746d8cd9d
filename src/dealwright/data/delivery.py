"""What arrives from outside, before anybody has judged it."""

from __future__ import annotations

from dataclasses import dataclass, field

import ibis

from dealwright.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Source:
    """Where raw rows are: a file, or a database address with a table or a query.

    `place` is a path, or a SQLAlchemy URL such as `postgresql://user@host/shop`.
    `sheet` chooses a sheet of a workbook (the first if absent), `query` is a table's name or a SELECT.
    """

    place: str
    sheet: str | None = None
    query: str | None = None

    @property
    def is_database(self) -> bool:
        """Whether the place is a database address rather than a file."""
        return "://" in self.place


@dataclass(frozen=True, slots=True)
class Delivery:
    """The rows of one source as they are written there.

    `rows` has the columns `row` (where the row stands in the source: the header of a file is row 1),
    `broken_line` (the text of a line that does not have the header's number of values, else null), and one column
    per source column, to be reached by `raw`. `fingerprint` names the content. Columns in `utc_columns` hold
    moments in UTC; all other moments are as written. `has_lost_text`: some bytes did not decode and stand as
    U+FFFD.
    """

    name: str
    read_as: str
    fingerprint: str
    columns: tuple[str, ...]
    rows: ibis.Table
    utc_columns: frozenset[str] = field(default=frozenset())
    has_lost_text: bool = False

    def raw(self, column: str) -> ibis.Value:
        """The source column as it stands, on `rows`."""
        return self.rows[self.stored(column)]

    def stored(self, column: str) -> str:
        """Under which name `rows` holds the source column, so that no source name can clash with one of ours."""
        return staged_name(self.columns.index(column))

    def is_text(self, column: str) -> bool:
        """Whether the source holds text there, whose meaning must be found out."""
        return bool(self.raw(column).type().is_string())


def staged_name(index: int) -> str:
    """The name under which the source column number `index` is held."""
    return f"s{index}"


def checked_header(names: list[str], *, source: str) -> tuple[str, ...]:
    """The names of the columns; a nameless one is called `column_<number>`, one used twice is refused.

    >>> checked_header(["", " sku "], source="a.csv")
    ('column_1', 'sku')
    """
    header = tuple(name.strip() or f"column_{number}" for number, name in enumerate(names, start=1))
    folded = [name.casefold() for name in header]
    if not any(name.strip() for name in names):
        raise InputError(
            f"the first line of {source} names no column; remove all lines above the one with the names"
        )
    twice = sorted({name for name in header if folded.count(name.casefold()) > 1})
    if twice:
        raise InputError(
            f"{source} has more than one column called {', '.join(map(repr, twice))}; "
            "each name may stand once in the header (capitals do not count): rename or remove one of them"
            + ("; if the first line holds values, put a line with names above it" if twice[0].isdigit() else "")
        )
    return header
