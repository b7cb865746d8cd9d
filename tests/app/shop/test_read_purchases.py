"""How customers buy, from orders: quantities, baskets, and what is too little to tell."""

from __future__ import annotations

import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.app.shop.read_purchases import LEAST_ORDERS, read_purchases
from dealwright.data import columns as c


def sales(*lines: tuple[str, str, int, int]) -> MemoryTables:
    """Order, product, quantity, paid."""
    frame = pd.DataFrame(lines, columns=[c.ORDER, c.SKU, c.QUANTITY, c.NET_AMOUNT])
    frame[c.SOLD_AT] = pd.Timestamp("2024-01-01")
    return MemoryTables({"sales": frame})


THIRTY = sales(
    # Twenty orders of one tea and a mug, ten of two teas on two lines; one order of three mugs.
    *((f"a{k}", "tea", 1, 400) for k in range(20)),
    *((f"a{k}", "mug", 1, 600) for k in range(20)),
    *((f"b{k}", "tea", 1, 400) for k in range(10)),
    *((f"b{k}", "tea", 1, 100) for k in range(10)),
    ("c", "mug", 3, 1800),
)


def test_lines_of_one_order_are_one_purchase() -> None:
    tea = read_purchases(THIRTY, ["tea"]).purchases["tea"]
    assert tea.quantities.tolist() == [1, 2]
    assert tea.times.tolist() == [20.0, 10.0]
    assert tea.assumption().source == "data"


def test_a_basket_is_worth_what_was_paid_for_all_of_it_and_weighs_the_units_it_holds() -> None:
    tea = read_purchases(THIRTY, ["tea"]).baskets["tea"]
    assert tea.values.tolist() == [500, 1000]
    assert tea.orders.tolist() == [10.0, 20.0]
    assert tea.weight.tolist() == [20.0, 20.0]


def test_products_in_too_few_orders_are_left_to_the_rule() -> None:
    seen = read_purchases(THIRTY, ["tea", "mug", "cup"])
    assert LEAST_ORDERS == 30
    assert set(seen.purchases) == set(seen.baskets) == {"tea"}


def test_returns_are_no_purchases_and_free_baskets_have_no_value() -> None:
    free = [(f"f{k}", "cup", 1, 0) for k in range(30)]
    seen = read_purchases(sales(*free, *((f"r{k}", "cup", -1, -300) for k in range(5))), ["cup"])
    assert seen.purchases["cup"].times.tolist() == [30.0]
    assert seen.baskets == {}
