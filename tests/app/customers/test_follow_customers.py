"""Customers are followed from period to period, in the order of what happens to them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.follow_customers import follow_lives
from dealwright.app.customers.predict_purchases import predict_purchases
from dealwright.core.errors import InputError


def shop_of(*visits: tuple[str, int], quantity: int = 1) -> MemoryTables:
    """Orders of customers on days of 2024, counted from the first of January."""
    lines = [
        {
            "order_id": f"{who}-{day}",
            "customer_id": who,
            "sold_at": pd.Timestamp("2024-01-01") + pd.Timedelta(days=day),
            "sku": "tea",
            "quantity": quantity,
            "net_amount": 100 * quantity,
        }
        for who, day in visits
    ]
    return MemoryTables({"sales": pd.DataFrame(lines)})


def test_silent_periods_stand_in_order_of_their_number() -> None:
    # Ann never comes again; bob comes every day, so that all periods are known.
    visits = [("ann", 2), *(("bob", day) for day in range(40))]
    states = follow_lives(shop_of(*visits), period_days=1, gone_after=12, seed=1).states["state"].tolist()
    assert states == ["start", "1 order", *(f"quiet {n}" for n in range(1, 12))]


def test_a_shop_of_returns_only_is_told_that_purchases_are_missing() -> None:
    shop = shop_of(("ann", 1), quantity=-1)
    with pytest.raises(InputError, match="no sale with a positive quantity names both its customer and its order"):
        follow_lives(shop, seed=1)
    with pytest.raises(InputError, match="no sale with a positive quantity names both its customer and its order"):
        predict_purchases(shop, seed=1)


def test_a_sale_of_the_year_2099_does_not_make_everybody_gone() -> None:
    visits = [("bob", day) for day in range(0, 60, 2)]
    visits += [("ann", 8), ("cat", 8), ("cat", 9), *(("dan", day) for day in range(8, 14))]
    plain = follow_lives(shop_of(*visits), period_days=7, seed=1)
    spoilt = follow_lives(shop_of(*visits, ("bob", 27_400)), period_days=7, seed=1, today=date(2025, 1, 1))
    assert spoilt.states.equals(plain.states)
    assert [finding.code for finding in spoilt.findings] == ["future_dates"]
