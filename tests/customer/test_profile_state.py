"""Profiles that new order lines were added to are those built from all lines at once."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dealwright.customer.profile import profile, profile_of_totals
from dealwright.customer.profile_state import GROUP, ProfileState, merge, merge_named, profile_state
from dealwright.customer.profile_totals import customer_totals, deal_parts, renewed_totals
from dealwright.data import columns as c
from dealwright.data.tables import REDEMPTIONS, SALES, TableContract

AT = date(2024, 4, 1)
CATALOGUE = ibis.memtable(pd.DataFrame({"sku": ["tea", "mate", "jam"], "category": ["DRINKS", "DRINKS", None]}))


def a_table(contract: TableContract, rows: list[dict[str, object]]) -> ibis.Table:
    frame = pd.DataFrame(rows, columns=contract.names)
    schema = ibis.schema({column.name: column.kind.stored_as for column in contract.columns})
    return ibis.memtable(frame, schema=schema)


def random_batches(seed: int, *, n_lines: int = 150, n_batches: int = 3) -> list[list[dict[str, object]]]:
    """Lines of few customers and orders, so that the lines of most orders come in different batches."""
    rng = np.random.default_rng(seed)
    batches: list[list[dict[str, object]]] = [[] for _ in range(n_batches)]

    def any_of(*values: object) -> object:
        return values[rng.integers(len(values))]

    for _ in range(n_lines):
        row = {
            "customer_id": any_of("ann", "bob", "cat", "dan", "eve", None),
            "order_id": str(rng.integers(20)),
            "sold_at": pd.Timestamp("2024-03-01") + int(rng.integers(600)) * pd.Timedelta(minutes=67),
            "sku": any_of("tea", "mate", "jam", "unlisted"),
            "quantity": any_of(1, 2, -1),
            "net_amount": int(rng.integers(-500, 500)),
            "discount_amount": any_of(0, 7, None),
            "store_id": any_of("07", "08", None),
            "channel": any_of("web", "store", None),
        }
        batches[rng.integers(n_batches)].append(row)
    return batches


def state_of(rows: list[dict[str, object]]) -> ProfileState:
    """The state of these lines, as it comes back from where it was stored."""
    return stored(profile_state(a_table(SALES, rows), CATALOGUE))


def stored(state: ProfileState) -> ProfileState:
    return ProfileState(**{name: ibis.memtable(table.to_pyarrow()) for name, table in state.tables().items()})


def assert_same(one: ibis.Table, other: ibis.Table, *keys: str) -> None:
    assert_frame_equal(one.order_by(*keys).execute(), other.order_by(*keys).execute(), check_exact=True)


@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32 - 1))
def test_however_lines_are_split_adding_the_batches_gives_what_a_full_build_gives(seed: int) -> None:
    batches = random_batches(seed)
    states = [state_of(batch) for batch in batches]
    whole = state_of([row for batch in batches for row in batch])
    old = stored(merge(states[0], states[1]))
    merged = stored(merge(old, states[2]))
    assert_same(merged.orders, whole.orders, c.CUSTOMER, c.ORDER)
    assert_same(merged.groups, whole.groups, c.CUSTOMER, GROUP)
    assert_same(merged.spending, whole.spending, c.CUSTOMER)
    assert_same(merged.wares, whole.wares, GROUP)
    expected = profile(whole, AT).execute()
    assert_frame_equal(profile(merged, AT).execute(), expected, check_exact=True)


@settings(max_examples=3, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32 - 1))
def test_counting_only_whom_new_lines_name_gives_what_a_full_build_gives(seed: int) -> None:
    batches = random_batches(seed)
    base, added, new = (state_of(batch) for batch in (batches[0], batches[1], batches[2][:3]))
    whole = state_of(batches[0] + batches[1] + batches[2][:3])
    parts = ibis.memtable(deal_parts(base).to_pyarrow())
    known = customer_totals(stored(merge(base, added)), parts)
    renewed = renewed_totals(known, stored(merge_named(base, stored(merge_named(added, new)))), parts)
    expected = profile(whole, AT, parts=parts).execute()
    assert_frame_equal(profile_of_totals(renewed, AT).execute(), expected, check_exact=True)


def test_only_whom_new_lines_name_is_counted_again() -> None:
    old = state_of([a_line("1", "2024-03-01"), a_line("2", "2024-03-01", customer_id="bob")])
    new = state_of([a_line("3", "2024-03-02")])
    kept = customer_totals(old, deal_parts(old)).mutate(orders=ibis.literal(99, "int64"))
    renewed = renewed_totals(kept, stored(merge_named(old, new)), deal_parts(old)).order_by(c.CUSTOMER)
    assert renewed.execute()["orders"].tolist() == [2, 99]


def a_line(order: str, at: str, **more: object) -> dict[str, object]:
    row = {"customer_id": "ann", "order_id": order, "sku": "tea", "quantity": 1, "net_amount": 100}
    return {**row, "sold_at": pd.Timestamp(at), "discount_amount": 0, **more}


def test_what_is_merged_for_whom_new_lines_name_is_theirs_only() -> None:
    old = state_of([a_line("1", "2024-03-01"), a_line("2", "2024-03-01", customer_id="bob")])
    new = state_of([a_line("1", "2024-03-02"), a_line("3", "2024-03-02", sku="jam")])
    named = merge_named(old, new)
    orders = named.orders.order_by(c.ORDER).execute()
    assert orders["order_id"].tolist() == ["1", "3"]
    assert orders["first_at"].tolist() == [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-02")]
    assert named.groups.order_by(GROUP).execute().to_dict("list") == {
        "customer_id": ["ann", "ann"],
        "group": ["DRINKS", "jam"],
        "lines": [2, 1],
        "paid": [200, 100],
    }
    assert named.spending.execute()["customer_id"].tolist() == ["ann"]
    assert named.wares.order_by(GROUP).execute()["paid"].tolist() == [300, 100]


def test_an_order_whose_lines_come_in_two_batches_is_one_order() -> None:
    early, late = a_line("1", "2024-03-01 11:59"), a_line("1", "2024-03-01 12:00", sku="jam")
    found = profile(merge(state_of([late]), state_of([early])), AT).execute().iloc[0]
    assert (found["orders"], found["spend_minor"], found["breadth"]) == (1, 200, 2)
    assert (found["morning_share"], found["afternoon_share"]) == (1, 0)


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
    assert state.groups.execute().to_dict("records") == [
        {"customer_id": "ann", "group": "DRINKS", "lines": 2, "paid": 350}
    ]
    assert state.wares.execute().to_dict("records") == [{"group": "DRINKS", "paid": 350, "paid_on_deal": 300}]


def test_coupons_of_two_batches_add_up() -> None:
    def with_coupons(*who: str) -> ProfileState:
        used = [{"coupon_id": "c", "redeemed_on": AT, "customer_id": name} for name in who]
        lines = a_table(SALES, [a_line(f"{len(who)}", "2024-03-01")])
        return profile_state(lines, CATALOGUE, redemptions=a_table(REDEMPTIONS, used))

    found = profile(merge(with_coupons("ann", "bob"), with_coupons("ann")), AT).execute()
    assert found["coupons_used"].tolist() == [2]


def test_coupons_known_to_one_batch_only_are_kept() -> None:
    used = a_table(REDEMPTIONS, [{"coupon_id": "c", "redeemed_on": AT, "customer_id": "ann"}])
    one = profile_state(a_table(SALES, [a_line("1", "2024-03-01")]), CATALOGUE, redemptions=used)
    other = state_of([a_line("2", "2024-03-02")])
    assert profile(merge(one, other), AT).execute()["coupons_used"].tolist() == [1]
    assert profile(merge(other, one), AT).execute()["coupons_used"].tolist() == [1]
    assert list(one.tables()) == ["orders", "groups", "spending", "wares", "coupons"]
    assert list(other.tables()) == ["orders", "groups", "spending", "wares"]
