"""What a demand curve says, and what it refuses to be made of."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.price.curve import Goods, Isoelastic, Linear, Tabulated


def test_linear_demand_stops_at_the_price_nobody_pays() -> None:
    assert Linear(1500, 10).units(np.array([100.0, 150.0, 200.0])).tolist() == [[500.0, 0.0, 0.0]]


def test_every_draw_of_a_curve_answers() -> None:
    curve = Linear(np.array([100.0, 80.0]), 2)
    assert curve.units(np.array([10.0, 20.0])).tolist() == [[80.0, 60.0], [60.0, 40.0]]


def test_isoelastic_demand_halves_its_price_and_quadruples_its_units_at_elasticity_two() -> None:
    assert Isoelastic(100, at=10, elasticity=2).units(np.array([5.0, 10.0])).tolist() == [[400.0, 100.0]]


def test_a_tabulated_curve_is_read_in_any_order_of_prices() -> None:
    curve = Tabulated(np.array([300.0, 200.0]), np.array([[5.0, 9.0], [6.0, 12.0]]))
    assert curve.units(np.array([200.0, 300.0])).tolist() == [[9.0, 5.0], [12.0, 6.0]]


def test_a_tabulated_curve_does_not_guess_between_its_prices() -> None:
    curve = Tabulated(np.array([200.0, 300.0]), np.array([[9.0, 5.0]]))
    with pytest.raises(InputError, match="demand at the price 250 is not known; the table has 200, 300"):
        curve.units(np.array([250.0]))


def test_all_that_is_wrong_with_a_curve_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        Isoelastic(math.nan, at=-1, elasticity=0)
    assert len(told.value.problems) == 3


def test_a_table_has_a_column_for_each_price() -> None:
    with pytest.raises(InputError, match="a row per draw and a column per price"):
        Tabulated(np.array([200.0, 300.0]), np.array([[9.0]]))


def test_a_table_gives_each_price_once() -> None:
    with pytest.raises(InputError, match="stands twice"):
        Tabulated(np.array([200.0, 200.0]), np.array([[9.0, 8.0]]))


def test_negative_stock_is_refused() -> None:
    with pytest.raises(InputError, match="stock is -1; it must be at least 0"):
        Goods(stock=-1)


def test_a_worth_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(InputError, match="unit_worth holds nan"):
        Goods(unit_worth=math.nan)
