from __future__ import annotations

import pandas as pd
import pytest

from customer_shop import order_lines, tables
from dealwright.adapters.memory import MemoryTables
from dealwright.app.recommend.suggest_items import Suggestion, suggest_items
from dealwright.core.errors import InputError
from dealwright.data import columns as c


@pytest.fixture(scope="module")
def found() -> Suggestion:
    return suggest_items(tables(), seed=3)


def bought_by(customer: str) -> set[str]:
    lines = order_lines()
    return set(lines.loc[lines[c.CUSTOMER] == customer, c.SKU])


def test_nothing_is_suggested_that_the_customer_bought_or_that_too_few_bought(found: Suggestion) -> None:
    assert {item.sku for item in found.items} == {"bread", "jam"}
    assert bought_by(found.customer) == {"tea", "milk"}
    assert set(found.bought) == {"tea", "milk"}
    # Cocoa has 24 buyers, one too few.
    assert found.n_items == 4


def test_the_parts_of_a_score_are_purchases_and_sum_to_one(found: Suggestion) -> None:
    for item in found.items:
        assert set(item.because) <= bought_by(found.customer)
        assert sum(item.because.values()) == pytest.approx(1.0)


def test_the_example_is_in_the_middle_of_who_came_of_late(found: Suggestion) -> None:
    # Of 120 customers twelve stopped half a year ago; the others know one to four products.
    assert found.n_active == 108
    assert (found.n_customers, found.n_learnt, found.n_known) == (120, 120, 2)


def test_products_are_told_by_name_and_kind(found: Suggestion) -> None:
    assert found.names["bread"] == ("Bread", "bakery")


def test_products_without_a_catalogue_are_told_by_their_number() -> None:
    found = suggest_items(MemoryTables({"sales": order_lines()}), seed=3)
    assert found.names["bread"] == ("bread", "")


def test_lists_are_judged_by_what_was_bought_afterwards_for_the_first_time() -> None:
    sales = order_lines()
    last = sales[c.SOLD_AT].max()
    # In the last week everybody who knows no bread takes their first.
    without = sorted(set(sales[c.CUSTOMER]) - set(sales.loc[sales[c.SKU] == "bread", c.CUSTOMER]))
    first = pd.DataFrame({c.CUSTOMER: without, c.ORDER: [f"new-{who}" for who in without], c.SKU: "bread"})
    first = first.assign(**{c.SOLD_AT: last, c.QUANTITY: 1, c.NET_AMOUNT: 250})
    found = suggest_items(MemoryTables({"sales": pd.concat([sales, first])}), seed=3)
    assert found.hits is not None
    # Eight of the eighty know only cocoa, which too few bought for anything to be learnt from it.
    assert (len(without), found.hits.n_customers) == (80, 72)
    assert found.hits.popular.value == 1.0
    assert found.hits.own.low <= found.hits.own.value <= found.hits.own.high


def test_a_shop_whose_products_few_bought_suggests_nothing() -> None:
    with pytest.raises(InputError, match="25 customers or more"):
        suggest_items(MemoryTables({"sales": order_lines(10)}), seed=3)
