from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from customer_shop import END, order_lines, products, tables
from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.know_customers import KnownCustomers, know_customers
from dealwright.data import columns as c

FEW = 4


@pytest.fixture(scope="module")
def known() -> KnownCustomers:
    return know_customers(tables(), cost_share=0.7, seed=3)


def test_a_shop_with_a_year_of_orders_knows_every_part(known: KnownCustomers) -> None:
    assert known.why_not == {}
    assert (known.n_customers, known.n_drawn) == (120, 120)
    assert known.value is not None
    assert known.journey is not None
    assert known.suggestion is not None


def test_rules_are_between_pairs_of_the_finest_groups_known(known: KnownCustomers) -> None:
    assert known.baskets is not None
    assert known.baskets.of == "subcategory"
    assert {len(a) + len(b) for a, b in known.baskets.rules[["antecedent", "consequent"]].to_numpy()} == {2}


@pytest.mark.parametrize(
    ("catalogue", "of"),
    [({c.SUBCATEGORY: "food"}, "sku"), ({c.SUBCATEGORY: None, c.CATEGORY: ["a", "b", "a", "b", "c"]}, "category")],
)
def test_groups_that_are_all_the_same_say_nothing(catalogue: dict[str, Any], of: str) -> None:
    known = know_customers(tables(products=products().assign(**catalogue)), cost_share=0.7, seed=3)
    assert known.baskets is not None
    assert known.baskets.of == of


def test_a_part_that_a_small_shop_cannot_know_says_why_and_stops_no_other() -> None:
    known = know_customers(MemoryTables({"sales": order_lines(FEW)}), cost_share=0.7, seed=3)
    assert known.baskets is None
    assert "rules are looked for in 500 or more" in known.why_not["baskets"]
    assert "25 customers or more" in known.why_not["suggestion"]
    assert known.value is not None


def test_visits_are_followed_where_events_lead_to_a_purchase() -> None:
    kinds = ["view", "buy", "view", "view"]
    events = pd.DataFrame(
        {
            c.CUSTOMER: ["a", "a", "b", "b"],
            c.HAPPENED_AT: pd.to_datetime([END] * 4) + pd.to_timedelta([0, 1, 0, 3_000], unit="min"),
            c.KIND: kinds,
        }
    )
    known = know_customers(tables(events=events), cost_share=0.7, seed=3)
    assert known.journey is not None
    assert known.journey.kind == "visits"


def test_events_that_lead_nowhere_leave_the_orders_to_follow() -> None:
    events = pd.DataFrame({c.CUSTOMER: ["a"], c.HAPPENED_AT: pd.to_datetime([END]), c.KIND: ["view"]})
    known = know_customers(tables(events=events), cost_share=0.7, seed=3)
    assert known.journey is not None
    assert known.journey.kind == "lives"
    assert known.why_not == {"visits": "none of the goals buy, order, purchase is a kind of event; there are view"}


def test_a_sale_of_the_year_2099_makes_nobody_look_long_gone(known: KnownCustomers) -> None:
    sales = order_lines()
    changed: dict[str, Any] = {c.ORDER: "late", c.SOLD_AT: pd.Timestamp("2099-01-01")}
    late = sales.tail(1).assign(**changed)
    shop = tables(sales=pd.concat([sales, late], ignore_index=True))
    found = know_customers(shop, cost_share=0.7, seed=3, today=END)
    assert found.value is not None
    assert known.value is not None
    pd.testing.assert_frame_equal(found.value.customers, known.value.customers)
    assert found.why_not == {}


def test_progress_never_goes_back_and_ends_done() -> None:
    told: list[float] = []
    know_customers(tables(), cost_share=0.7, seed=3, progress=lambda _what, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
