"""Read a file like a table of the shop, for one question, and keep nothing of it."""

from __future__ import annotations

import pandas as pd

from dealwright.app.ports import Landing
from dealwright.app.shop.judge_rows import judge_rows
from dealwright.app.shop.read_columns import read_columns
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.delivery import Delivery, Source
from dealwright.data.mapping import Entry, Mapping
from dealwright.data.tables import TableContract


def read_listed(
    table: TableContract, source: Source, *, landing: Landing, currency: str, time_zone: str
) -> pd.DataFrame:
    """The rows with the columns of `table`, in the order of the file; money in minor units.

    InputError, all at once, for columns that are missing, and
    then for rows that cannot be used.
    """
    with landing.receive(source) as delivery:
        mapping = _mapping(table, delivery)
        read = read_columns(table, delivery, mapping, landing=landing, currency=currency, time_zone=time_zone)
        judged = judge_rows(table, mapping, read, landing)
        # A row that only repeats another is no contradiction.
        wrong = [one for one in judged.problems if not one.is_note and one.code != "duplicated"]
        if wrong:
            raise InputError(*(f"{delivery.name}, {one}" for one in wrong))
        rows: pd.DataFrame = judged.good.order_by(c.ROW).select(*table.names).to_pandas()
    return rows


def _mapping(table: TableContract, delivery: Delivery) -> Mapping:
    """Columns by their own names; capitals do not count, and a space is as good as an underscore."""
    given = {name.strip().casefold().replace(" ", "_"): name for name in delivery.columns}
    entries = {name: Entry((given[name],)) for name in table.names if name in given}
    missing = [name for name in table.required if name not in entries]
    optional = [name for name in table.names if name not in table.required]
    if missing:
        listed = ", ".join(map(repr, delivery.columns))
        raise InputError(
            *(f"{delivery.name} has no column {name!r} (its columns are {listed}); add it" for name in missing),
            f"{', '.join(table.required)} are needed; {', '.join(optional)} may be there",
        )
    return Mapping(table.name, entries)
