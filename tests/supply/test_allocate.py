"""One pool over stores: exact against all splits, and nothing made or lost."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from dealwright.core.errors import InputError
from dealwright.supply.allocate import allocate

draws_of_three_stores = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=5).map(
    np.array
)


def test_the_next_unit_goes_where_it_most_likely_sells() -> None:
    # Store A asks for 2, 4, 6 with equal chance; store B always for 6. The first two of A and the six of B are
    # certain to sell; the third of A only in two draws of three.
    draws = np.array([[2, 6], [4, 6], [6, 6]])
    plan = allocate(9, draws)
    assert_array_equal(plan.units, [3, 6])
    assert plan.sold.tolist() == pytest.approx([2 + 2 / 3, 6])
    assert plan.next_pack.tolist() == pytest.approx([2 / 3, 0])
    assert plan.value.value == pytest.approx(8 + 2 / 3)


def test_stock_already_there_counts() -> None:
    plan = allocate(4, np.array([[6, 6]]), on_hand=[5, 1])
    assert_array_equal(plan.units, [1, 3])
    plan = allocate(4, np.array([[6, 6]]), on_hand=[6, 1])
    assert_array_equal(plan.units, [0, 4])


def test_a_dearer_place_comes_first() -> None:
    plan = allocate(6, np.array([[6, 6]]), unit_margin=[1, 2])
    assert_array_equal(plan.units, [0, 6])
    assert plan.value.value == 12


def test_what_will_not_sell_stays_in_the_pool() -> None:
    plan = allocate(20, np.array([[2, 3]]))
    assert (plan.units.tolist(), plan.kept) == ([2, 3], 15)
    picky = allocate(20, np.array([[2, 3], [0, 3]]), kept_value=0.6)
    assert (picky.units.tolist(), picky.kept) == ([0, 3], 17)
    assert picky.value.value == pytest.approx(3 * 0.4)


def test_every_store_can_fill_its_shelf_first() -> None:
    plan = allocate(10, np.array([[9, 0]]), minimum=4, pack=2)
    assert_array_equal(plan.units, [6, 4])
    with pytest.raises(InputError, match="takes 8 units in packs of 2 and the pool has 7"):
        allocate(7, np.array([[9, 0]]), minimum=4, pack=2)


def test_equal_claims_are_always_settled_the_same_way() -> None:
    assert_array_equal(allocate(3, np.full((2, 2), 3)).units, [3, 0])


@given(draws=draws_of_three_stores, pool=st.integers(0, 25), pack=st.integers(1, 4), on_hand=st.integers(0, 3))
def test_what_is_sent_and_what_is_kept_is_the_pool(draws: np.ndarray, pool: int, pack: int, on_hand: int) -> None:
    plan = allocate(pool, draws, pack=pack, on_hand=on_hand)
    assert plan.units.sum() + plan.kept == pool
    assert (plan.units % pack == 0).all()
    assert (plan.sold <= on_hand + plan.units).all()


@settings(max_examples=60)
@given(
    draws=draws_of_three_stores,
    n_packs=st.integers(0, 6),
    pack=st.integers(1, 3),
    margin=st.lists(st.integers(1, 5), min_size=3, max_size=3),
    on_hand=st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_no_other_split_sells_more_margin(
    draws: np.ndarray, n_packs: int, pack: int, margin: list[int], on_hand: list[int]
) -> None:
    def sells(units: np.ndarray) -> float:
        return float((np.minimum(draws, np.array(on_hand) + units) * margin).sum(axis=1).mean())

    plan = allocate(n_packs * pack, draws, unit_margin=margin, on_hand=on_hand, pack=pack)
    splits = (np.array(s) * pack for s in itertools.product(range(n_packs + 1), repeat=3) if sum(s) <= n_packs)
    assert sells(plan.units) == pytest.approx(max(sells(units) for units in splits))


def test_the_table_has_a_row_for_each_store() -> None:
    table = allocate(9, np.array([[2, 6], [4, 6], [6, 6]])).to_frame(["north", "south"])
    assert table[["store_id", "units"]].to_numpy().tolist() == [["north", 3], ["south", 6]]
    assert (table["sold_low"] <= table["sold_high"]).all()


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        allocate(-1, np.array([[1.0, math.nan]]), pack=0, unit_margin=[1, 2, 3], kept_value=-1)
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "demand_draws",
        "pool_units",
        "pack",
        "unit_margin",
        "kept_value",
    ]
    with pytest.raises(InputError, match="pool_units is inf; it must be a whole number"):
        allocate(math.inf, np.ones((1, 1)))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="pool_units is a lot"):
        allocate("a lot", np.ones((1, 1)))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="demand_draws has the shape"):
        allocate(1, np.empty((0, 2)))
