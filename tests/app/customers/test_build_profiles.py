"""Profiles are built from what is there, and segments compared over time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.build_profiles import build_profiles, drift_of_segments
from dealwright.core.errors import InputError


def lines_of(first: int, n_customers: int) -> pd.DataFrame:
    """Customer i comes i + 1 times, a day after the other, and pays 100 + i each time."""
    rows = [
        {
            "order_id": f"{i}-{visit}",
            "sold_at": pd.Timestamp("2024-01-01") + pd.Timedelta(days=visit),
            "sku": "tea",
            "quantity": 1,
            "net_amount": 100 + i,
            "customer_id": f"{i:03}",
        }
        for i in range(first, n_customers)
        for visit in range(i + 1)
    ]
    return pd.DataFrame(rows)


def test_profiles_are_as_of_the_last_day_of_sales() -> None:
    found = build_profiles(MemoryTables({"sales": lines_of(0, 5)})).execute().set_index("customer_id")
    assert found["orders"].tolist() == [1, 2, 3, 4, 5]
    assert found["days_since_purchase"].tolist() == [4, 3, 2, 1, 0]


def test_profiles_as_of_a_later_day_are_that_much_older() -> None:
    found = build_profiles(MemoryTables({"sales": lines_of(0, 2)}), at=date(2024, 1, 10)).execute()
    assert found["days_since_purchase"].tolist() == [9, 8]


def test_profiles_as_of_a_day_before_the_last_sale_are_refused() -> None:
    with pytest.raises(
        InputError, match="as of 2024-01-01 cannot be built from sales up to 2024-01-05; take 2024-01-05"
    ):
        build_profiles(MemoryTables({"sales": lines_of(0, 5)}), at=date(2024, 1, 1))


def test_customers_and_coupons_are_used_where_they_are_known() -> None:
    shop = MemoryTables(
        {
            "sales": lines_of(0, 2),
            "customers": pd.DataFrame({"customer_id": ["000"], "joined_on": [date(2023, 12, 31)]}),
            "redemptions": pd.DataFrame(
                {"coupon_id": ["c"], "redeemed_on": [date(2024, 1, 1)], "customer_id": ["001"]}
            ),
        }
    )
    found = build_profiles(shop).execute()
    assert found["tenure_days"].tolist() == [2, 1]
    assert found["coupons_used"].tolist() == [0, 1]


def test_a_shop_without_sales_or_without_names_has_no_profiles() -> None:
    with pytest.raises(InputError, match="there are no sales to profile"):
        build_profiles(MemoryTables({}))
    with pytest.raises(InputError, match="no order line with a positive quantity names its customer"):
        build_profiles(MemoryTables({"sales": lines_of(0, 2).drop(columns="customer_id")}))


def test_both_days_customers_are_compared_in_the_segments_of_now() -> None:
    found = drift_of_segments(MemoryTables({"sales": lines_of(0, 40)}), then=date(2024, 1, 30), seed=1)
    assert (found.now, found.window_days) == (date(2024, 2, 9), 30)
    # Customers 0 to 9 came on the first ten days only, which are not among the last 30.
    assert (found.drift.shares["n_then"].sum(), found.drift.shares["n_now"].sum()) == (40, 30)
    assert found.drift.shares["change"].sum() == pytest.approx(0)
    assert found.drift.moves["n_customers"].sum() == 40


def test_who_buys_as_before_has_not_drifted_however_long_the_history_has_grown() -> None:
    """A customer comes every day or every fifth: the last 20 days say of them what the first 20 said."""
    days = pd.date_range("2024-01-01", periods=40)
    rows = [
        {"customer_id": f"{i:03}", "order_id": f"{i}-{day:%j}", "sold_at": day, "sku": sku, "quantity": 1}
        | {"net_amount": 100 + i, "discount_amount": 0}
        for i in range(60)
        for sku in ("tea", "jam")[: 1 + (i % 2)]
        for day in days[:: 1 if i % 2 else 5]
    ]
    found = drift_of_segments(MemoryTables({"sales": pd.DataFrame(rows)}), then=date(2024, 1, 20), seed=1)
    assert found.window_days == 20
    assert found.drift.shares["change"].tolist() == [0.0] * len(found.segmentation.segments)
    assert (found.drift.moves["segment_then"] == found.drift.moves["segment_now"]).all()


@pytest.mark.parametrize("then", [date(2023, 12, 31), date(2024, 2, 9)])
def test_drift_needs_a_day_within_the_sales(then: date) -> None:
    with pytest.raises(InputError, match="sales run from 2024-01-01 to 2024-02-09; compare with a day"):
        drift_of_segments(MemoryTables({"sales": lines_of(0, 40)}), then=then, seed=1)


def test_drift_among_few_customers_is_refused() -> None:
    with pytest.raises(InputError, match="import more sales that name their customer"):
        drift_of_segments(MemoryTables({"sales": lines_of(0, 5)}), then=date(2024, 1, 2), seed=1)
