"""The tables of a shop without sales of days that cannot have been yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import ibis
import pandas as pd

from dealwright.app.ports import Tables
from dealwright.data import columns as c
from dealwright.data.finding import Finding, Severity

FEW = 0.01
"""Share of order lines that may be a mistake where a shop's calendar is ahead of ours."""


@dataclass(frozen=True, slots=True)
class CredibleTables:
    """Tables (`app.ports.Tables`) whose sales end with the day `until`: the last that can have been.

    `findings` tells of the `n_left_out` order lines after it. `until` is None where there are no sales.
    """

    tables: Tables
    until: date | None = None
    n_left_out: int = 0
    findings: tuple[Finding, ...] = ()

    def has(self, name: str) -> bool:
        """Whether the table holds at least one row."""
        return self.tables.has(name)

    def table(self, name: str) -> ibis.Table:
        """The canonical table; InputError if it is empty or absent."""
        rows = self.tables.table(name)
        return self.credible(rows) if name == "sales" else rows

    def present(self) -> list[str]:
        """Names of the canonical tables that hold rows."""
        return self.tables.present()

    def credible(self, sales: ibis.Table) -> ibis.Table:
        """Those of the order lines that are not left out."""
        if self.until is None or not self.n_left_out:
            return sales
        return sales.filter(sales[c.SOLD_AT].date() <= self.until)


def credible_tables(tables: Tables, *, today: date | None) -> CredibleTables:
    """The tables as they can be believed on the day `today`; all of them if that is None.

    One order line of the year 2099 would make everybody look long gone. So lines dated after `today` are left out,
    if most lines are not. If most are (a sample, or a simulated shop), the shop's calendar is ahead of ours, and
    only a last hundredth of the lines is left out that lies further off than all the others span.
    """
    if not tables.has("sales"):
        return CredibleTables(tables)
    sales = tables.table("sales")
    last = pd.Timestamp(sales[c.SOLD_AT].max().execute()).date()
    if today is None or last <= today:
        return CredibleTables(tables, last)
    counted = sales.group_by(day=sales[c.SOLD_AT].date()).agg(n=sales.count()).order_by("day").execute()
    days = [pd.Timestamp(day).date() for day in counted["day"]]
    until = _last_credible(days, counted["n"].tolist(), today)
    after = [n for day, n in zip(days, counted["n"], strict=True) if day > until]
    if not after:
        return CredibleTables(tables, last)
    share = sum(after) / int(counted["n"].sum())
    examples = tuple(str(day) for day in days if day > until)[:3]
    finding = Finding("future_dates", Severity.SERIOUS, "sales", int(sum(after)), share, examples)
    return CredibleTables(tables, until, int(sum(after)), (finding,))


def _last_credible(days: Sequence[date], n: Sequence[int], today: date) -> date:
    n_by_today = sum(count for day, count in zip(days, n, strict=True) if day <= today)
    if 2 * n_by_today >= sum(n):
        return max(day for day in days if day <= today)
    so_far = 0
    for count, (day, after) in zip(n, pairwise(days), strict=False):
        so_far += count
        is_far = after - day > max(day - days[0], timedelta(days=1))
        if is_far and so_far >= (1 - FEW) * sum(n):
            return day
    return days[-1]
