"""Habits before a moment, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import pandas as pd
import pytest

from dealwright.customer.habits import HABITS, buyers_within, habits_before, orders_of

MOMENT = datetime(2030, 6, 1)


def sales(*rows: tuple[str, str, float, int, int]) -> ibis.Table:
    """Customer, order, days before the moment, quantity, net amount (with as much discount again as a tenth)."""
    return ibis.memtable(
        pd.DataFrame(
            {
                "customer_id": [row[0] for row in rows],
                "order_id": [row[1] for row in rows],
                "sold_at": [MOMENT - timedelta(days=row[2]) for row in rows],
                "quantity": [row[3] for row in rows],
                "net_amount": [row[4] for row in rows],
                "discount_amount": [row[4] // 10 for row in rows],
            }
        )
    )


SHOP = sales(
    ("a", "1", 30, 1, 1000),
    ("a", "1", 30, 2, 500),
    ("a", "2", 20, 1, 700),
    ("a", "3", 4, 1, 300),
    ("a", "4", -3, 1, 900),  # after the moment
    ("b", "5", 10, 1, 100),
    ("b", "6", 9, -1, -100),  # a return is no order
    ("c", "7", -1, 1, 100),  # not known yet
)


def habits_of(customer: str) -> dict[str, float]:
    table = habits_before(orders_of(SHOP), MOMENT, horizon_days=7).execute()
    assert list(table.columns) == ["customer_id", *HABITS]
    return {str(k): v for k, v in table.set_index("customer_id").loc[customer].to_dict().items()}


def test_habits_are_what_was_known_before_the_moment() -> None:
    a = habits_of("a")
    assert (a["days_since"], a["tenure_days"], a["orders"], a["spend"]) == (4, 30, 3, 2500)
    assert (a["orders_7"], a["orders_28"], a["orders_56"]) == (1, 2, 3)
    assert (a["spend_7"], a["spend_28"]) == (300, 1000)
    assert (a["gap_mean"], a["gap_last"]) == (13, 16)
    assert a["gap_spread"] == pytest.approx(((10 - 13) ** 2 + (16 - 13) ** 2) ** 0.5)
    assert a["overdue"] == 4 / 13
    assert a["orders_fading_7"] == pytest.approx(0.5 ** (30 / 7) + 0.5 ** (20 / 7) + 0.5 ** (4 / 7))
    # Weeks back: order 3 in the first, order 2 in the third, order 1 in the fifth.
    assert a["habit_4"] == 2 / 4
    assert a["habit_8"] == 3 / 4  # known for four whole weeks
    assert a["lines_per_order"] == pytest.approx(4 / 3)
    assert a["deal_share"] == pytest.approx(250 / 2750)


def test_who_ordered_once_has_no_gaps() -> None:
    b = habits_of("b")
    assert (b["orders"], b["spend"]) == (1, 100)
    assert all(pd.isna(b[name]) for name in ("gap_mean", "gap_spread", "gap_last", "overdue"))


def test_only_who_ordered_before_has_habits_and_only_who_orders_within_is_a_buyer() -> None:
    orders = orders_of(SHOP)
    assert habits_before(orders, MOMENT, horizon_days=7).execute()["customer_id"].tolist() == ["a", "b"]
    assert buyers_within(orders, MOMENT, horizon_days=7).execute()["customer_id"].tolist() == ["a", "c"]
    assert buyers_within(orders, MOMENT, horizon_days=2).execute()["customer_id"].tolist() == ["c"]
