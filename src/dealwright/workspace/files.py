"""The small files of a workspace: settings that a person writes, tables that are handed out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dealwright.adapters.results import _safe as safe_for_spreadsheets
from dealwright.adapters.results import write_bytes
from dealwright.core.errors import InputError


def read_text(path: str | Path, *, what: str) -> str:
    """The text of a small file that a person wrote; InputError if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{what} {path} cannot be read: {error}") from None


def read_rows(path: str | Path, *, what: str) -> list[dict[str, str]]:
    """The rows of a CSV file as text; InputError if a row is longer than the header."""
    rows = list(csv.DictReader(io.StringIO(read_text(path, what=what))))
    long = [number for number, row in enumerate(rows, start=2) if None in row]
    if long:
        raise InputError(f"{path}: line {long[0]} has more cells than the header; put text with commas in quotes")
    return [{str(name).strip(): (cell or "").strip() for name, cell in row.items()} for row in rows]


def save_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """One CSV file for each table that has columns; a spreadsheet runs none of their texts as a formula."""
    return [
        # The byte order mark makes Excel read UTF-8.
        write_bytes(
            safe_for_spreadsheets(table).to_csv(index=False).encode("utf-8-sig"), Path(folder) / f"{name}.csv"
        )
        for name, table in tables.items()
        if len(table.columns)
    ]
