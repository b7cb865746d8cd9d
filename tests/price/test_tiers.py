"""Unit prices by quantity: what customers buy, and that tiers pay."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.price.ladder import Ladder
from dealwright.price.tiers import Wants, best_tiers

# One type wants one unit at up to 10; the other three, at up to 6 each.
SINGLES_AND_FAMILIES = Wants(np.array([[10.0, 0.0, 0.0], [6.0, 6.0, 6.0]]), np.array([1.0, 1.0]))
RUNGS = Ladder.of([5, 6, 10])


def test_a_tier_serves_those_who_buy_three_without_giving_it_to_those_who_buy_one() -> None:
    # Single prices: 10 brings 10; 6 brings 6 + 18 = 24. With 10 and 6 from three on: 10 + 18 = 28.
    table = best_tiers(RUNGS, SINGLES_AND_FAMILIES, starts=[1, 3])
    assert (table.prices, table.bought, table.value) == ((10, 6), (1, 3), 28.0)
    assert (table.single_price, table.single_value) == (6, 24.0)
    assert [table.unit_price(quantity) for quantity in (1, 2, 3, 9)] == [10, 10, 6, 6]


def test_a_unit_cost_can_make_the_tier_not_worth_it() -> None:
    table = best_tiers(RUNGS, SINGLES_AND_FAMILIES, starts=[1, 3], unit_cost=7)
    assert (table.prices, table.value) == ((10, 10), 3.0)


def test_customers_buy_more_than_they_want_if_the_next_tier_is_cheaper_in_all() -> None:
    # Two units at 10 cost 20, three at 6 cost 18.
    wants = Wants(np.array([[15.0, 15.0, 0.0]]), np.array([1.0]))
    assert best_tiers(Ladder.of([6, 10]), wants, starts=[1, 3]).prices == (10, 10)


def test_wanted_quantities_are_bought_at_the_price_they_were_wanted_at() -> None:
    wants = Wants.from_quantities([2, 6], [1, 1], at_price=100, elasticity=2, most=12)
    assert best_tiers(Ladder.of([100]), wants, starts=[1]).bought == (2, 6)
    # 200 / (100 / 200)^2 wants a quarter.
    assert best_tiers(Ladder.of([200]), wants, starts=[1]).bought == (0, 1)


def test_tiers_start_at_one_and_rise() -> None:
    for starts in ([], [2, 3], [1, 3, 3], [1, 6, 3]):
        with pytest.raises(InputError, match="tiers start at 1 and rise"):
            best_tiers(RUNGS, SINGLES_AND_FAMILIES, starts=starts)


def test_a_later_unit_is_not_worth_more() -> None:
    with pytest.raises(InputError, match="worths must not rise"):
        Wants(np.array([[1.0, 2.0]]), np.array([1.0]))


def test_too_many_tier_tables_are_refused() -> None:
    with pytest.raises(InputError, match="fewer tiers or rungs"):
        best_tiers(Ladder.of(range(1, 101)), SINGLES_AND_FAMILIES, starts=[1, 2, 3, 4, 5])


worths = st.lists(st.integers(0, 12), min_size=4, max_size=4).map(lambda row: sorted(row, reverse=True))


@given(rows=st.lists(worths, min_size=1, max_size=3), cost=st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_tiers_equal_brute_force_and_never_lose_to_a_single_price(rows: list[list[int]], cost: int) -> None:
    table = best_tiers(
        Ladder.of([4, 6, 9]),
        Wants(np.array(rows, dtype=np.float64), np.ones(len(rows))),
        starts=[1, 3],
        unit_cost=cost,
    )

    def brings(first: int, second: int) -> float:
        paid = [q * (first if q < 3 else second) for q in range(5)]
        total = 0.0
        for row in rows:
            gains = [sum(row[:q]) - paid[q] for q in range(5)]
            bought = max(q for q in range(5) if gains[q] == max(gains))
            total += paid[bought] - cost * bought
        return total

    assert table.value == max(brings(*pair) for pair in product([4, 6, 9], repeat=2) if pair[0] >= pair[1])
    assert table.value >= table.single_value
    assert list(table.prices) == sorted(table.prices, reverse=True)
