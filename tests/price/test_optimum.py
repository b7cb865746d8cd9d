"""The best single price: the worked case, the formulas, and the laws of selling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.price.curve import Goods, Isoelastic, Linear, Tabulated
from dealwright.price.ladder import Ladder
from dealwright.price.optimum import best_price, best_rung, earned, sold

# Three products: demand, stock, regular price.
A = (Linear(1500, 10), Goods(stock=1000), 100)
B = (Linear(2000, 5), Goods(stock=800), 200)
C = (Linear(1300, 4), Goods(stock=500), 300)
FIVE_PER_CENT = [k * 0.05 for k in range(20)]


def test_three_products_at_their_best_prices_by_hand() -> None:
    chosen = [best_price(curve, goods, high=regular) for curve, goods, regular in (A, B, C)]
    assert [choice.price for choice in chosen] == [75.0, 200.0, 200.0]
    assert [choice.value.value for choice in chosen] == [56_250.0, 160_000.0, 100_000.0]
    assert sum(choice.value.value for choice in chosen) == 316_250.0


def test_three_products_on_a_ladder_of_five_per_cent_by_hand() -> None:
    chosen = [
        best_rung(curve, goods, Ladder.from_depths(regular, FIVE_PER_CENT)) for curve, goods, regular in (A, B, C)
    ]
    assert [choice.price for choice in chosen] == [75.0, 200.0, 195.0]
    assert [choice.value.value for choice in chosen] == [56_250.0, 160_000.0, 97_500.0]


def test_what_prices_truly_bring_counts_demand_and_not_only_stock() -> None:
    regular = [earned(curve, goods, np.array([price]))[0, 0] for curve, goods, price in (A, B, C)]
    assert sum(regular) == 240_000.0  # not the 410,000 that all stock would bring
    tenth_fifth_third = zip((A, B, C), (90, 160, 210), strict=True)
    cut = [earned(curve, goods, np.array([price]))[0, 0] for (curve, goods, _), price in tenth_fifth_third]
    assert cut == [54_000.0, 128_000.0, 96_600.0]


def test_linear_demand_with_a_unit_cost_splits_the_difference() -> None:
    # (100 + 20) / 2 with nothing else in the way.
    assert best_price(Linear(100, 1), Goods(unit_worth=20)).price == 60.0


def test_isoelastic_demand_takes_the_usual_mark_up() -> None:
    # 60 * 3 / (3 - 1)
    assert best_price(Isoelastic(100, at=100, elasticity=3), Goods(unit_worth=60)).price == pytest.approx(90)


def test_isoelastic_demand_with_little_stock_is_priced_to_sell_it_out() -> None:
    # at * (base / stock)^(1/e) = 100 * (400 / 100)^(1/2)
    choice = best_price(Isoelastic(400, at=100, elasticity=2), Goods(stock=100), high=300)
    assert choice.price == pytest.approx(200)
    assert choice.units.value == pytest.approx(100)


def test_inelastic_demand_is_priced_at_the_cap() -> None:
    assert best_price(Isoelastic(10, at=100, elasticity=0.5), Goods(), high=150).price == 150


def test_inelastic_demand_without_a_cap_has_no_best_price() -> None:
    with pytest.raises(InputError, match="every dearer price earns more; give `high`"):
        best_price(Isoelastic(10, at=100, elasticity=0.5), Goods())


def test_free_units_without_limit_have_no_best_price() -> None:
    with pytest.raises(InputError, match="every lower price earns more; give `low`"):
        best_price(Isoelastic(10, at=100, elasticity=2), Goods())


def test_isoelastic_draws_are_sent_to_a_ladder() -> None:
    with pytest.raises(InputError, match="best_rung with a ladder"):
        best_price(Isoelastic(np.array([1.0, 2.0]), at=100, elasticity=2), Goods(unit_worth=1))


def test_a_floor_above_the_cap_is_refused() -> None:
    with pytest.raises(InputError, match="lowest price allowed, 120, is above the highest, 100"):
        best_price(Linear(100, 1), Goods(), low=120, high=100)


def test_the_interval_comes_from_the_draws() -> None:
    curve = Tabulated(np.array([10.0]), np.array([[float(units)] for units in range(101)]))
    choice = best_rung(curve, Goods(), Ladder.of([10]))
    assert [choice.units.low, choice.units.value, choice.units.high] == pytest.approx([10, 50, 90])


def test_nothing_in_stock_earns_nothing() -> None:
    assert best_price(Linear(100, 1), Goods(stock=0), high=80).value.value == 0.0


def test_of_equal_prices_the_lowest_is_taken() -> None:
    curve = Tabulated(np.array([10.0, 20.0]), np.array([[8.0, 4.0]]))
    assert best_rung(curve, Goods(), Ladder.of([10, 20])).price == 10.0


lines = st.builds(
    Linear,
    st.lists(st.floats(10, 500), min_size=3, max_size=3).map(np.array),
    st.lists(st.floats(0.2, 5), min_size=3, max_size=3).map(np.array),
)


@given(curve=lines, stock=st.floats(0, 400), worth=st.floats(0, 40))
@settings(max_examples=60, deadline=None)
def test_no_price_of_a_fine_grid_beats_the_exact_one(curve: Linear, stock: float, worth: float) -> None:
    goods = Goods(stock, worth)
    best = best_price(curve, goods, low=1, high=300).value.value
    assert earned(curve, goods, np.linspace(1, 300, 2000)).mean(axis=0).max() <= best + 1e-6


@given(curve=lines, stock=st.floats(0, 400), more=st.floats(0, 100))
@settings(max_examples=60, deadline=None)
def test_more_stock_never_lowers_the_value(curve: Linear, stock: float, more: float) -> None:
    few, many = (best_price(curve, Goods(units), high=300).value.value for units in (stock, stock + more))
    assert few <= many + 1e-9


@given(curve=lines, stock=st.floats(0, 400))
@settings(max_examples=30, deadline=None)
def test_units_are_never_sold_beyond_demand_or_stock(curve: Linear, stock: float) -> None:
    prices = np.linspace(1, 300, 20)
    units = sold(curve, Goods(stock), prices)
    assert (units <= curve.units(prices)).all()
    assert (units <= stock).all()
