"""Too much stock: how much is left, and which remedy brings most."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from dealwright.core.errors import InputError
from dealwright.supply.overstock import Shelf, choose_remedies
from dealwright.supply.remedies import Bundle, MarkDown, Recommend, Return, Transfer

# Two products, two equally likely courses, two weeks. Tea: 50 there, 20 or 30 asked for. Milk: 10 there, sold out.
DEMAND = np.array([[[10, 10], [8, 8]], [[20, 10], [8, 8]]], dtype=float)


def shelf(**more: float) -> Shelf:
    return Shelf.of(DEMAND, on_hand=[50, 10], price=[100, 200], **more)


def test_what_is_left_at_the_date_is_told_with_its_probability() -> None:
    table = shelf().excess_frame(["tea", "milk"])
    assert table["left"].tolist() == [25, 0]
    assert table["left_probability"].tolist() == [1, 0]
    assert table[["left_low", "left_high"]].to_numpy()[0].tolist() == pytest.approx([21, 29])


def test_selling_on_brings_sales_and_salvage_less_holding() -> None:
    money = shelf(salvage=10, holding=1).money()
    # Tea: 20 sold, 30 left, holding 40 + 30; and 30 sold, 20 left, holding 30 + 20. Milk: 10 sold, 2 held once.
    assert_array_equal(money, [[2000 + 300 - 70, 2000 - 2], [3000 + 200 - 50, 2000 - 2]])


def test_a_markdown_pays_where_stock_is_left_and_not_where_it_sells_out() -> None:
    answer = choose_remedies(shelf(), [MarkDown(0.2, DEMAND * 1.5, cost=5)])
    tea, milk = answer.chosen
    # 30 or 45 sold at 80: 2400 - 2000 and 3600 - 3000, less the labels.
    assert (tea.kind, tea.value.value, tea.units) == ("mark_down", 495, 12.5)
    assert (milk.kind, milk.value.value) == ("keep", 0)
    assert "about 25 of 50 units would be left; to mark down by 20%" in tea.reason
    assert "no remedy is expected to bring more" in milk.reason


def test_a_place_on_the_start_page_sells_more_at_the_usual_price() -> None:
    (tea, _) = choose_remedies(shelf(), [Recommend(np.full((2, 2), 0.2), cost=50)]).chosen
    assert (tea.kind, tea.value.value) == ("recommend", 0.2 * 2500 - 50)


def test_a_bundle_brings_its_price_less_what_it_replaces() -> None:
    bundles = np.full((2, 2, 2), 4.0)
    # 8 bundles at 120; half of their buyers would have bought tea alone at 100.
    (tea, _) = choose_remedies(shelf(), [Bundle(bundles, income=120, switched=0.5)]).chosen
    assert tea.value.value == pytest.approx(8 * 120 - 4 * 100)
    assert tea.units == pytest.approx(4)


def test_as_many_units_are_moved_as_are_missed_elsewhere() -> None:
    # Elsewhere 5 or 12 are missed. Units 6 to 12 sell there half of the time: 50 - 10 is worth it, as 20 are
    # left here in any case.
    missed = np.array([[5, 0], [12, 0]], dtype=float)
    (tea, milk) = choose_remedies(shelf(), [Transfer(missed, price=100, unit_cost=10)]).chosen
    assert (tea.kind, tea.units, tea.words) == ("transfer", 12, "transfer 12 units")
    assert tea.value.value == pytest.approx((500 + 1200) / 2 - 120)
    assert milk.kind == "keep"


def test_units_go_back_while_the_credit_beats_their_chance_to_sell() -> None:
    # The last 20 units never sell; the 10 before them sell half of the time, for 100: worth 50 here.
    (cheap, _) = choose_remedies(shelf(), [Return(credit=40)]).chosen
    assert (cheap.units, cheap.value.value) == (20, 800)
    (dear, _) = choose_remedies(shelf(), [Return(credit=60)]).chosen
    assert (dear.units, dear.value.value) == (30, 30 * 60 - 10 * 50)
    (limited, _) = choose_remedies(shelf(), [Return(credit=60, limit=7, cost=20)]).chosen
    assert (limited.units, limited.value.value) == (7, 400)


def test_the_remedy_of_the_most_value_is_chosen_and_the_next_best_is_named() -> None:
    answer = choose_remedies(shelf(), [MarkDown(0.2, DEMAND * 1.5), Return(credit=40)])
    tea = answer.chosen[0]
    assert (tea.kind, tea.value.value) == ("return", 800)
    assert "more than to mark down by 20%" in tea.reason
    assert tea.gain_probability == 1
    assert {(advice.product, advice.kind) for advice in answer.options} == {
        (0, "mark_down"),
        (0, "return"),
        (1, "mark_down"),
    }


def test_scarce_places_go_where_they_bring_most() -> None:
    demand = np.full((1, 3, 1), 10.0)
    full = Shelf.of(demand, on_hand=100, price=[10, 30, 20])
    lift = Recommend(np.ones((1, 3)))
    free = choose_remedies(full, [lift])
    assert [advice.kind for advice in free.chosen] == ["recommend"] * 3
    one = choose_remedies(full, [lift, Return(credit=0.5)], most={"recommend": 1})
    assert [advice.kind for advice in one.chosen] == ["return", "recommend", "return"]
    assert "other products need that more" in one.chosen[2].reason
    alone = choose_remedies(full, [lift], most={"recommend": 1})
    assert [advice.kind for advice in alone.chosen] == ["keep", "recommend", "keep"]
    assert "bring more for other products" in alone.chosen[0].reason


@given(
    on_hand=st.integers(0, 30),
    demand=st.lists(st.integers(0, 9), min_size=4, max_size=4),
    holding=st.integers(0, 3),
    credit=st.integers(0, 20),
)
def test_no_other_amount_sent_back_brings_more(on_hand: int, demand: list[int], holding: int, credit: int) -> None:
    draws = np.array(demand, dtype=float).reshape(2, 1, 2)

    def left_with(units: int) -> Shelf:
        return Shelf.of(draws, on_hand=units, price=20, salvage=2, holding=holding)

    before = left_with(on_hand)
    best = max(float(left_with(on_hand - units).money().mean()) + credit * units for units in range(on_hand + 1))
    (advice,) = choose_remedies(before, [Return(credit=credit)]).chosen
    assert advice.value.value == pytest.approx(best - float(before.money().mean()), abs=1e-9)


def test_the_table_tells_chosen_and_rejected() -> None:
    answer = choose_remedies(shelf(), [MarkDown(0.2, DEMAND * 1.5), Return(credit=40)])
    chosen = answer.to_frame(["tea", "milk"])
    assert chosen[["sku", "action"]].to_numpy().tolist() == [["tea", "return"], ["milk", "keep"]]
    assert len(answer.to_frame(["tea", "milk"], with_rejected=True)) == 3


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Shelf.of(DEMAND, on_hand=[1, -1], price=math.nan, salvage=[1, 2, 3])
    assert [problem.split()[0] for problem in caught.value.problems] == ["on_hand", "price", "salvage"]
    with pytest.raises(InputError, match="salvage is above price"):
        Shelf.of(DEMAND, on_hand=1, price=1, salvage=2)
    with pytest.raises(InputError, match="demand_draws has the shape"):
        Shelf.of(np.empty((0, 1, 1)), on_hand=1, price=1)
    with pytest.raises(InputError, match="2 problems"):
        choose_remedies(shelf(), [MarkDown(1.2, DEMAND[:1])])
    with pytest.raises(InputError, match="remedies is empty"):
        choose_remedies(shelf(), [])
    with pytest.raises(InputError, match="did you mean 'mark_down'"):
        choose_remedies(shelf(), [MarkDown(0.2, DEMAND)], most={"markdown": 3})
