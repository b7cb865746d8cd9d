"""The tables of a shop as they were known on a day of the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from dealwright.app.ports import Tables
from dealwright.data.tables import TABLES, Kind


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """Tables (`app.ports.Tables`) without the rows that happened, or began, on `day` or later.

    Tables without a day of their own (products, customers) are as they are now.
    """

    tables: Tables
    day: date

    def has(self, name: str) -> bool:
        """Whether the table held at least one row."""
        if not self.tables.has(name):
            return False
        return _dated(name) is None or bool(self.table(name).limit(1).count().execute())

    def table(self, name: str) -> ibis.Table:
        """The canonical table as it was; InputError if it is empty or absent now."""
        rows, column = self.tables.table(name), _dated(name)
        return rows if column is None else rows.filter(rows[column].cast("date") < self.day)

    def present(self) -> list[str]:
        """Names of the canonical tables that held rows."""
        return [name for name in self.tables.present() if self.has(name)]


def _dated(name: str) -> str | None:
    """The column that says when a row happened or began."""
    days = [one.name for one in TABLES[name].columns if one.is_required and one.kind in (Kind.DAY, Kind.INSTANT)]
    return days[0] if days else None
