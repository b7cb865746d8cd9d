"""Competitors' prices, advertising and empty shelves, by period."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel_drivers import (
    advertising_pressure,
    competitor_prices,
    shelf_by_period,
    spend_by_period,
    unit_costs,
)
from dealwright.data.panel_sales import store_weights

WEEKS = [date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 15)]
TEA = {c.SKU: ["tea"]}


def seen(*prices: tuple[date, date | None, int, str | None, str | None], grain: Grain) -> pd.DataFrame:
    """Prices are (from, until, price, competitor, store)."""
    names = [c.STARTS_ON, c.ENDS_ON, c.REGULAR_PRICE, c.COMPETITOR, c.STORE]
    shop = MemoryTables({"prices": pd.DataFrame(prices, columns=names).assign(**{c.SKU: "tea"})})
    periods = ibis.memtable({c.PERIOD: WEEKS}, schema={c.PERIOD: "date"})
    rows: pd.DataFrame = (
        competitor_prices(shop.table("prices"), ibis.memtable(TEA), periods, grain).order_by(c.PERIOD).to_pandas()
    )
    return rows.assign(price=np.exp(rows[c.LOG_PRICE]), day=[str(day)[:10] for day in rows[c.PERIOD]])


def test_a_competitors_price_holds_until_the_next_one_and_counts_by_its_days() -> None:
    rows = seen(
        (date(2023, 12, 1), None, 100, "rival", None), (date(2024, 1, 10), None, 170, "rival", None), grain=Grain()
    )
    # Two days at 100 and five at 170 in the second week.
    assert rows["price"].tolist() == pytest.approx([100, 150, 170])


def test_a_competitors_price_of_nothing_is_no_price() -> None:
    rows = seen(
        (date(2023, 12, 1), None, 100, "rival", None), (date(2024, 1, 8), None, 0, "rival", None), grain=Grain()
    )
    assert rows["price"].tolist() == pytest.approx([100, 100, 100])


def test_a_competitors_price_ends_when_it_says_so() -> None:
    rows = seen((date(2024, 1, 3), date(2024, 1, 5), 100, "rival", None), grain=Grain())
    assert rows["day"].tolist() == ["2024-01-01"]
    assert rows["price"].tolist() == pytest.approx([100])


def test_competitors_count_alike_and_the_own_price_list_does_not() -> None:
    day = date(2024, 1, 15)
    rows = seen(
        (day, None, 100, "rival", None),
        (day, None, 400, "other", None),
        (day, None, 999, None, None),
        grain=Grain(),
    )
    assert rows["price"].tolist() == pytest.approx([200])  # the geometric mean


def test_a_price_seen_near_a_store_is_that_stores() -> None:
    day = date(2024, 1, 15)
    prices = ((day, None, 100, "rival", "A"), (day, None, 200, "rival", None))
    rows = seen(*prices, grain=Grain(by_store=True)).sort_values(c.STORE)
    assert rows["price"].tolist() == pytest.approx([100, 200])
    assert rows[c.STORE].tolist()[0] == "A"
    assert pd.isna(rows[c.STORE].tolist()[1])
    assert seen(*prices, grain=Grain())["price"].tolist() == pytest.approx([150])


def test_a_price_corrected_on_its_own_day_is_replaced() -> None:
    day = date(2024, 1, 15)
    rows = seen((day, None, 90, "rival", None), (day, None, 95, "rival", None), grain=Grain())
    assert rows["price"].tolist() == pytest.approx([95])


def test_spending_of_all_channels_adds_up_by_period() -> None:
    spent = pd.DataFrame(
        {
            c.CHANNEL: ["tv", "web", "tv"],
            c.SPENT_ON: [date(2024, 1, 1), date(2024, 1, 7), date(2024, 1, 8)],
            c.SPEND_AMOUNT: [100, 20, 7],
        }
    )
    table = MemoryTables({"ad_spend": spent}).table("ad_spend")
    assert spend_by_period(table, Grain()).order_by(c.PERIOD).to_pandas()[c.SPEND_AMOUNT].tolist() == [120, 7]
    assert len(spend_by_period(table, Grain(period_days=1)).to_pandas()) == 3


@pytest.mark.parametrize(("period_days", "n"), [(7, 2), (1, 14)])
def test_half_of_what_an_advertisement_does_is_gone_after_two_weeks(period_days: int, n: int) -> None:
    spend = np.zeros(n + 1)
    spend[0] = 1000.0
    assert np.expm1(advertising_pressure(spend, period_days=period_days)[[0, n]]) == pytest.approx([1000, 500])


def counts(*rows: tuple[date, int, str | None], grain: Grain) -> pd.DataFrame:
    names = [c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.STORE]
    day = datetime(2024, 1, 1)
    sales = pd.DataFrame([("1", day, "tea", 1, 300, "A"), ("2", day, "tea", 1, 100, "B")], columns=names)
    stock = pd.DataFrame(rows, columns=[c.COUNTED_ON, c.UNITS, c.STORE]).assign(**{c.SKU: "tea"})
    shop = MemoryTables({"sales": sales, "stock": stock})
    shelf = shelf_by_period(shop.table("stock"), ibis.memtable(TEA), store_weights(shop.table("sales")), grain)
    found: pd.DataFrame = shelf.to_pandas()
    return found


def test_availability_is_the_share_of_counted_days_with_stock_weighted_by_what_stores_sell() -> None:
    found = counts(
        (date(2024, 1, 1), 5, "A"), (date(2024, 1, 2), 0, "A"), (date(2024, 1, 3), 0, "B"), grain=Grain()
    )
    # A: half of its counts, three quarters of the sales; B: none.
    assert found[c.SHARE].tolist() == [0.375]


def test_a_store_that_was_not_counted_says_nothing_of_the_shelf() -> None:
    assert counts((date(2024, 1, 1), 0, "B"), grain=Grain())[c.SHARE].tolist() == [0.0]


def test_a_count_in_a_store_that_sold_nothing_is_better_than_none() -> None:
    assert counts((date(2024, 1, 1), 0, "new"), grain=Grain())[c.SHARE].tolist() == [0.0]


def test_counts_of_stores_are_told_apart() -> None:
    found = counts((date(2024, 1, 1), 5, "A"), (date(2024, 1, 1), 0, None), grain=Grain(by_store=True)).sort_values(
        c.STORE
    )
    assert found[c.SHARE].tolist() == [1.0, 0.0]


def test_a_unit_cost_holds_until_the_next_and_counts_by_its_days() -> None:
    rows = pd.DataFrame(
        [("tea", date(2023, 12, 1), 100), ("tea", date(2024, 1, 10), 170)],
        columns=[c.SKU, c.STARTS_ON, c.UNIT_COST],
    )
    shop = MemoryTables({"costs": rows})
    periods = ibis.memtable({c.PERIOD: WEEKS}, schema={c.PERIOD: "date"})
    found = unit_costs(shop.table("costs"), ibis.memtable(TEA), periods, Grain()).order_by(c.PERIOD).to_pandas()
    assert np.exp(found[c.LOG_PRICE]).tolist() == pytest.approx([100, 150, 170])
