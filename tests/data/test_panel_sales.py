"""Sums of sales by series and period, made in the database."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel_sales import (
    market_units,
    over_stores,
    sales_by_period,
    store_weights,
    week_of,
    weekly_sales,
)

LINES = pd.DataFrame(
    [
        ("1", datetime(2024, 1, 1, 9), "tea", 2, 700, 100, "A", "ann"),
        ("2", datetime(2024, 1, 7, 23, 59), "tea", 1, 400, None, "A", "ann"),
        ("3", datetime(2024, 1, 7, 12), "tea", 4, 1600, 0, "B", "bob"),
        ("4", datetime(2024, 1, 8, 0, 0), "tea", 5, 2000, 0, "A", "ann"),
        ("5", datetime(2024, 1, 8, 0, 0), "jam", 3, 300, 0, None, "ann"),
    ],
    columns=[c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT, c.STORE, c.CUSTOMER],
)
PRODUCTS = pd.DataFrame({c.SKU: ["tea"], c.CATEGORY: ["hot"]})


def lines() -> ibis.Table:
    return MemoryTables({"sales": LINES}).table("sales")


def test_a_week_sums_units_and_money_of_a_product_and_keeps_discounts_apart() -> None:
    rows = sales_by_period(lines(), Grain()).order_by(c.SKU, c.PERIOD).to_pandas()
    assert rows[c.SKU].tolist() == ["jam", "tea", "tea"]
    assert rows[c.UNITS].tolist() == [3, 7, 5]
    assert rows[c.REVENUE].tolist() == [300, 2700, 2000]
    assert rows[c.LIST_VALUE].tolist() == [300, 2800, 2000]


def test_customers_of_a_week_are_counted_once() -> None:
    rows = weekly_sales(lines()).order_by(c.SKU, c.WEEK).to_pandas()
    assert rows[c.UNITS].tolist() == [3, 7, 5]
    assert rows[c.N_CUSTOMERS].tolist() == [1, 2, 1]


def test_stores_and_days_are_told_apart_and_lines_without_a_store_belong_to_none() -> None:
    rows = sales_by_period(lines(), Grain(period_days=1, by_store=True)).order_by(c.STORE, c.PERIOD).to_pandas()
    assert rows[c.STORE].tolist() == ["A", "A", "A", "B"]
    assert [str(day)[:10] for day in rows[c.PERIOD]] == ["2024-01-01", "2024-01-07", "2024-01-08", "2024-01-07"]
    assert rows[c.UNITS].tolist() == [2, 1, 5, 4]


def test_the_stores_of_the_chain_add_up() -> None:
    chain = over_stores(sales_by_period(lines(), Grain(by_store=True))).order_by(c.PERIOD).to_pandas()
    assert chain[c.UNITS].tolist() == [7, 5]
    assert chain[c.LIST_VALUE].tolist() == [2800, 2000]


def test_a_market_is_a_category_and_in_a_store_if_stores_are_told_apart() -> None:
    shop = MemoryTables({"sales": LINES, "products": PRODUCTS})
    sales, products = shop.table("sales"), shop.table("products")
    of_chain = market_units(sales_by_period(sales, Grain()), products, Grain()).order_by(c.CATEGORY, c.PERIOD)
    assert of_chain.select(c.CATEGORY, c.UNITS).to_pandas().to_numpy().tolist() == [
        ["hot", 7],
        ["hot", 5],
        ["uncategorised", 3],
    ]
    grain = Grain(by_store=True)
    of_stores = market_units(sales_by_period(sales, grain), products, grain).order_by(c.STORE, c.PERIOD)
    assert of_stores.select(c.STORE, c.UNITS).to_pandas().to_numpy().tolist() == [["A", 3], ["A", 5], ["B", 4]]


def test_a_store_weighs_what_it_sells() -> None:
    weights = store_weights(lines()).order_by(c.STORE).to_pandas()
    assert weights.to_numpy().tolist() == [["A", 3100.0], ["B", 1600.0]]


@pytest.mark.parametrize(
    ("first_weekday", "expected"), [(0, date(2024, 1, 1)), (6, date(2024, 1, 7)), (3, date(2024, 1, 4))]
)
def test_a_week_starts_on_the_chosen_day(first_weekday: int, expected: date) -> None:
    day = ibis.memtable({"day": [date(2024, 1, 7)]}, schema={"day": "date"})
    found = day.select(week=week_of(day.day, first_weekday=first_weekday)).to_pandas()["week"][0]
    assert pd.Timestamp(found).date() == expected
