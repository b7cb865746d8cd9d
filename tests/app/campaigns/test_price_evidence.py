"""What is read of prices before a day, from tables of sales."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.app.campaigns.price_evidence import price_evidence

START = date(2026, 11, 11)


def day(back: int) -> date:
    return START - timedelta(days=back)


def sales(*rows: tuple[int, int, int], store: str = "s1") -> list[dict[str, Any]]:
    """So many units of tea, so many days before the start, at a price."""
    return [
        {
            "order_id": f"o{number}-{store}",
            "sold_at": pd.Timestamp(day(back)) + pd.Timedelta(hours=12),
            "sku": "TEA",
            "quantity": units,
            "net_amount": price * units,
            "discount_amount": 0,
            "store_id": store,
        }
        for number, (back, price, units) in enumerate(rows)
    ]


def rows(tables: MemoryTables, kind: str) -> list[tuple[date, date, int]]:
    known = price_evidence(tables, START, skus=None)["TEA"]
    return sorted((one.since, one.until, one.price_minor) for one in known.history.rows if one.kind == kind)


def test_days_without_a_break_at_one_price_are_one_row_and_a_gap_or_another_price_begins_a_new_one() -> None:
    sold = sales((9, 100, 1), (8, 100, 1), (7, 90, 1), (6, 100, 1), (4, 100, 1), (3, 100, 1), (3, 100, 2))
    tables = MemoryTables({"sales": pd.DataFrame(sold)})
    wanted = [
        (day(9), day(8), 100),
        (day(7), day(7), 90),
        (day(6), day(6), 100),
        (day(4), day(3), 100),
    ]
    assert rows(tables, "paid") == wanted
    assert rows(tables, "offered") == wanted


def test_what_half_of_the_units_were_paid_at_was_not_the_price_for_everybody() -> None:
    tables = MemoryTables({"sales": pd.DataFrame(sales((3, 100, 2), (3, 80, 2), (2, 100, 2), (2, 80, 3)))})
    assert rows(tables, "offered") == [(day(2), day(2), 80)]
    assert rows(tables, "paid") == [(day(3), day(2), 80), (day(3), day(2), 100)]


def test_places_do_not_join_in_one_row() -> None:
    sold = [*sales((3, 100, 1)), *sales((2, 100, 1), store="s2")]
    tables = MemoryTables({"sales": pd.DataFrame(sold)})
    assert rows(tables, "paid") == [(day(3), day(3), 100), (day(2), day(2), 100)]


def test_list_prices_hold_until_the_next_one_or_their_own_end() -> None:
    prices = [
        {"sku": "TEA", "starts_on": day(30), "regular_price": 120},
        {"sku": "TEA", "starts_on": day(20), "regular_price": 110, "ends_on": day(15)},
        {"sku": "TEA", "starts_on": day(10), "regular_price": 100},
    ]
    tables = MemoryTables({"prices": pd.DataFrame(prices)})
    assert rows(tables, "regular") == [
        (day(30), day(21), 120),
        (day(20), day(15), 110),
        (day(10), START, 100),
    ]
