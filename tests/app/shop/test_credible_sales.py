"""Sales of days that cannot have been yet are left out and told."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.shop.credible_sales import credible_tables

TODAY = date(2026, 5, 1)


def shop_of(*days: date) -> MemoryTables:
    lines = [
        {"order_id": f"{n}", "sold_at": pd.Timestamp(day), "sku": "tea", "quantity": 1, "net_amount": 100}
        for n, day in enumerate(days)
    ]
    return MemoryTables({"sales": pd.DataFrame(lines)})


def every_day(first: date, n: int) -> list[date]:
    return [first + timedelta(days=k) for k in range(n)]


def test_a_sale_of_the_year_2099_is_left_out_and_told() -> None:
    found = credible_tables(shop_of(*every_day(date(2026, 1, 1), 10), date(2099, 1, 1)), today=TODAY)
    assert (found.until, found.n_left_out) == (date(2026, 1, 10), 1)
    assert len(found.table("sales").execute()) == 10
    (finding,) = found.findings
    assert (finding.code, finding.count, finding.examples) == ("future_dates", 1, ("2099-01-01",))


def test_sales_of_today_are_believed() -> None:
    found = credible_tables(shop_of(date(2026, 4, 30), TODAY), today=TODAY)
    assert (found.until, found.findings) == (TODAY, ())
    assert len(found.table("sales").execute()) == 2


def test_without_knowing_the_day_every_sale_is_believed() -> None:
    found = credible_tables(shop_of(TODAY, date(2099, 1, 1)), today=None)
    assert (found.until, found.n_left_out) == (date(2099, 1, 1), 0)


def test_a_shop_that_lives_ahead_of_us_is_believed() -> None:
    found = credible_tables(shop_of(*every_day(date(2030, 1, 1), 200)), today=TODAY)
    assert (found.until, found.n_left_out) == (date(2030, 7, 19), 0)


def test_a_shop_that_lives_ahead_of_us_has_stray_days_too() -> None:
    found = credible_tables(shop_of(*every_day(date(2030, 1, 1), 200), date(2099, 1, 1)), today=TODAY)
    assert (found.until, found.n_left_out) == (date(2030, 7, 19), 1)


@pytest.mark.parametrize("name", ["customers", "products"])
def test_other_tables_are_as_they_are(name: str) -> None:
    column = {"customers": "customer_id", "products": "sku"}[name]
    shop = MemoryTables({name: pd.DataFrame({column: ["a"]})})
    found = credible_tables(shop, today=TODAY)
    assert found.present() == [name]
    assert found.table(name).execute()[column].tolist() == ["a"]
    assert not found.has("sales")
