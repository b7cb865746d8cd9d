"""Customers are profiled from sales, with segments where there are enough of them."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.profile_customers import profile_customers
from dealwright.core.errors import InputError


def a_shop(n_customers: int) -> MemoryTables:
    """Customer i comes i + 1 times, a day after the other, and pays 100 + i each time."""
    lines = [
        {
            "order_id": f"{i}-{visit}",
            "sold_at": pd.Timestamp("2024-01-01") + pd.Timedelta(days=visit),
            "sku": "tea",
            "quantity": 1,
            "net_amount": 100 + i,
            "customer_id": f"{i:03}",
        }
        for i in range(n_customers)
        for visit in range(i + 1)
    ]
    return MemoryTables({"sales": pd.DataFrame(lines)})


def test_a_shop_with_enough_customers_gets_features_and_segments() -> None:
    profiles = profile_customers(a_shop(40), seed=1)
    assert len(profiles.features) == 40
    assert profiles.features.set_index("customer_id").loc["004", "orders"] == 5
    assert profiles.verdict
    assert profiles.segmentation is not None
    assert len(profiles.segmentation.members) == 40
    assert set(profiles.segmentation.left_out) == {"breadth", "deal_share"}


def test_a_shop_with_few_customers_gets_features_and_the_reason_why_there_are_no_segments() -> None:
    profiles = profile_customers(a_shop(5), seed=1)
    assert len(profiles.features) == 5
    assert profiles.segmentation is None
    assert profiles.verdict.code == "too_few_customers"


def test_profiles_become_json() -> None:
    told = json.loads(json.dumps(profile_customers(a_shop(40), seed=1).to_dict()))
    assert told["n_customers"] == 40
    assert sum(segment["size"] for segment in told["segmentation"]["segments"]) == 40
    few = json.loads(json.dumps(profile_customers(a_shop(5), seed=1).to_dict()))
    assert few["segmentation"] is None
    assert few["why_no_segments"].startswith("segments need at least 30 customers")


def test_sales_that_name_nobody_say_what_naming_them_unlocks() -> None:
    line = {"order_id": "1", "sold_at": pd.Timestamp("2024-01-01"), "sku": "tea", "quantity": 1, "net_amount": 9}
    with pytest.raises(
        InputError, match=r"no order line with a positive quantity names its customer.*unlock customer profiles"
    ):
        profile_customers(MemoryTables({"sales": pd.DataFrame([line])}), seed=1)


def test_without_sales_there_is_nobody_to_profile() -> None:
    with pytest.raises(InputError, match="no sales to profile; import"):
        profile_customers(MemoryTables({"products": pd.DataFrame({"sku": ["tea"]})}), seed=1)


def test_progress_goes_from_start_to_end() -> None:
    shares: list[float] = []
    profile_customers(a_shop(31), seed=1, progress=lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_shop_of_returns_only_is_told_that_purchases_are_missing() -> None:
    line = {"order_id": "1", "sold_at": pd.Timestamp("2024-01-01"), "sku": "tea", "quantity": -1, "net_amount": -9}
    with pytest.raises(InputError, match="no order line with a positive quantity names its customer"):
        profile_customers(MemoryTables({"sales": pd.DataFrame([{**line, "customer_id": "ann"}])}), seed=1)
