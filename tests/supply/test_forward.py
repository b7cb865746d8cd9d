"""Buying ahead at a deal: the rule of thumb, every other amount, and the supplier's conditions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dealwright.core.errors import InputError
from dealwright.supply.forward import Deal, buying_curve, forward_buy

EVEN = np.full((1, 6), 10.0)


def test_units_are_bought_for_as_long_as_the_deal_pays_their_holding() -> None:
    # The deal saves 3.50, a week's holding costs 1: worth it for this week (0) and the next three (1, 2, 3).
    bought = forward_buy(EVEN, [Deal(96.5)], regular_cost=100, holding_cost=1)
    assert bought.units == 40
    assert bought.saving.value == 10 * (3.5 + 2.5 + 1.5 + 0.5)
    assert (bought.cover_periods, bought.break_even_periods) == (4, 3.5)
    assert bought.left.value == 0


def test_what_is_on_hand_is_sold_first() -> None:
    bought = forward_buy(EVEN, [Deal(96.5)], regular_cost=100, holding_cost=1, on_hand=20)
    assert bought.units == 20
    assert bought.saving.value == 10 * (1.5 + 0.5)


def test_uncertain_demand_makes_the_last_units_risky() -> None:
    # One week: 10 or 20 asked for. The 11th unit saves 3 half of the time and loses 97 otherwise.
    draws = np.array([[10.0], [20.0]])
    bought = forward_buy(draws, [Deal(97)], regular_cost=100, holding_cost=1)
    assert (bought.units, bought.saving.value) == (10, 30)
    # If leftovers are worth 96, it loses 1 and a week's holding of 1: 3/2 - 2/2 > 0.
    bought = forward_buy(draws, [Deal(97)], regular_cost=100, holding_cost=1, leftover_value=96)
    assert bought.units == 20
    assert bought.saving.value == pytest.approx(30 + 10 * 0.5)
    assert bought.left.value == 5


def test_a_deal_that_saves_nothing_is_left() -> None:
    bought = forward_buy(EVEN, [Deal(100)], regular_cost=100, holding_cost=1)
    assert (bought.deal, bought.units, bought.saving.value) == (None, 0, 0)


def test_a_better_price_for_more_units_is_taken_if_the_holding_is_worth_it() -> None:
    small, large = Deal(97), Deal(95, minimum=50)
    # 30 units save 60 at 97. At 95, 50 or 60 units save 10 x (5 + 4 + 3 + 2 + 1 + 0) = 150.
    bought = forward_buy(EVEN, [small, large], regular_cost=100, holding_cost=1)
    assert bought.deal == large
    assert (bought.units, bought.saving.value) == (50, 150)
    # Holding 4 a week: at 95 the minimum costs 10 x (5 + 1 - 3 - 7 - 11) < 0; a week's worth at 97 saves 30.
    bought = forward_buy(EVEN, [small, large], regular_cost=100, holding_cost=4)
    assert bought.deal == small
    assert (bought.units, bought.saving.value) == (10, 30)


def test_limits_of_supplier_and_storage_and_packs_are_kept() -> None:
    assert forward_buy(EVEN, [Deal(90, limit=25)], regular_cost=100, holding_cost=1).units == 25
    assert forward_buy(EVEN, [Deal(90, limit=25)], regular_cost=100, holding_cost=1, pack=12).units == 24
    held = forward_buy(EVEN, [Deal(90)], regular_cost=100, holding_cost=1, on_hand=10, storage=33, pack=4)
    assert held.units == 20


@given(
    demand=st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=4),
    deal=st.integers(80, 100),
    holding=st.integers(0, 6),
    on_hand=st.integers(0, 6),
    leftover=st.integers(0, 79),
)
def test_no_other_amount_saves_more(
    demand: list[list[int]], deal: int, holding: int, on_hand: int, leftover: int
) -> None:
    draws = np.array(demand, dtype=float)
    bought = forward_buy(
        draws, [Deal(deal)], regular_cost=100, holding_cost=holding, on_hand=on_hand, leftover_value=leftover
    )
    savings = []
    for units in range(25):
        each = []
        for course in demand:
            left, saved = on_hand + units, 100.0 * units - deal * units
            anyway = on_hand
            for asked in course:
                left, anyway = max(left - asked, 0), max(anyway - asked, 0)
                saved -= holding * (left - anyway)
            each.append(saved - (100 - leftover) * (left - anyway))
        savings.append(float(np.mean(each)))
    assert bought.saving.value == pytest.approx(max(savings), abs=1e-9)
    curve = buying_curve(
        draws,
        np.arange(25),
        deal_cost=deal,
        regular_cost=100,
        holding_cost=holding,
        on_hand=on_hand,
        leftover_value=leftover,
    )
    assert_allclose(curve, savings, atol=1e-9)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        forward_buy(np.array([[math.nan]]), [], regular_cost=0, holding_cost=-1, pack=0)
    assert len(caught.value.problems) == 5
    with pytest.raises(InputError, match="never sold brings leftover_value 99"):
        forward_buy(EVEN, [Deal(90)], regular_cost=100, holding_cost=0, leftover_value=99)
    with pytest.raises(InputError, match=r"deals\[0\].unit_cost is nan"):
        forward_buy(EVEN, [Deal(math.nan)], regular_cost=100, holding_cost=0)
