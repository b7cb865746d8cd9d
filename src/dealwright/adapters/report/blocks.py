"""What a page is made of: sections of paragraphs, tables, pictures and calendars, free of any markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `tone` is plain, note or warning."""

    kind: ClassVar[str] = "text"
    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; figures are set to the right, and those that rest on an assumption say so."""

    title: str
    is_number: bool = False
    is_assumed: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and, smaller below it, what qualifies it; others can lead to its `anchor`."""

    text: str
    small: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `summary` folds the table away behind those words. The last row may be a total.

    `remarks` are sentences that stand below the rows, one each, or none at all.
    """

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summary: str = ""
    has_total: bool = False
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Cell]],
        *,
        summary: str = "",
        has_total: bool = False,
        remarks: Sequence[str] = (),
    ) -> Table:
        """A table of texts and cells."""
        cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
        assert all(len(row) == len(columns) for row in cells), "a row has not as many cells as there are columns"
        assert len(remarks) in (0, len(rows)), "every row has a remark, or none has"
        return cls(tuple(columns), cells, summary, has_total, tuple(remarks))


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its title, what it says to who cannot see it, and its numbers.

    `colours` are what its colours mean: name and colour.
    """

    kind: ClassVar[str] = "figure"
    title: str
    label: str
    svg: Markup
    numbers: Table | None = None
    note: str = ""
    colours: tuple[tuple[str, str], ...] = ()
    is_assumed: bool = False
    is_half: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One promotion on the calendar: its kind of offer decides the colour, its words are in the cell.

    It leads to the cell of the same `anchor`.
    """

    offer_kind: str
    text: str
    small: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One product's weeks on the calendar."""

    name: str
    small: str
    entries: tuple[Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Products by category against weeks."""

    kind: ClassVar[str] = "calendar"
    corner: str
    weeks: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Lane, ...]], ...]
    totals: tuple[Cell, ...] = ()
    total_title: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours of the calendar mean."""

    kind: ClassVar[str] = "legend"
    entries: tuple[tuple[str, str], ...]


Block = Text | Heading | Bullets | Table | Figure | Calendar | Legend


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with its own heading and place in the contents."""

    anchor: str
    title: str
    blocks: tuple[Block, ...] = field(default=())
    is_assumed: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the few numbers at the top."""

    title: str
    value: str
    small: str
    is_assumed: bool = False
