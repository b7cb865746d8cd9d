"""The last count is what is on the shelf."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.supply.counts import latest_counts


def counted(*rows: tuple[str, str | None, date, int]) -> list[tuple[str, int, date]]:
    """Rows are (sku, store, day, units); the answer is (sku, units, oldest day)."""
    frame = pd.DataFrame(rows, columns=["sku", "store_id", "counted_on", "units"])
    found = latest_counts(MemoryTables({"stock": frame}).table("stock")).execute()
    days = pd.to_datetime(found["counted_on"]).dt.date
    return list(zip(found["sku"], found["units"], days, strict=True))


def test_the_latest_count_of_each_store_is_summed_and_the_oldest_day_is_told() -> None:
    assert counted(
        ("tea", "1", date(2024, 1, 1), 99),
        ("tea", "1", date(2024, 1, 8), 10),
        ("tea", "2", date(2024, 1, 5), 7),
        ("jam", "1", date(2024, 1, 2), 0),
    ) == [("jam", 0, date(2024, 1, 2)), ("tea", 17, date(2024, 1, 5))]


def test_counts_without_a_store_are_of_the_whole_shop() -> None:
    assert counted(("tea", None, date(2024, 1, 1), 5), ("tea", None, date(2024, 1, 3), 4)) == [
        ("tea", 4, date(2024, 1, 3))
    ]
