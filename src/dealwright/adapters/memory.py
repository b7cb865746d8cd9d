"""Tables that live in memory: for notebooks, tests and small shops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from dealwright.core.errors import InputError
from dealwright.data.tables import TABLES, TableContract, contract

if TYPE_CHECKING:
    import pandas as pd


class MemoryTables:
    """Canonical tables given as pandas frames; implements `app.ports.Tables`.

    `frames` maps the name of a canonical table to its rows. Optional columns may be left out: they are filled
    with nulls of the contract's type. All that is wrong with the frames is told at once, as `InputError`.

    >>> import pandas as pd
    >>> shop = MemoryTables({"stores": pd.DataFrame({"store_id": ["07"], "name": ["Harbour"]})})
    >>> shop.present()
    ['stores']
    >>> shop.table("stores").columns
    ('store_id', 'name', 'region')
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        problems = [problem for name, frame in frames.items() for problem in _problems(contract(name), frame)]
        if problems:
            raise InputError(*problems)
        self._rows = {name: len(frame) for name, frame in frames.items()}
        self._database = ibis.duckdb.connect()
        for name, frame in frames.items():
            self._database.create_table(name, _typed(contract(name), frame))

    def has(self, name: str) -> bool:
        """Whether the table holds at least one row."""
        return self._rows.get(contract(name).name, 0) > 0

    def table(self, name: str) -> ibis.Table:
        """The canonical table, with all columns of its contract; InputError if it is empty or absent."""
        if not self.has(name):
            raise InputError(
                f"table {name!r} holds no rows; give it to have {contract(name).unlocks}. "
                f"Present: {', '.join(self.present()) or 'none'}"
            )
        return self._database.table(name)

    def present(self) -> list[str]:
        """Names of the canonical tables that hold rows."""
        return [name for name in TABLES if self.has(name)]


def _problems(table: TableContract, frame: pd.DataFrame) -> list[str]:
    absent = [
        f"table {table.name!r} has no column {name!r}; it needs {', '.join(table.required)}"
        for name in table.required
        if name not in frame.columns
    ]
    strange = [
        str(InputError.unknown(f"column of table {table.name!r}", str(name), table.names))
        for name in frame.columns
        if name not in table.names
    ]
    if absent or strange:
        return absent + strange
    return [problem for column in frame.columns if (problem := _misfit(table, frame, str(column)))]


def _misfit(table: TableContract, frame: pd.DataFrame, name: str) -> str:
    try:
        _column(table, frame, name)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as refusal:
        stored_as = table.column(name).kind.stored_as
        return f"column {name!r} of table {table.name!r} does not fit {stored_as}: {refusal}"
    return ""


def _typed(table: TableContract, frame: pd.DataFrame) -> pa.Table:
    return pa.table({name: _column(table, frame, name) for name in table.names})


def _column(table: TableContract, frame: pd.DataFrame, name: str) -> pa.Array:
    stored_as = ibis.dtype(table.column(name).kind.stored_as).to_pyarrow()
    if name not in frame.columns:
        return pa.nulls(len(frame), type=stored_as)
    return pa.Array.from_pandas(frame[name], type=stored_as)
