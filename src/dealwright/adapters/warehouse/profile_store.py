"""Customers' profiles kept in the database of a workspace, beside the order lines they were counted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from itertools import count
from typing import Any

import ibis
import ibis.expr.operations as ops

from dealwright.adapters.warehouse import schema
from dealwright.adapters.warehouse.store import Warehouse
from dealwright.app.customers.keep_profiles import Kept
from dealwright.core.verdict import Verdict
from dealwright.customer.profile_growth import KeptTables
from dealwright.data import columns as c
from dealwright.data.tables import contract

LAYOUT = 2
"""Of the tables kept; where another is found, profiles are counted anew."""
_PLACE = "profiles"
_CATALOGUE = "products"
_COUNTED = ("sales", "redemptions", _CATALOGUE)
_TOTALS = "totals"
_NOTHING = Verdict(False, "nothing_kept", "no profiles were kept before")
_REPLACED = Verdict(False, "import_replaced", "an import that was counted has been replaced")


class ProfileStore:
    """The kept profiles of a warehouse; implements `app.keep_profiles.ProfileStore`.

    What it holds between two writings is gone when the warehouse closes.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._backend = warehouse._backend
        self._connection = warehouse._connection
        self._held = count(1)

    def kept(self) -> Kept:
        """What is kept of imports that are all still there."""
        there = self._present()
        if "state" not in there:
            return Kept(None, _NOTHING)
        layout, n_left_out = self._rows(f"SELECT layout, n_left_out FROM {_PLACE}.state")[0]
        if layout != LAYOUT:
            return Kept(None, _NOTHING)
        gone = {name for name, *_ in self._rows(f"FROM {_PLACE}.counted EXCEPT ({self._imports()})")}
        if gone - {_CATALOGUE}:
            return Kept(None, _REPLACED)
        new = {name for name, *_ in self._rows(f"{self._imports()} EXCEPT FROM {_PLACE}.counted")}
        names = [field.name for field in fields(KeptTables)]
        tables = KeptTables(**{name: self._table(name) for name in names if name in there})
        has_moved = _CATALOGUE in new | gone
        return Kept(tables, n_left_out=n_left_out, is_current=not new - {_CATALOGUE}, may_have_moved=has_moved)

    def fresh(self, name: str) -> ibis.Table:
        """The rows of a canonical table that came by imports not counted yet; may be empty."""
        new = self._rows(f"{self._imports()} EXCEPT FROM {_PLACE}.counted")
        contents = [content for table, content, _ in new if table == name]
        rows = self._backend.table(name)
        return rows.filter(rows[schema.IMPORT].isin(contents)).select(*contract(name).names)

    def hold(self, rows: ibis.Table) -> ibis.Table:
        """The rows computed once and kept until something is written."""
        name = f"held_profiles_{next(self._held)}"
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self._typed(rows)}")
        return self._backend.table(name, database=("temp", "main"))

    def write(self, tables: Mapping[str, ibis.Table], *, anew: bool, n_left_out: int) -> None:
        """Keep these rows, all or none: instead of what there is, or in addition to it."""
        self._connection.execute("BEGIN")
        try:
            if anew:
                self._connection.execute(f"DROP SCHEMA IF EXISTS {_PLACE} CASCADE")
                self._connection.execute(f"CREATE SCHEMA {_PLACE}")
            for name, rows in tables.items():
                self._add(name, self._sql(rows), is_there=name in self._present())
            self._connection.execute(f"CREATE OR REPLACE TABLE {_PLACE}.counted AS {self._imports()}")
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {_PLACE}.state AS SELECT {LAYOUT} AS layout, {n_left_out} AS n_left_out"
            )
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        for number in range(1, next(self._held)):
            self._connection.execute(f"DROP TABLE IF EXISTS temp.held_profiles_{number}")
        self._held = count(1)

    def _add(self, name: str, rows: str, *, is_there: bool) -> None:
        place = f"{_PLACE}.{name}"
        if not is_there:
            self._connection.execute(f"CREATE TABLE {place} AS {rows}")
            return
        if name == _TOTALS:
            self._connection.execute(
                f"DELETE FROM {place} WHERE {c.CUSTOMER} IN (SELECT {c.CUSTOMER} FROM ({rows}))"
            )
        self._connection.execute(f"INSERT INTO {place} BY NAME {rows}")

    def _present(self) -> set[str]:
        found = self._rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = ?", _PLACE)
        return {name for (name,) in found}

    def _imports(self) -> str:
        names = ", ".join(f"'{name}'" for name in _COUNTED)
        return f"SELECT table_name, content, reading FROM imports WHERE table_name IN ({names})"

    def _table(self, name: str) -> ibis.Table:
        return self._backend.table(name, database=_PLACE)

    def _rows(self, query: str, *given: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, list(given)).fetchall()

    def _sql(self, rows: ibis.Table) -> str:
        """The query; to compile the name of what is held would take as long as to read it."""
        held = rows.op()
        if isinstance(held, ops.DatabaseTable):
            return f'FROM "{held.namespace.catalog}"."{held.namespace.database}"."{held.name}"'
        return str(self._backend.compile(rows))

    def _typed(self, rows: ibis.Table) -> str:
        """The query with the types it promises: DuckDB itself sums whole numbers into 128 bits."""
        kinds = {name: self._backend.compiler.type_mapper.to_string(kind) for name, kind in rows.schema().items()}
        columns = [f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in kinds.items()]
        return f"SELECT {', '.join(columns)} FROM ({self._sql(rows)})"
