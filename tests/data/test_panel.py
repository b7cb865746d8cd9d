"""The weekly panel: what it counts, and what it must not know."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import build_panel, price_and_depth, store_weights, week_of, weekly_sales, weekly_support

MONDAY = date(2024, 1, 1)


def order_lines(*rows: tuple[str, datetime, str, int, int, int, str]) -> pd.DataFrame:
    names = [c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT, c.STORE]
    return pd.DataFrame(rows, columns=names)


def test_a_week_sums_units_and_money_of_a_product_and_keeps_discounts_apart() -> None:
    lines = order_lines(
        ("1", datetime(2024, 1, 1, 9), "tea", 2, 700, 100, "A"),
        ("2", datetime(2024, 1, 7, 23, 59), "tea", 1, 400, 0, "A"),
        ("3", datetime(2024, 1, 8, 0, 0), "tea", 5, 2000, 0, "A"),
    )
    weekly = weekly_sales(MemoryTables({"sales": lines}).table("sales")).order_by(c.WEEK).to_pandas()
    assert weekly[c.UNITS].tolist() == [3, 5]
    assert weekly[c.REVENUE].tolist() == [1100, 2000]
    assert weekly[c.LIST_VALUE].tolist() == [1200, 2000]


@pytest.mark.parametrize(
    ("first_weekday", "expected"), [(0, date(2024, 1, 1)), (6, date(2024, 1, 7)), (3, date(2024, 1, 4))]
)
def test_a_week_starts_on_the_chosen_day(first_weekday: int, expected: date) -> None:
    day = ibis.memtable({"day": [date(2024, 1, 7)]}, schema={"day": "date"})
    found = day.select(week=week_of(day.day, first_weekday=first_weekday)).to_pandas()["week"][0]
    assert pd.Timestamp(found).date() == expected


def support_of(promotions: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    shop = MemoryTables({"sales": lines, "promotions": promotions})
    found: pd.DataFrame = (
        weekly_support(
            shop.table("promotions"),
            store_weights(shop.table("sales")),
            ibis.memtable({c.SKU: ["tea"]}),
            ibis.memtable({c.WEEK: [MONDAY, date(2024, 1, 8)]}, schema={c.WEEK: "date"}),
        )
        .order_by(c.WEEK)
        .to_pandas()
    )
    return found


def test_display_share_is_weighted_by_what_the_reporting_stores_sell() -> None:
    lines = order_lines(
        ("1", datetime(2024, 1, 1), "tea", 1, 300, 0, "big"),
        ("2", datetime(2024, 1, 1), "tea", 1, 100, 0, "small"),
        ("3", datetime(2024, 1, 1), "tea", 1, 600, 0, "silent"),
    )
    promotions = pd.DataFrame(
        {
            c.SKU: ["tea", "tea"],
            c.STARTS_ON: [MONDAY, MONDAY],
            c.ENDS_ON: [date(2024, 1, 7)] * 2,
            c.STORE: ["big", "small"],
            c.DISPLAY: [True, False],
            c.MAILER: [True, True],
        }
    )
    support = support_of(promotions, lines)
    # The store that reports no promotions at all says nothing: 300 of 300 + 100.
    assert support[c.DISPLAY_SHARE].tolist() == [0.75]
    assert support[c.MAILER_SHARE].tolist() == [1.0]


def test_a_promotion_over_two_weeks_counts_in_both_by_its_days() -> None:
    lines = order_lines(("1", datetime(2024, 1, 1), "tea", 1, 300, 0, "A"))
    promotions = pd.DataFrame(
        {
            c.SKU: ["tea"],
            c.STARTS_ON: [date(2024, 1, 4)],  # Thursday to the Wednesday after
            c.ENDS_ON: [date(2024, 1, 10)],
            c.STORE: ["A"],
            c.DISPLAY: [True],
        }
    )
    support = support_of(promotions, lines)
    assert support[c.DISPLAY_SHARE].tolist() == pytest.approx([4 / 7, 3 / 7])


def test_a_promotion_without_store_counts_for_all_stores() -> None:
    lines = order_lines(("1", datetime(2024, 1, 1), "tea", 1, 300, 0, "A"))
    promotions = pd.DataFrame(
        {c.SKU: ["tea"], c.STARTS_ON: [MONDAY], c.ENDS_ON: [date(2024, 1, 7)], c.MAILER: [True]}
    )
    assert support_of(promotions, lines)[c.MAILER_SHARE].tolist() == [1.0]


def test_a_discount_given_nearly_always_belongs_to_the_usual_price() -> None:
    units = np.full((1, 20), 10.0)
    listed = np.full((1, 20), 1000.0)  # shelf price 100
    net = np.full((1, 20), 900.0)  # 10 % off, always
    net[0, 10] = 720.0  # and once 28 % off the shelf, which is 20 % off the usual 90
    price, depth = price_and_depth(units, net, listed)
    assert price[0] == pytest.approx(np.full(20, 90.0))
    assert depth[0, 10] == pytest.approx(0.2)
    assert np.delete(depth[0], 10) == pytest.approx(np.zeros(19))


def test_without_recorded_discounts_the_usual_price_is_what_people_mostly_paid() -> None:
    units = np.full((1, 20), 10.0)
    net = np.full((1, 20), 1000.0)
    net[0, 5] = 700.0
    price, depth = price_and_depth(units, net, net)
    assert price[0] == pytest.approx(np.full(20, 100.0))
    assert depth[0, 5] == pytest.approx(0.3)


def weekly_rows(units: list[int], price: int = 100, cut: dict[int, int] | None = None) -> pd.DataFrame:
    weeks = pd.date_range(MONDAY, periods=len(units), freq="7D")
    paid = [(cut or {}).get(t, price) for t in range(len(units))]
    return pd.DataFrame(
        {
            c.SKU: "tea",
            c.WEEK: weeks,
            c.UNITS: units,
            c.REVENUE: [u * p for u, p in zip(units, paid, strict=True)],
            c.LIST_VALUE: [u * price for u in units],
        }
    ).query("units > 0")


CATALOGUE = pd.DataFrame({c.SKU: ["tea"], c.NAME: [None], c.CATEGORY: [None]})


def test_a_product_without_category_or_name_is_uncategorised_and_named_by_its_sku() -> None:
    rows = weekly_rows([5] * 10)
    totals = rows.assign(**{c.CATEGORY: "uncategorised"})[[c.CATEGORY, c.WEEK, c.UNITS]]
    panel = build_panel(rows, None, CATALOGUE, skus=["tea"], market_units=totals)
    assert panel.categories == ("uncategorised",)
    assert panel.products[c.NAME].tolist() == ["tea"]
    assert panel.market_units.tolist() == [[5.0] * 10]


def test_weeks_before_the_first_and_after_the_last_sale_are_not_active() -> None:
    rows = weekly_rows([0, 5, 0, 5, 0, 5])
    other = weekly_rows([1] * 7).assign(**{c.SKU: "milk"})
    both = pd.concat([rows, other])
    totals = both.groupby(c.WEEK, as_index=False)[c.UNITS].sum().assign(**{c.CATEGORY: "uncategorised"})
    catalogue = pd.DataFrame({c.SKU: ["tea", "milk"], c.NAME: [None, None], c.CATEGORY: [None, None]})
    panel = build_panel(both, None, catalogue, skus=["tea", "milk"], market_units=totals)
    assert panel.is_active[0].tolist() == [False, True, True, True, True, True, False]
    assert panel.is_depth_known[0].tolist() == [False, True, False, True, False, True, False]


def test_the_panel_cut_at_a_week_does_not_know_what_came_later() -> None:
    cheap_later = weekly_rows([10] * 30, cut=dict.fromkeys(range(20, 30), 50))
    same_past = weekly_rows([10] * 30)
    panels = [
        build_panel(
            rows,
            None,
            CATALOGUE,
            skus=["tea"],
            market_units=rows.assign(**{c.CATEGORY: "uncategorised"})[[c.CATEGORY, c.WEEK, c.UNITS]],
        ).until(date(2024, 5, 20))
        for rows in (cheap_later, same_past)
    ]
    assert len(panels[0].starts) == 20
    assert (panels[0].price == panels[1].price).all()
    assert (panels[0].depth == panels[1].depth).all()


def test_no_sales_at_all_is_refused() -> None:
    empty = weekly_rows([0, 0])
    with pytest.raises(InputError, match="no sales are left to model"):
        build_panel(empty, None, CATALOGUE, skus=["tea"], market_units=empty)
