"""Unloads raw rows into a staging area of the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from dealwright.adapters.database import ask
from dealwright.adapters.encoding import Utf8File, as_utf8
from dealwright.adapters.files import (
    PARQUET_SUFFIXES,
    WORKBOOK_SUFFIXES,
    Layout,
    TextRow,
    existing_file,
    layout_of,
    open_workbook,
)
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.delivery import Source, checked_header, staged_name

RAW = "raw"
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Landed:
    """What lies in the table `raw` of the staging area."""

    name: str
    read_as: str
    fingerprint: str
    columns: tuple[str, ...]
    utc_columns: frozenset[str] = frozenset()
    has_lost_text: bool = False


def land(connection: duckdb.DuckDBPyConnection, source: Source, *, staging: str, scratch: Path) -> Landed:
    """Unload the source into `staging`.raw; InputError if it cannot be read. `scratch` is a folder for copies."""
    if source.is_database:
        return _land_answer(connection, source, staging)
    path = existing_file(source.place)
    suffix = path.suffix.lower()
    try:
        if suffix in PARQUET_SUFFIXES:
            return _land_parquet(connection, path, staging)
        if suffix in WORKBOOK_SUFFIXES:
            return _land_workbook(connection, path, source.sheet, staging)
        return _land_text(connection, path, staging, scratch)
    except duckdb.Error as error:
        raise InputError(
            f"{path.name} cannot be read: {_first_line(error)}. Save it again, or in another format"
        ) from None


def _land_text(connection: duckdb.DuckDBPyConnection, path: Path, staging: str, scratch: Path) -> Landed:
    file = as_utf8(path, copy=scratch / "utf8.csv")
    layout = layout_of(file.path)
    _load_text(connection, file, layout, staging)
    n_broken = _number_of_rejects(connection)
    if n_broken:
        _put_back_rejects(connection, len(layout.header), staging)
    mark = {"\t": "tab"}.get(layout.delimiter, layout.delimiter)
    return Landed(
        path.name,
        f"text, {mark!r} between values, {file.encoding}",
        file.fingerprint,
        layout.header,
        has_lost_text=file.has_lost_text,
    )


def _load_text(connection: duckdb.DuckDBPyConnection, file: Utf8File, layout: Layout, staging: str) -> None:
    for name in ("rejects", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    columns = ", ".join(f"'{staged_name(index)}': 'VARCHAR'" for index in range(len(layout.header)))
    connection.execute(
        f"""
        CREATE TABLE {staging}.{RAW} AS
        SELECT row_number() OVER () + 1 AS "{c.ROW}", NULL::VARCHAR AS {c.BROKEN_LINE}, *
        FROM read_csv(?, auto_detect = false, header = true, delim = ?, quote = '"', escape = '"',
            columns = {{{columns}}}, store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans')
        """,
        [str(file.path), layout.delimiter],
    )


def _number_of_rejects(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute("SELECT count(DISTINCT line) FROM rejects").fetchone()
    assert found is not None
    return int(found[0])


def _put_back_rejects(connection: duckdb.DuckDBPyConnection, width: int, staging: str) -> None:
    """Add the lines that could not be split, and count them in where the other rows stand."""
    values = ", ".join(staged_name(index) for index in range(width))
    nothing = ", ".join("NULL" for _ in range(width))
    connection.execute(
        f"""
        CREATE TABLE {staging}.complete AS
        WITH lines AS (SELECT line, any_value(csv_line) AS text FROM rejects GROUP BY line),
        ranked AS (SELECT line, row_number() OVER (ORDER BY line) AS n_so_far FROM lines),
        gaps AS (SELECT line - n_so_far AS last_before, max(n_so_far) AS n_so_far FROM ranked GROUP BY 1)
        SELECT "{c.ROW}" + coalesce(n_so_far, 0) AS "{c.ROW}", {c.BROKEN_LINE}, {values}
        FROM {staging}.{RAW} AS fine ASOF LEFT JOIN gaps ON fine."{c.ROW}" > gaps.last_before
        UNION ALL SELECT line, coalesce(rtrim(text, chr(10)), ''), {nothing} FROM lines
        """
    )
    connection.execute(f"DROP TABLE {staging}.{RAW}")
    connection.execute(f"ALTER TABLE {staging}.complete RENAME TO {RAW}")


def _land_parquet(connection: duckdb.DuckDBPyConnection, path: Path, staging: str) -> Landed:
    with path.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    header = checked_header([str(row[0]) for row in described], source=path.name)
    types = {str(row[0]): str(row[1]) for row in described}
    values = ", ".join(f"{_plain(name, kind)} AS {staged_name(i)}" for i, (name, kind) in enumerate(types.items()))
    connection.execute(
        f"""
        CREATE TABLE {staging}.{RAW} AS
        SELECT file_row_number + 1 AS "{c.ROW}", NULL::VARCHAR AS {c.BROKEN_LINE}, {values}
        FROM read_parquet(?, file_row_number = true)
        """,
        [str(path)],
    )
    in_utc = (name for name, kind in zip(header, types.values(), strict=True) if kind == _ZONED)
    return Landed(path.name, "Parquet", fingerprint, header, frozenset(in_utc))


_ZONED = "TIMESTAMP WITH TIME ZONE"
_AS_IS = (
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "FLOAT",
    "DOUBLE",
)


def _plain(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind in (*_AS_IS, "VARCHAR", "DATE", "TIMESTAMP") or kind.startswith("DECIMAL"):
        return quoted
    if kind == _ZONED:
        return f"{quoted} AT TIME ZONE 'UTC'"
    return f"CAST({quoted} AS {'TIMESTAMP' if kind.startswith('TIMESTAMP') else 'VARCHAR'})"


def _land_workbook(connection: duckdb.DuckDBPyConnection, path: Path, sheet: str | None, staging: str) -> Landed:
    book = open_workbook(path, sheet=sheet)
    fingerprint = _land_rows(connection, book.rows, book.header, staging)
    return Landed(path.name, f"Excel, sheet {book.sheet!r}", fingerprint, book.header)


def _land_answer(connection: duckdb.DuckDBPyConnection, source: Source, staging: str) -> Landed:
    with ask(source) as answer:
        fingerprint = _land_rows(connection, answer.rows, answer.header, staging)
        return Landed(answer.name, f"database, {source.query}", fingerprint, answer.header)


def _land_rows(
    connection: duckdb.DuckDBPyConnection, rows: Iterator[TextRow], header: tuple[str, ...], staging: str
) -> str:
    """Load the rows batch by batch; the fingerprint of their content."""
    values = ", ".join(f"{staged_name(index)} VARCHAR" for index in range(len(header)))
    connection.execute(f'CREATE TABLE {staging}.{RAW} ("{c.ROW}" BIGINT, {c.BROKEN_LINE} VARCHAR, {values})')
    digest = hashlib.sha256(repr(header).encode())
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        digest.update(repr([cells for _, cells in some]).encode())
        numbers, cells = zip(*some, strict=True)
        arrays = [pa.array(numbers, pa.int64()), pa.nulls(len(some), pa.string())]
        arrays += [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
        connection.register("arriving", pa.table(arrays, [str(i) for i in range(len(arrays))]))
        connection.execute(f"INSERT INTO {staging}.{RAW} SELECT * FROM arriving")
        connection.unregister("arriving")
    return digest.hexdigest()[:16]


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
