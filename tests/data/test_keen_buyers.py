"""Keen buyers of a category, and what they bought beyond other customers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.baskets import Together
from dealwright.data.keen_buyers import Complement, all_units, complements, customer_sales, keen_units

STARTS = tuple(date(2024, 1, 1) + timedelta(weeks=k) for k in range(4))
PAIR = Together("chips", "dip", 0.2, 0.1)


def complement(rows: list[tuple[str | None, int, str, int]]) -> Complement:
    """Of lines (customer, week, sku, quantity)."""
    lines = pd.DataFrame(rows, columns=[c.CUSTOMER, "week", c.SKU, c.QUANTITY])
    lines[c.SOLD_AT] = [datetime(2024, 1, 2) + timedelta(weeks=week) for week in lines.pop("week")]
    products = pd.DataFrame({c.SKU: ["chips", "dip"], c.CATEGORY: ["chips", "dip"]})
    shop = MemoryTables({"sales": lines.assign(**{c.NET_AMOUNT: 100, c.ORDER: None}), "products": products})
    sold = customer_sales(shop.table("sales"), shop.table("products"), Grain())
    (found,) = complements([PAIR], keen_units(sold, [PAIR]).to_pandas(), all_units(sold).to_pandas(), STARTS)
    return found


def everyone_buys(dips: list[int]) -> list[tuple[str | None, int, str, int]]:
    """Ann and Bob buy chips every week, Eve and Dan never; all four buy dips, the same number as each other."""
    chips: list[tuple[str | None, int, str, int]] = [
        (who, t, "chips", 2) for who in ("ann", "bob") for t in range(4)
    ]
    return chips + [(who, t, "dip", n) for who in ("ann", "bob", "eve", "dan") for t, n in enumerate(dips)]


def test_what_moves_everybody_cancels() -> None:
    found = complement(everyone_buys([1, 9, 2, 4]))
    assert found.extra is not None
    assert found.extra.tolist() == pytest.approx([0.0] * 4)
    # Keen buyers buy all of the chips, and half of what is taken off them is their own.
    assert found.reach == pytest.approx(0.5)
    assert found.known is not None
    assert found.known.tolist() == [4.0, 36.0, 8.0, 16.0]


def test_what_only_keen_buyers_buy_more_of_is_seen() -> None:
    found = complement([*everyone_buys([2, 2, 2, 2]), ("ann", 1, "dip", 3)])
    assert found.extra is not None
    # In odd weeks keen buyers bought 11 of 19 dips: in week 1 that is 7 of 11, in week 3 4 of 8.
    assert found.extra.tolist() == pytest.approx([0.0, 7 - 11 * 11 / 19, 0.0, 4 - 8 * 11 / 19])


def test_customers_who_are_not_known_buy_outside_of_what_is_seen() -> None:
    found = complement([*everyone_buys([2, 2, 2, 2]), (None, 0, "chips", 16), (None, 0, "dip", 5)])
    assert found.reach == pytest.approx(0.25)
    assert found.known is not None
    assert found.known.tolist() == [8.0] * 4


def test_without_customers_nothing_is_seen_but_the_pair_stays() -> None:
    found = complement([(None, t, sku, 2) for t in range(4) for sku in ("chips", "dip")])
    assert (found.of, found.to, found.reach) == ("chips", "dip", 0.0)
