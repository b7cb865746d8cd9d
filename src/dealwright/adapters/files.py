"""Files: how a delimited text file is laid out, workbooks, and mappings in YAML."""

from __future__ import annotations

import csv
import datetime
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dealwright.core.errors import InputError, MissingExtraError
from dealwright.data.delivery import checked_header
from dealwright.data.mapping import Mapping, read_mapping

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")
_DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 16

Cell = str | None
TextRow = tuple[int, tuple[Cell, ...]]
"""Where the row stands in its source, and its values as text."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited text file is laid out."""

    delimiter: str
    header: tuple[str, ...]


def existing_file(place: str) -> Path:
    """The path of a readable file; InputError if there is none or its kind is not known."""
    path = Path(place)
    known = (*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *WORKBOOK_SUFFIXES)
    if not path.is_file():
        raise InputError(
            f"there is no file {place!r}; give the path of a file ({', '.join(known)}) or a database URL"
        )
    if path.suffix.lower() not in known:
        raise InputError(
            f"{path.name} ends in {path.suffix!r}, which is not known; allowed: {', '.join(known)}. "
            "Save it as one of these (old .xls workbooks as .xlsx)"
        )
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty; it needs a header and at least one row")
    return path


def layout_of(path: Path) -> Layout:
    """The delimiter and the header of a UTF-8 file; InputError if it has no header."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(_HEAD)
    lines = head.splitlines(keepends=True)
    if len(head) == _HEAD and len(lines) > 1:
        lines.pop()  # it may be cut
    if not head.strip():
        raise InputError(f"{path.name} is empty; it needs a header and at least one row")
    delimiter = max(_DELIMITERS, key=lambda mark: _regularity(lines, mark))
    header = next(csv.reader(lines, delimiter=delimiter))
    is_title = len(header) == 1 and any(_regularity(lines[1:], mark) > (0.5, 2) for mark in _DELIMITERS)
    if is_title or lines[0].casefold().startswith("sep="):
        raise InputError(
            f"the first line of {path.name} ({lines[0].strip()!r}) does not name the columns; remove all lines "
            "above the one with their names"
        )
    return Layout(delimiter, checked_header(header, source=path.name))


def _regularity(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How well the delimiter explains the lines: the share of rows as long as the header, and its length."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return (0.0, 0)
    width = len(rows[0]) if rows else 0
    if width < 2:
        return (0.0, width)
    return (sum(len(row) == width for row in rows) / len(rows), width)


@dataclass(frozen=True, slots=True)
class Workbook:
    """One sheet of an Excel workbook, read row by row, every cell as text."""

    sheet: str
    header: tuple[str, ...]
    rows: Iterator[TextRow]


def open_workbook(path: Path, *, sheet: str | None) -> Workbook:
    """The sheet (the first if none is named); InputError if it is absent or empty."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("openpyxl", extra="excel", purpose="reading Excel files") from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its XML and ZIP readers raise
        raise InputError(
            f"{path.name} cannot be read as an Excel workbook ({error}); save it again as .xlsx"
        ) from None
    if sheet is not None and sheet not in book.sheetnames:
        raise InputError.unknown(f"sheet of {path.name}", sheet, book.sheetnames)
    page = book[sheet or book.sheetnames[0]]
    page.reset_dimensions()  # what the file says of its size is often wrong
    numbered = (
        (number, tuple(map(cell_text, row)))
        for number, row in enumerate(page.iter_rows(values_only=True), start=1)
        if any(cell is not None for cell in row)
    )
    _, names = next(numbered, (0, ()))
    if not any(names):
        raise InputError(f"sheet {page.title!r} of {path.name} is empty; it needs a header and at least one row")
    width = max(index for index, name in enumerate(names, start=1) if name)
    header = checked_header([name or "" for name in names[:width]], source=path.name)
    return Workbook(page.title, header, _as_wide(numbered, width, path.name))


def _as_wide(rows: Iterator[TextRow], width: int, name: str) -> Iterator[TextRow]:
    for number, cells in rows:
        if any(cells[width:]):
            raise InputError(
                f"{name}, row {number}: a value stands right of the last header; name that column or empty it"
            )
        yield number, (*cells[:width], *[None] * (width - len(cells)))


def cell_text(value: Any) -> Cell:
    """The text of a value, as a CSV file would have it; `None` stays.

    >>> cell_text(datetime.datetime(2017, 1, 2)), cell_text(3.0), cell_text(True)
    ('2017-01-02', '3', 'true')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def load_mapping(path: Path) -> Mapping:
    """The mapping written in a YAML file; InputError listing every mistake in it."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"there is no mapping file {str(path)!r}") from None
    except OSError as error:
        raise InputError(f"the mapping file {str(path)!r} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not YAML in UTF-8: {error}") from None
    try:
        return read_mapping(given)
    except InputError as error:
        raise InputError(*(f"{path.name}: {problem}" for problem in error.problems)) from None


@dataclass(frozen=True, slots=True)
class MappingFolder:
    """The mappings of a workspace, one YAML file for each table in `mappings`, for people to read and edit."""

    workspace: Path

    def get(self, table: str) -> Mapping | None:
        """The mapping used last for this table, if any."""
        path = self._path(table)
        return load_mapping(path) if path.exists() else None

    def put(self, mapping: Mapping) -> Path:
        """Remember the mapping; where it can be read and edited."""
        path = self._path(mapping.table)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = io.StringIO()
        yaml.safe_dump(mapping.as_dict(), text, allow_unicode=True, sort_keys=False)
        part = path.with_suffix(".part")
        part.write_text(text.getvalue(), encoding="utf-8")
        os.replace(part, path)
        return path

    def _path(self, table: str) -> Path:
        return self.workspace / "mappings" / f"{table}.yaml"
