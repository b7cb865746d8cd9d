"""Lives of customers, period by period, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.customer.journey import Ways, follow
from dealwright.customer.lifecycle import stays, ways_of_stays

END = datetime(2030, 12, 31)


def orders(*rows: tuple[str, float, int]) -> ibis.Table:
    """Customer, periods of ten days before the end, spend."""
    return ibis.memtable(
        pd.DataFrame(
            {
                "customer_id": [row[0] for row in rows],
                "order_id": [str(k) for k in range(len(rows))],
                "at": [END - timedelta(days=10 * row[1]) for row in rows],
                "spend": [row[2] for row in rows],
            }
        )
    )


def ways(table: ibis.Table, gone_after: int = 3) -> Ways:
    return ways_of_stays(stays(table, END, period_days=10).execute(), gone_after=gone_after)


def counted(found: Ways) -> dict[tuple[str, str], int]:
    names = (*found.states, *found.ends)
    return {
        (state, names[j]): int(times)
        for state, row in zip(found.states, found.times, strict=True)
        for j, times in enumerate(row)
        if times
    }


SHOP = orders(
    ("z", 9.5, 1),  # the first period is not whole: it only says when periods begin
    ("a", 7.5, 100),
    ("a", 7.2, 100),
    ("a", 6.5, 300),  # the next period
    ("a", 3.5, 100),  # after two silent periods
    ("b", 6.5, 100),
    ("b", 1.5, 300),  # after four: gone, and back as a newcomer
    ("c", 0.5, 100),
    ("c", 0.4, 100),
    ("c", 0.3, 100),
    ("c", 0.2, 100),
)


def test_a_life_is_followed_through_silence_until_somebody_is_gone() -> None:
    assert counted(ways(SHOP)) == {
        ("start", "2-3 orders"): 1,
        ("start", "1 order"): 2,  # customer b twice
        ("start", "4+ orders"): 1,
        ("2-3 orders", "1 order"): 1,
        ("1 order", "quiet 1"): 4,
        ("quiet 1", "quiet 2"): 3,  # customer b's second silence has just begun
        ("quiet 2", "1 order"): 1,
        ("quiet 2", "gone"): 2,
    }


def test_what_a_state_is_worth_is_what_is_spent_until_the_end() -> None:
    found = ways(SHOP)
    assert dict(zip(found.states, found.spend, strict=True))["1 order"] == (300 + 100 + 100 + 300) / 4
    table = follow(found, end_minor=(0.0,), rng=stream(1, "test")).set_index("state")
    told, low, high = (table[name].astype(float).to_dict() for name in ("worth", "worth_low", "worth_high"))
    # One order: 200 now, and one in three of those who go silent comes back to the same.
    assert told["1 order"] == pytest.approx(200 / (1 - 1 / 3))
    assert told["2-3 orders"] == pytest.approx(200 + 300)
    assert told["quiet 2"] == pytest.approx(200 / (1 - 1 / 3) / 3)
    assert table["times"].to_dict()["4+ orders"] == 0  # seen in the last period only: nobody knows what follows
    assert high["4+ orders"] > 2 * low["4+ orders"]


def test_no_orders_and_no_patience_are_refused() -> None:
    with pytest.raises(InputError, match="longer history"):
        ways(orders(("a", 0.5, 100)))
    with pytest.raises(InputError, match="1 silent period or more"):
        ways(SHOP, gone_after=0)
