"""What order lines add to: whole numbers per customer."""

from __future__ import annotations

import ibis
import pandas as pd

from dealwright.customer.profile_state import ProfileState, profile_state
from dealwright.data.tables import SALES

CATALOGUE = ibis.memtable(pd.DataFrame({"sku": ["tea", "mate", "jam"], "category": ["DRINKS", "DRINKS", None]}))


def state_of(rows: list[dict[str, object]]) -> ProfileState:
    frame = pd.DataFrame(rows, columns=SALES.names)
    schema = ibis.schema({column.name: column.kind.stored_as for column in SALES.columns})
    return profile_state(ibis.memtable(frame, schema=schema), CATALOGUE)


def a_line(order: str, at: str, **more: object) -> dict[str, object]:
    row = {"customer_id": "ann", "order_id": order, "sku": "tea", "quantity": 1, "net_amount": 100}
    return {**row, "sold_at": pd.Timestamp(at), "discount_amount": 0, **more}


def test_the_state_holds_what_was_paid_returned_and_bought_on_offer() -> None:
    rows = [
        a_line("1", "2024-03-01", net_amount=300, discount_amount=20),
        a_line("1", "2024-03-01", sku="mate", net_amount=50),
        a_line("2", "2024-03-02", net_amount=-300, quantity=-1, discount_amount=20),
    ]
    state = state_of(rows)
    assert state.spending.execute().to_dict("records") == [
        {
            "customer_id": "ann",
            "net": 50,
            "lines": 2,
            "paid": 350,
            "deal_lines": 1,
            "paid_on_deal": 300,
            "deal_squares": 90_000,
        }
    ]
    assert state.groups.execute().to_dict("records") == [{"customer_id": "ann", "group": "DRINKS", "paid": 350}]
    assert state.wares.execute().to_dict("records") == [{"group": "DRINKS", "paid": 350, "paid_on_deal": 300}]


def test_an_order_begins_with_its_first_line_and_is_of_the_first_store_by_name() -> None:
    rows = [a_line("1", "2024-03-02", store_id="08"), a_line("1", "2024-03-01", store_id="07", sku="jam")]
    found = state_of(rows).orders.execute().to_dict("records")
    assert [(row["order_id"], row["first_at"].day, row["last_at"].day, row["store_id"]) for row in found] == [
        ("1", 1, 2, "07")
    ]


def test_sums_of_squares_may_leave_64_bits() -> None:
    rows = [a_line(str(n), "2024-03-01", net_amount=3 * 10**9, discount_amount=1) for n in range(3)]
    assert int(state_of(rows).spending.execute()["deal_squares"].iloc[0]) == 27 * 10**18


def test_lines_that_name_nobody_are_in_no_table() -> None:
    state = state_of([a_line("1", "2024-03-01", customer_id=None), a_line("2", "2024-03-01")])
    assert state.wares.execute()["paid"].tolist() == [100]
    assert state.orders.execute()["order_id"].tolist() == ["2"]
