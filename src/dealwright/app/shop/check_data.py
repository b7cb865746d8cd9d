"""How good the shop's data is: findings with a remedy, and what further tables would unlock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import ibis
import pandas as pd

from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.check import (
    check_customers,
    check_duplicates,
    check_keys,
    check_lines,
    check_missing,
    check_products,
)
from dealwright.data.check_history import check_dates, check_prices
from dealwright.data.finding import Finding, Severity
from dealwright.data.tables import still_locked


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was found in a shop's data, the worst first.

    `rows` is the number of rows by table; sales run from `first_day` to `last_day`, both included; `locked`
    says what each absent table would unlock.
    """

    findings: tuple[Finding, ...]
    rows: dict[str, int]
    first_day: date
    last_day: date
    locked: dict[str, str]

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "rows": dict(self.rows),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "locked": dict(self.locked),
        }


def check_data(tables: Tables, *, today: date | None = None, progress: Progress = silent) -> DataReport:
    """Check all tables of a shop; InputError if it has no sales.

    Order lines after `today` are reported if it is given.
    """
    if not tables.has("sales"):
        raise InputError("there are no sales to check; import a file of order lines as table 'sales' first")
    findings = sorted(
        _all_findings(tables, today=today, progress=progress),
        key=lambda finding: (finding.severity.rank, finding.table != "sales", finding.table, -finding.share),
    )
    first_day, last_day = _days_covered(tables.table("sales"))
    present = tables.present()
    rows = {name: int(tables.table(name).count().execute()) for name in present}
    return DataReport(tuple(findings), rows, first_day, last_day, still_locked(present))


def _all_findings(tables: Tables, *, today: date | None, progress: Progress) -> Iterator[Finding]:
    sales = tables.table("sales")
    products = tables.table("products") if tables.has("products") else None
    promotions = tables.table("promotions") if tables.has("promotions") else None
    progress("looking for missing values", 0.0)
    for name in tables.present():
        yield from check_missing(name, tables.table(name))
        yield from check_keys(name, tables.table(name))
    progress("checking order lines", 0.3)
    yield from check_lines(sales, today=today)
    yield from check_duplicates(sales)
    yield from check_customers(sales)
    yield from check_dates(sales)
    progress("checking products", 0.5)
    yield from check_products(sales, products)
    progress("checking prices and promotions", 0.7)
    yield from check_prices(sales, promotions)
    progress("data checked", 1.0)


def _days_covered(sales: ibis.Table) -> tuple[date, date]:
    days = sales.aggregate(first=sales[c.SOLD_AT].min(), last=sales[c.SOLD_AT].max()).execute().iloc[0]
    return pd.Timestamp(days["first"]).date(), pd.Timestamp(days["last"]).date()
