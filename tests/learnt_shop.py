"""A shop of three customers from whose sales recommenders learn: tables in memory, as an import leaves them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.data import columns as c
from small_shop import END

TEA_FIRST = [("ann", "tea", 7), ("bob", "tea", 7), ("cy", "tea", 7), ("ann", "milk", 14), ("bob", "milk", 14)]
ROWS = TEA_FIRST + [("cy", "bread", 7 * week) for week in range(1, 9)]
"""Customer, item, days before `END`: all buy tea, two of them milk, one bread, who buys it weekly."""


def sales_of(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Order lines of one unit at 2.50 each; a customer's day is an order."""
    return pd.DataFrame(
        {
            c.ORDER: [f"{who}-{back}" for who, _, back in rows],
            c.SOLD_AT: pd.to_datetime([END - timedelta(days=back) for _, _, back in rows]),
            c.SKU: [what for _, what, _ in rows],
            c.QUANTITY: 1,
            c.NET_AMOUNT: 250,
            c.CUSTOMER: [who for who, _, _ in rows],
        }
    )


def shop_of(rows: list[tuple[str, str, int]] | None = None, **more: pd.DataFrame) -> MemoryTables:
    """The shop, or one with other rows."""
    return MemoryTables({"sales": sales_of(ROWS if rows is None else rows)} | more)


def days_before_end(back: int) -> date:
    """A day that many days before `END`."""
    return END - timedelta(days=back)
