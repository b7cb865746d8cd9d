"""How the database of a workspace is laid out, and whether this version can read it."""

from __future__ import annotations

import duckdb

from dealwright.core.errors import WorkspaceError
from dealwright.data.tables import TABLES, Kind

VERSION = 1
IMPORT = "import_content"
"""The hidden column that tells from which content a row came."""

_SQL_TYPES = {
    Kind.NAME: "VARCHAR",
    Kind.UNITS: "BIGINT",
    Kind.MONEY: "BIGINT",
    Kind.SHARE: "DOUBLE",
    Kind.DAY: "DATE",
    Kind.INSTANT: "TIMESTAMP",
    Kind.FLAG: "BOOLEAN",
}


def prepare(connection: duckdb.DuckDBPyConnection, *, place: str) -> None:
    """Create what is missing; WorkspaceError if the database is of another version."""
    connection.execute("CREATE TABLE IF NOT EXISTS meta (name VARCHAR, value VARCHAR)")
    found = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
    if found is None:
        _create(connection)
    elif found[0] != str(VERSION):
        raise WorkspaceError(
            f"{place} has layout {found[0]}, this version of dealwright reads layout {VERSION}; "
            "use the version that made it, or import the data into a new workspace"
        )


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN")
    for table in TABLES.values():
        columns = ", ".join(f'"{column.name}" {_SQL_TYPES[column.kind]}' for column in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns}, {IMPORT} VARCHAR)')
    connection.execute(
        "CREATE TABLE imports (table_name VARCHAR, content VARCHAR, reading VARCHAR, source VARCHAR, "
        "n_rows BIGINT, n_quarantined BIGINT)"
    )
    connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(VERSION)])
    connection.execute("COMMIT")
