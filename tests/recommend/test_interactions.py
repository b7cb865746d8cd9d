from datetime import date

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.interactions import read_interactions
from small_shop import END, bought, order_lines

DAY = (END - date(1970, 1, 1)).days


def test_rows_in_any_order_read_the_same() -> None:
    rows = order_lines(("ann", "tea", 3), ("bob", "milk", 2), ("ann", "milk", 3), ("ann", "tea", 1))
    straight, turned = (read_interactions(r, end=END).seen for r in (rows, rows[::-1]))
    assert straight.customers == turned.customers == ("ann", "bob")
    assert straight.item.tolist() == turned.item.tolist() == [0, 1, 1, 0]
    assert straight.order.tolist() == turned.order.tolist() == [0, 0, 1, 2]
    assert straight.day.tolist() == turned.day.tolist() == [DAY - 3, DAY - 3, DAY - 1, DAY - 2]


def test_lines_of_one_order_and_item_are_one_purchase_of_all_units() -> None:
    rows = order_lines(("ann", "tea", 3), ("ann", "tea", 3))
    rows[c.ORDER], rows[c.QUANTITY] = "1", [1, 3]
    rows[c.NET_AMOUNT], rows[c.DISCOUNT_AMOUNT] = [100, 200], [0, 5]
    read = read_interactions(rows)
    assert read.left_out.merged == 1
    assert read.seen.units.tolist() == [4.0]
    assert read.seen.price is not None
    assert read.seen.is_on_deal is not None
    assert read.seen.price.tolist() == [75.0]
    assert read.seen.is_on_deal.tolist() == [True]


def test_what_says_nothing_about_taste_is_left_out_and_counted_by_its_first_reason() -> None:
    rows = order_lines(*[("ann", "tea", 1)] * 6)
    rows[c.QUANTITY] = [1, -1, 0, 1, 1, 1]
    rows.loc[3, c.CUSTOMER] = None
    rows.loc[4, c.SKU] = None
    rows.loc[5, c.SOLD_AT] = pd.NaT
    read = read_interactions(rows)
    assert len(read.seen) == 1
    assert read.left_out.returned_or_empty == 2
    assert read.left_out.without_customer == read.left_out.without_item == read.left_out.without_day == 1


def test_purchases_on_the_day_of_asking_or_later_are_not_known() -> None:
    read = read_interactions(order_lines(("ann", "tea", 1), ("ann", "milk", 0), ("ann", "milk", -5)), end=END)
    assert read.left_out.after_end == 2
    assert read.seen.items == ("tea",)


def test_unknown_customers_and_items_are_left_out_when_the_known_are_named() -> None:
    rows = order_lines(("ann", "tea", 1), ("eve", "tea", 1), ("ann", "gin", 1))
    read = read_interactions(rows, customers=["bob", "ann"], items=["tea", "milk"])
    assert read.left_out.without_customer == read.left_out.without_item == 1
    assert read.seen.customers == ("bob", "ann")
    assert read.seen.starts.tolist() == [0, 0, 1]


def test_all_missing_columns_are_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        read_interactions(pd.DataFrame({"x": [1]}))
    assert [name for name in (c.CUSTOMER, c.SKU, c.SOLD_AT) if name not in str(told.value)] == []


def test_a_table_of_which_nothing_can_be_used_is_refused() -> None:
    with pytest.raises(InputError, match="no interaction can be used"):
        read_interactions(order_lines(("ann", "tea", 1)).assign(**{c.QUANTITY: -1}))


def test_until_a_day_nothing_of_that_day_is_known() -> None:
    seen = bought(("ann", "tea", 2), ("ann", "milk", 1))
    assert seen.until(DAY - 1).item.tolist() == [seen.items.index("tea")]
    assert seen.until(DAY - 1).age_weeks.tolist() == [1 / 7]


def test_the_rows_of_some_customers_keep_their_places() -> None:
    seen = bought(("ann", "tea", 2), ("bob", "milk", 1), ("cy", "tea", 1))
    assert seen.of(np.array([2, 0])).customer.tolist() == [0, 2]
    assert seen.number_of("bob") == 1
    assert seen.number_of("dan") is None
