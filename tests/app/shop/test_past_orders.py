"""Orders of the past as they are lived again, and the tables as they were known on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import ibis
import pandas as pd
import pytest

from dealwright.app.shop.known_before import KnownBefore
from dealwright.app.shop.past_orders import PastLine, PastOrder, past_orders
from dealwright.core.errors import InputError
from dealwright.data import columns as c

SALES = pd.DataFrame(
    [
        ("2", "2024-05-02 09:00:00", "TEA", 2, 900, 100, "ann"),
        ("1", "2024-05-02 08:00:00", "TEA", 1, 500, None, None),
        ("2", "2024-05-02 09:00:00", "CAKE", 1, 300, 0, "ann"),
        ("3", "2024-05-02 10:00:00", "TEA", -1, -500, 0, "ann"),
        ("4", "2024-05-03 00:00:00", "TEA", 1, 500, 0, "bob"),
    ],
    columns=[c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT, c.CUSTOMER],
).assign(**{c.SOLD_AT: lambda frame: pd.to_datetime(frame[c.SOLD_AT])})
PRODUCTS = pd.DataFrame({c.SKU: ["TEA", "CAKE"]})


class Frames:
    """Tables from data frames."""

    def __init__(self, **frames: pd.DataFrame) -> None:
        self._frames = frames

    def has(self, name: str) -> bool:
        return name in self._frames

    def table(self, name: str) -> ibis.Table:
        if name not in self._frames:
            raise InputError(f"{name} is empty")
        return ibis.memtable(self._frames[name])

    def present(self) -> list[str]:
        return list(self._frames)


SHOP = Frames(sales=SALES, products=PRODUCTS)


def test_orders_come_in_the_order_they_were_placed_by_the_shops_clock_without_returns() -> None:
    found = past_orders(SHOP, since=date(2024, 5, 2), before=date(2024, 5, 3), zone="Europe/Berlin")
    assert found == (
        PastOrder("1", datetime(2024, 5, 2, 6, tzinfo=UTC), "", (PastLine("TEA", 1, 500, 500),)),
        PastOrder(
            "2",
            datetime(2024, 5, 2, 7, tzinfo=UTC),
            "ann",
            (PastLine("CAKE", 1, 300, 300), PastLine("TEA", 2, 900, 1000)),
        ),
    )
    assert found[1].paid_minor == 1200


def test_what_happened_on_the_day_or_later_was_not_known() -> None:
    known = KnownBefore(SHOP, date(2024, 5, 3))
    assert known.table("sales")[c.ORDER].count().execute() == 4
    assert known.table("products").count().execute() == 2
    assert known.present() == ["sales", "products"]


def test_a_table_that_began_later_was_empty() -> None:
    known = KnownBefore(SHOP, date(2024, 5, 2))
    assert not known.has("sales")
    assert known.present() == ["products"]
    assert not known.has("promotions")
    with pytest.raises(InputError, match="promotions is empty"):
        known.table("promotions")
