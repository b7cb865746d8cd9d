"""Write what the main job found into a folder: tables and the summary."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dealwright.core.errors import InputError, WorkspaceError

SUMMARY = "summary.json"
PARQUET, CSV = "plan.parquet", "plan.csv"
_MARKED = ("=", "+", "-", "@", "\t", "\r", "'")
_EXPECTED = {"plan", "products", "explanations", "currency", "outcomes", "what_ifs", "forecast", "data"}


def write_plan(table: pd.DataFrame, summary: Mapping[str, Any], folder: Path) -> list[Path]:
    """plan.parquet, plan.csv and summary.json; all of them, or none if one cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=1)
    writers: dict[str, Callable[[Path], object]] = {
        PARQUET: lambda path: table.to_parquet(path, index=False),
        # The byte order mark makes Excel read UTF-8.
        CSV: lambda path: _safe(table).to_csv(path, index=False, encoding="utf-8-sig"),
        SUMMARY: lambda path: path.write_text(text, encoding="utf-8"),
    }
    # All are written before the first takes its name, so that a full disk leaves the old plan whole.
    parts = {folder / name: _part(folder / name, write) for name, write in writers.items()}
    for path, part in parts.items():
        os.replace(part, path)
    return list(parts)


def write_text(text: str, path: Path) -> Path:
    """The text as a file that appears whole or not at all."""
    if path.is_dir():
        raise InputError(
            f"{str(path)!r} is a folder; give the name of the file to write, such as {path / 'report.html'}"
        )
    return write_bytes(text.encode(), path)


def write_bytes(content: bytes, path: Path) -> Path:
    """The content as a file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(_part(path, lambda part: part.write_bytes(content)), path)
    return path


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary written last; WorkspaceError if there is none."""
    path = folder / SUMMARY
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(f"there is no plan in {folder} yet; run 'dealwright plan' first") from None
    except ValueError as error:  # neither UTF-8 nor JSON
        raise WorkspaceError(f"{path} is damaged ({error}); run 'dealwright plan' again") from None
    if not isinstance(found, dict) or not _EXPECTED.issubset(found):
        raise WorkspaceError(f"{path} is damaged or of another version; run 'dealwright plan' again")
    return found


def _part(path: Path, write: Callable[[Path], object]) -> Path:
    part = path.with_name(f".{path.name}.part")
    write(part)
    return part


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, and so does text that has one."""

    def neutral(value: object) -> object:
        is_marked = isinstance(value, str) and value.startswith(_MARKED)
        return f"'{value}" if is_marked else value

    return table.map(neutral)


def unmarked(text: str) -> str:
    """What stood in the table before it was made safe for spreadsheets."""
    return text.removeprefix("'")
