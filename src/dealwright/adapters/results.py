"""Write what the main job found into a folder: tables and the summary."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dealwright.core.errors import WorkspaceError

SUMMARY = "summary.json"


def write_plan(table: pd.DataFrame, summary: Mapping[str, Any], folder: Path) -> list[Path]:
    """plan.parquet, plan.csv and summary.json; each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=1)
    return [
        _whole(folder / "plan.parquet", lambda path: table.to_parquet(path, index=False)),
        # The byte order mark makes Excel read UTF-8.
        _whole(folder / "plan.csv", lambda path: _safe(table).to_csv(path, index=False, encoding="utf-8-sig")),
        _whole(folder / SUMMARY, lambda path: path.write_text(text, encoding="utf-8")),
    ]


def write_text(text: str, path: Path) -> Path:
    """The text as a file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary written last; WorkspaceError if there is none."""
    path = folder / SUMMARY
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(f"there is no plan in {folder} yet; run 'dealwright plan' first") from None
    except json.JSONDecodeError as error:
        raise WorkspaceError(f"{path} is damaged ({error}); run 'dealwright plan' again") from None
    return found


def _whole(path: Path, write: Callable[[Path], object]) -> Path:
    part = path.with_name(f".{path.name}.part")
    write(part)
    os.replace(part, path)
    return path


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""

    def neutral(value: object) -> object:
        is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if is_formula else value

    return table.map(neutral)
