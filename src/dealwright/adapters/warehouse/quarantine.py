"""Files with the rows that were not accepted."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb

FOLDER = "quarantine"
_PART = ".csv.part"


def write_part(connection: duckdb.DuckDBPyConnection, query: str, *, folder: Path, name: str) -> Path:
    """Write the rows as CSV under a name that says it is not final yet; the final name lacks `.part`."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    part, bare = place / (name + _PART), place / (name + ".bare")
    connection.execute(f"COPY ({query}) TO '{str(bare).replace(chr(39), chr(39) * 2)}' (FORMAT csv, HEADER)")
    with bare.open("rb") as rows, part.open("wb") as file:
        file.write(codecs.BOM_UTF8)  # spreadsheets take a file without it for another encoding
        shutil.copyfileobj(rows, file)
    bare.unlink()
    return part


def finish(part: Path) -> Path:
    """Give the file its final name."""
    return part.rename(part.with_suffix(""))


def final_path(folder: Path, name: str) -> Path:
    """Where the file of that name is once it is final."""
    return folder / FOLDER / f"{name}.csv"


def clear_up(folder: Path, *, done: Collection[str]) -> None:
    """After an interruption: name the files of imports that are done, remove those of imports that are not."""
    for bare in (folder / FOLDER).glob("*.bare"):
        bare.unlink()
    for part in (folder / FOLDER).glob(f"*{_PART}"):
        if part.name.removesuffix(_PART) in done:
            finish(part)
        else:
            part.unlink()
