from __future__ import annotations

import pandas as pd
import pytest

from customer_shop import order_lines, tables
from dealwright.adapters.memory import MemoryTables
from dealwright.app.shop.draw_customers import draw_customers
from dealwright.core.errors import InputError
from dealwright.data import columns as c


def test_a_shop_of_few_customers_is_read_as_it_is_with_the_lines_that_name_nobody() -> None:
    sales = pd.concat([order_lines(3), order_lines(1).assign(**{c.CUSTOMER: None})])
    with draw_customers(MemoryTables({"sales": sales}), most=3, seed=1) as some:
        assert (some.n_customers, some.n_drawn) == (3, 3)
        assert int(some.table("sales").count().execute()) == len(sales)


def test_of_many_customers_some_are_drawn_with_all_their_lines_and_nobody_else_s() -> None:
    shop = tables()
    with draw_customers(shop, most=5, seed=1) as some:
        theirs = some.table("sales").execute()
    assert (some.n_customers, some.n_drawn) == (120, 5)
    drawn = set(theirs[c.CUSTOMER])
    assert len(drawn) == 5
    everything = order_lines()
    assert len(theirs) == int(everything[c.CUSTOMER].isin(drawn).sum())


def test_the_same_seed_draws_the_same_customers_and_another_one_others() -> None:
    drawn = []
    for seed in (1, 1, 2):
        with draw_customers(tables(), most=10, seed=seed) as some:
            drawn.append(sorted(some.table("sales").select(c.CUSTOMER).distinct().execute()[c.CUSTOMER]))
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_tables_that_name_no_customer_stay_whole() -> None:
    with draw_customers(tables(), most=5, seed=1) as some:
        assert int(some.table("products").count().execute()) == 5
        assert some.present() == ["sales", "products"]


def test_a_shop_without_sales_has_no_customers_to_draw() -> None:
    with pytest.raises(InputError, match="sales"), draw_customers(MemoryTables({}), most=5, seed=1):
        pass
