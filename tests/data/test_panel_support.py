"""How much of a period and of the shop a promotion filled."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.data import columns as c
from dealwright.data.panel_sales import store_weights
from dealwright.data.panel_support import (
    SUPPORT,
    mechanics_by_store,
    over_reporting_stores,
    promoted_periods,
    reporting_stores,
    support_by_store,
)

MONDAY = date(2024, 1, 1)
SALES = pd.DataFrame(
    [
        ("1", datetime(2024, 1, 1), "tea", 1, 300, "big"),
        ("2", datetime(2024, 1, 1), "tea", 1, 100, "small"),
        ("3", datetime(2024, 1, 1), "tea", 1, 600, "silent"),
    ],
    columns=[c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.STORE],
)


def promotion(**more: object) -> dict[str, object]:
    return {c.SKU: "tea", c.STARTS_ON: MONDAY, c.ENDS_ON: date(2024, 1, 7), c.STORE: "big"} | more


def a_shop(*promotions: dict[str, object]) -> MemoryTables:
    return MemoryTables({"sales": SALES, "promotions": pd.DataFrame(promotions)})


def promoted(shop: MemoryTables, *, period_days: int = 7) -> ibis.Table:
    starts = [date(2024, 1, 1), date(2024, 1, 8)] if period_days == 7 else [date(2024, 1, 4), date(2024, 1, 5)]
    periods = ibis.memtable({c.PERIOD: starts}, schema={c.PERIOD: "date"})
    return promoted_periods(
        shop.table("promotions"), ibis.memtable({c.SKU: ["tea"]}), periods, period_days=period_days
    )


def support_of(*promotions: dict[str, object]) -> pd.DataFrame:
    shop = a_shop(*promotions)
    rows: pd.DataFrame = (
        over_reporting_stores(
            support_by_store(promoted(shop)),
            shop.table("promotions"),
            store_weights(shop.table("sales")),
            values=SUPPORT,
            by=[c.SKU, c.PERIOD],
        )
        .order_by(c.PERIOD)
        .to_pandas()
    )
    return rows


def test_display_share_is_weighted_by_what_the_reporting_stores_sell() -> None:
    rows = support_of(
        promotion(**{c.DISPLAY: True, c.MAILER: True}),
        promotion(**{c.STORE: "small", c.DISPLAY: False, c.MAILER: True}),
    )
    # The store that reports no promotions at all says nothing: 300 of 300 + 100.
    assert rows[c.DISPLAY].tolist() == [0.75]
    assert rows[c.MAILER].tolist() == [1.0]


def test_a_promotion_over_two_weeks_counts_in_both_by_its_days() -> None:
    thursday_on = {c.STARTS_ON: date(2024, 1, 4), c.ENDS_ON: date(2024, 1, 10)}
    rows = support_of(promotion(**thursday_on, **{c.DISPLAY: True, c.DEPTH: 0.35}))
    assert rows[c.DISPLAY].tolist() == pytest.approx([4 / 7, 3 / 7])
    assert rows[c.DEPTH].tolist() == pytest.approx([0.2, 0.15])


def test_a_day_is_promoted_or_not() -> None:
    shop = a_shop(promotion(**{c.STARTS_ON: date(2024, 1, 5), c.ENDS_ON: date(2024, 1, 10), c.DISPLAY: True}))
    rows = support_by_store(promoted(shop, period_days=1)).to_pandas()
    assert [str(day)[:10] for day in rows[c.PERIOD]] == ["2024-01-05"]
    assert rows[c.DISPLAY].tolist() == [1.0]


def test_a_promotion_without_store_counts_for_all_stores() -> None:
    assert support_of(promotion(**{c.STORE: None, c.MAILER: True}))[c.MAILER].tolist() == [1.0]


def test_two_promotions_of_one_store_are_no_more_than_the_stronger() -> None:
    rows = support_of(promotion(**{c.DEPTH: 0.1}), promotion(**{c.DEPTH: 0.3}))
    assert rows[c.DEPTH].tolist() == [0.3]


def test_kinds_of_promotion_are_told_apart_by_store() -> None:
    shop = a_shop(
        promotion(**{c.MECHANIC: "gift"}),
        promotion(**{c.MECHANIC: "bundle", c.ENDS_ON: MONDAY}),
        promotion(**{c.MECHANIC: None, c.STORE: "small"}),
    )
    kinds = mechanics_by_store(promoted(shop))
    assert kinds.order_by(c.MECHANIC).select(c.STORE, c.MECHANIC, c.SHARE).to_pandas().to_numpy().tolist() == [
        ["big", "bundle", pytest.approx(1 / 7)],
        ["big", "gift", 1.0],
    ]
    weights = store_weights(shop.table("sales"))
    chain = over_reporting_stores(
        kinds, shop.table("promotions"), weights, values=[c.SHARE], by=[c.SKU, c.PERIOD, c.MECHANIC]
    )
    assert chain.order_by(c.MECHANIC).to_pandas()[c.SHARE].tolist() == pytest.approx([0.75 / 7, 0.75])


def test_only_stores_on_the_list_report() -> None:
    shop = a_shop(promotion(), promotion(), promotion(**{c.STORE: None}))
    assert reporting_stores(shop.table("promotions")).to_pandas()[c.STORE].tolist() == ["big"]
