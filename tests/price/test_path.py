"""Prices over periods that share a stock: the worked case, the laws, and brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.price import path_ladder
from dealwright.price.curve import Goods, Linear, Tabulated
from dealwright.price.ladder import Ladder
from dealwright.price.path import best_path, earned_along, sold_along
from dealwright.price.path_ladder import best_path_on

TWO_PERIODS = [Linear(100, 1), Linear(60, 1)]
RUNGS = Ladder.of([40, 50, 60, 70])


def test_with_enough_stock_each_period_has_its_own_best_price() -> None:
    path = best_path(TWO_PERIODS, Goods(unit_worth=20))
    assert path.prices.tolist() == [60.0, 40.0]
    assert path.value.value == 2000.0
    assert path.stock_price == 0.0


def test_with_45_units_the_price_of_stock_is_15() -> None:
    path = best_path(TWO_PERIODS, Goods(stock=45, unit_worth=20))
    assert path.stock_price == 15.0
    assert path.prices.tolist() == [67.5, 47.5]
    assert path.units.tolist() == [32.5, 12.5]
    assert path.value.value == 1887.5
    assert path.bound == pytest.approx(1887.5)


def test_the_best_single_price_stands_beside_the_path() -> None:
    path = best_path(TWO_PERIODS, Goods(stock=45, unit_worth=20))
    assert (path.single_price, path.single_value.value) == (57.5, 1687.5)
    assert path.gain == pytest.approx(0.1185, abs=1e-4)


def test_on_a_ladder_without_turning_anyone_away_the_best_is_1800_and_the_next_1600() -> None:
    goods = Goods(stock=45, unit_worth=20)
    path = best_path_on(RUNGS, TWO_PERIODS, goods, serves_all=True)
    assert path.prices.tolist() == [70.0, 50.0]
    assert (path.value.value, path.is_exact) == (1800.0, True)
    served = sorted(
        earned_along(TWO_PERIODS, goods, np.array(prices))[0]
        for prices in product(RUNGS.prices, repeat=2)
        if sum(curve.units(np.array([p]))[0, 0] for curve, p in zip(TWO_PERIODS, prices, strict=True)) <= 45
    )
    assert served[-2:] == [1600.0, 1800.0]


def test_a_stock_that_no_path_can_serve_is_told() -> None:
    with pytest.raises(InputError, match=r"the path that sells least needs 30 units and the stock is 29"):
        best_path_on(RUNGS, TWO_PERIODS, Goods(stock=29), serves_all=True)


def test_rungs_below_the_worth_of_a_unit_are_no_choice() -> None:
    with pytest.raises(InputError, match="every rung is below the worth of a unit, 80"):
        best_path_on(RUNGS, TWO_PERIODS, Goods(unit_worth=80))


def test_a_path_needs_a_period() -> None:
    with pytest.raises(InputError, match="at least one period"):
        best_path([], Goods())
    with pytest.raises(InputError, match="at least one period"):
        best_path_on(RUNGS, [], Goods())


def test_a_cap_that_still_sells_out_is_the_price_of_every_period() -> None:
    path = best_path(TWO_PERIODS, Goods(stock=10), high=40)
    assert path.prices.tolist() == [40.0, 40.0]
    assert path.units.sum() == 10.0
    assert path.value.value == path.bound == 400.0


def test_the_value_over_uncertain_demand_claims_less_than_that_of_its_mean() -> None:
    unsure = [Linear(np.array([60.0, 140.0]), 1), Linear(np.array([30.0, 90.0]), 1)]
    certain = best_path(TWO_PERIODS, Goods(stock=45, unit_worth=20)).value
    path = best_path(unsure, Goods(stock=45, unit_worth=20))
    assert path.value.value < certain.value
    assert path.value.low < path.value.value < path.value.high


def test_if_too_many_ways_are_open_the_answer_says_that_it_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_ladder, "_MOST_WAYS", 2)
    rng = np.random.default_rng(3)
    curves = [Linear(a, 1.0) for a in rng.uniform(60, 140, 6)]
    path = best_path_on(Ladder.of(range(20, 120, 7)), curves, Goods(stock=120.5, unit_worth=10))
    assert not path.is_exact
    assert path.value.value <= path.bound


wanted_tables = st.lists(
    st.lists(st.integers(0, 30), min_size=3, max_size=3).map(lambda units: sorted(units, reverse=True)),
    min_size=1,
    max_size=4,
)


def tabulated(tables: list[list[int]]) -> list[Tabulated]:
    return [Tabulated(np.array([10.0, 15.0, 20.0]), np.array([table], dtype=np.float64)) for table in tables]


@given(tables=wanted_tables, stock=st.integers(0, 60), worth=st.integers(0, 9), serves_all=st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_path_on_a_ladder_equals_brute_force(
    tables: list[list[int]], stock: int, worth: int, serves_all: bool
) -> None:
    curves, goods = tabulated(tables), Goods(stock, worth)
    tried = [np.array(prices, dtype=np.float64) for prices in product([10, 15, 20], repeat=len(tables))]
    if serves_all:
        place = {10.0: 0, 15.0: 1, 20.0: 2}
        needs = [sum(table[place[p]] for table, p in zip(tables, path, strict=True)) for path in tried]
        tried = [path for path, need in zip(tried, needs, strict=True) if need <= stock]
    if not tried:
        with pytest.raises(InputError, match="sells least"):
            best_path_on(Ladder.of([10, 15, 20]), curves, goods, serves_all=True)
        return
    best = max(float(earned_along(curves, goods, path)[0]) for path in tried)
    path = best_path_on(Ladder.of([10, 15, 20]), curves, goods, serves_all=serves_all)
    assert path.is_exact
    assert path.value.value == pytest.approx(best)
    assert path.value.value <= path.bound + 1e-6


intercepts = st.lists(st.floats(20, 200), min_size=1, max_size=5)


@given(levels=intercepts, stock=st.floats(0, 300), more=st.floats(0, 100), worth=st.floats(0, 30))
@settings(max_examples=80, deadline=None)
def test_a_path_keeps_the_laws(levels: list[float], stock: float, more: float, worth: float) -> None:
    curves = [Linear(level, 1.5) for level in levels]
    few, many = (best_path(curves, Goods(units, worth), high=150) for units in (stock, stock + more))
    assert few.value.value <= many.value.value + 1e-6
    assert few.value.value >= few.single_value.value
    assert few.value.value == pytest.approx(few.bound, abs=1e-6)
    assert few.units.sum() <= stock + 1e-9


@given(levels=intercepts, stock=st.floats(0, 300), worth=st.floats(0, 30))
@settings(max_examples=40, deadline=None)
def test_over_uncertain_demand_no_path_earns_more_than_the_bound(
    levels: list[float], stock: float, worth: float
) -> None:
    curves, goods = [Linear(np.array([level / 3, level, 2 * level]), 1.0) for level in levels], Goods(stock, worth)
    path = best_path(curves, goods, high=150)
    assert not path.is_exact
    for prices in (path.prices, path.prices * 0.8, np.minimum(path.prices * 1.2, 150)):
        assert earned_along(curves, goods, prices).mean() <= path.bound + 1e-6
    rung = best_path_on(Ladder.of([40, 80, 120]), curves, goods)
    assert rung.single_value.value <= rung.value.value <= rung.bound + 1e-6


@given(levels=intercepts, stock=st.floats(0, 300), prices=st.data())
@settings(max_examples=40, deadline=None)
def test_sales_never_exceed_demand_or_stock(levels: list[float], stock: float, prices: st.DataObject) -> None:
    curves = [Linear(np.array([level, level / 2]), 1.0) for level in levels]
    asked = np.array(prices.draw(st.lists(st.floats(0, 200), min_size=len(levels), max_size=len(levels))))
    units = sold_along(curves, Goods(stock), asked)
    wanted = np.stack([curve.units(np.array([p]))[:, 0] for curve, p in zip(curves, asked, strict=True)], axis=1)
    assert (units <= wanted).all()
    assert (units.sum(axis=1) <= stock + 1e-9).all()
