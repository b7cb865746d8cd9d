"""A shop's canonical tables in one DuckDB file: reading them, and taking batches in as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import duckdb
import ibis

from dealwright.adapters.warehouse import quarantine, schema
from dealwright.adapters.warehouse.landing import RAW, land
from dealwright.app.ports import Batch, Taken
from dealwright.core.errors import InputError, WorkspaceError
from dealwright.core.ids import fingerprint
from dealwright.data.delivery import Delivery, Source
from dealwright.data.tables import TABLES, contract

FILE_NAME = "shop.duckdb"
SCRATCH = "scratch-"
_STAGING = "staging"


def open_warehouse(folder: Path, *, memory_limit: str = "2GB", threads: int | None = None) -> Warehouse:
    """The warehouse in this folder, made if there is none; WorkspaceError if it is in use or of another version.

    What an interrupted import left behind is cleared away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    try:
        backend = ibis.duckdb.connect(
            path,
            memory_limit=memory_limit,
            threads=threads or os.cpu_count() or 1,
            storage_compatibility_version="latest",  # newer string compression: half the size and time
        )
    except duckdb.ConnectionException:
        raise WorkspaceError(f"{path} is open already in this program; close it first") from None
    except duckdb.IOException as error:
        raise WorkspaceError(_why_not(path, str(error))) from None
    try:
        backend.con.execute("SET enable_progress_bar = false")  # progress is told by use cases, not by DuckDB
        schema.prepare(backend.con, place=str(path))
    except BaseException:
        backend.disconnect()
        raise
    for left in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    warehouse = Warehouse(folder, backend)
    quarantine.clear_up(folder, done=warehouse.imports())
    return warehouse


def _why_not(path: Path, error: str) -> str:
    if "lock" in error:
        return f"{path} is in use by another process; end that one first, or open another workspace"
    return f"{path} cannot be opened ({error.strip().splitlines()[0]}); restore it, or import into a new workspace"


class Warehouse:
    """The shop's tables; implements the ports `Tables` and `Shop`."""

    def __init__(self, folder: Path, backend: ibis.backends.duckdb.Backend) -> None:
        self.folder = folder
        self._backend = backend
        self._connection: duckdb.DuckDBPyConnection = backend.con

    def close(self) -> None:
        """Release the file for others."""
        self._backend.disconnect()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def has(self, name: str) -> bool:
        """Whether the table holds at least one row."""
        return self._connection.execute(f'SELECT 1 FROM "{contract(name).name}" LIMIT 1').fetchone() is not None

    def table(self, name: str) -> ibis.Table:
        """The canonical table, with all columns of its contract; InputError if it is empty."""
        if not self.has(name):
            raise InputError(f"the shop has no {name}; import a file with {contract(name).holds}")
        return self._backend.table(name).select(*contract(name).names)

    def present(self) -> list[str]:
        """Names of the canonical tables that hold rows."""
        return [name for name in TABLES if self.has(name)]

    # Bringing in

    @contextmanager
    def receive(self, source: Source) -> Iterator[Delivery]:
        """The raw rows of the source in a staging area, which is gone when the context ends."""
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=self.folder))
        self._held = count(1)
        try:
            self._connection.execute(f"ATTACH '{_quoted(scratch / 'staging.duckdb')}' AS {_STAGING}")
            landed = land(self._connection, source, staging=_STAGING, scratch=scratch)
            rows = self._staged(RAW)
            if not rows.count().to_pyarrow().as_py():
                raise InputError(f"{landed.name} has a header and no rows; it needs at least one row")
            yield Delivery(
                landed.name,
                landed.read_as,
                landed.fingerprint,
                landed.columns,
                rows,
                landed.utc_columns,
                landed.has_lost_text,
            )
        finally:
            self._connection.execute(f"DETACH DATABASE IF EXISTS {_STAGING}")
            shutil.rmtree(scratch, ignore_errors=True)

    def hold(self, rows: ibis.Table) -> ibis.Table:
        """The rows computed once and kept until the delivery ends."""
        name = f"held_{next(self._held)}"
        self._connection.execute(f"CREATE TABLE {_STAGING}.{name} AS {self._sql(rows)}")
        return self._staged(name)

    def taken(self, table: str, content: str) -> Taken | None:
        """The import that last took this content into the table; `None` if there was none."""
        found = self._connection.execute(
            "SELECT reading, n_quarantined FROM imports WHERE table_name = ? AND content = ?", [table, content]
        ).fetchone()
        if found is None:
            return None
        file = quarantine.final_path(self.folder, _import_name(table, content, found[0]))
        return Taken(found[0], found[1], file if file.exists() else None)

    def imports(self) -> frozenset[str]:
        """The names of all completed imports, as their quarantine files bear them."""
        found = self._connection.execute("SELECT table_name, content, reading FROM imports").fetchall()
        return frozenset(_import_name(*names) for names in found)

    def existing(self, table: str, *, besides: str) -> ibis.Table:
        """All rows of the table but those that came from the content `besides`; may be empty."""
        rows = self._backend.table(contract(table).name)
        return rows.filter(rows[schema.IMPORT] != besides).select(*contract(table).names)

    def take(self, batch: Batch) -> Path | None:
        """Put the batch in, in one transaction; where the rows in quarantine were written, if there are any."""
        self._connection.execute("BEGIN")
        try:
            self._delete(batch)
            self._insert(batch)
            part = self._write_quarantine(batch)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        # The file gets its name only now, so that no quarantine is shown for an import that did not happen.
        return None if part is None else quarantine.finish(part)

    def _delete(self, batch: Batch) -> None:
        self._connection.execute(f'DELETE FROM "{batch.table}" WHERE {schema.IMPORT} = ?', [batch.content])
        self._connection.execute(
            "DELETE FROM imports WHERE table_name = ? AND content = ?", [batch.table, batch.content]
        )
        if batch.replaced is not None:
            key = ", ".join(f'"{name}"' for name in contract(batch.table).key)
            self._connection.execute(f'DELETE FROM "{batch.table}" WHERE ({key}) IN ({self._sql(batch.replaced)})')

    def _insert(self, batch: Batch) -> None:
        rows = batch.rows.mutate(**{schema.IMPORT: ibis.literal(batch.content)})
        inserted = self._connection.execute(f'INSERT INTO "{batch.table}" {self._sql(rows)}').fetchone()
        assert inserted is not None
        assert inserted[0] == batch.n_rows, f"{batch.n_rows} rows accepted, {inserted[0]} arrived"
        self._connection.execute(
            "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)",
            [batch.table, batch.content, batch.reading, batch.source, batch.n_rows, batch.n_quarantined],
        )

    def _write_quarantine(self, batch: Batch) -> Path | None:
        if batch.quarantined is None:
            return None
        name = _import_name(batch.table, batch.content, batch.reading)
        return quarantine.write_part(self._connection, self._sql(batch.quarantined), folder=self.folder, name=name)

    def _staged(self, name: str) -> ibis.Table:
        return self._backend.table(name, database=(_STAGING, "main"))

    def _sql(self, rows: ibis.Table) -> str:
        return str(self._backend.compile(rows))


def _import_name(table: str, content: str, reading: str) -> str:
    return f"{table}-{fingerprint(content, reading)}"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
