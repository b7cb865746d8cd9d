"""Stock under a plan: counted to the unit, with its risk."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.stats import poisson

from dealwright.core.errors import InputError
from dealwright.supply.position import StockProjection, assumed_supply, project_stock

Floats = NDArray[np.float64]


def one_product(opening: int, arrivals: list[int], *draws: list[int]) -> StockProjection:
    return project_stock(np.array([opening]), np.array([arrivals]), np.array([[draw] for draw in draws]))


def test_a_week_sells_the_smaller_of_stock_and_demand() -> None:
    # 10 on the shelf. Week 1: 4 asked, 6 left. Week 2: 3 come, 12 asked, 9 sold, 3 lost. Week 3: 5 come, 1 asked.
    course = one_product(10, [0, 3, 5], [4, 12, 1])
    assert_array_equal(course.sold.mean, [[4, 9, 1]])
    assert_array_equal(course.lost.mean, [[0, 3, 0]])
    assert_array_equal(course.closing.mean, [[6, 0, 4]])
    assert_array_equal(course.stock_out_probability, [[0, 1, 0]])
    assert_array_equal(course.horizon_risk, [1])


def test_a_shelf_sold_to_the_last_unit_is_no_stock_out() -> None:
    course = one_product(10, [0], [10])
    assert_array_equal(course.closing.mean, [[0]])
    assert_array_equal(course.stock_out_probability, [[0]])


def test_several_draws_give_expectation_bounds_and_risk() -> None:
    course = one_product(10, [0], *[[demand] for demand in range(1, 12)])
    assert_allclose(course.closing.mean, [[45 / 11]])
    assert_array_equal((course.closing.low, course.closing.high), ([[0]], [[8]]))
    assert_allclose(course.stock_out_probability, [[1 / 11]])
    assert_allclose(course.lost.mean, [[1 / 11]])


def test_lost_demand_does_not_come_back_the_week_after() -> None:
    course = one_product(0, [5, 5], [9, 5])
    assert_array_equal(course.lost.mean, [[4, 0]])
    assert_array_equal(course.shortage, [[4]])


def test_extra_units_are_the_fewest_that_reach_the_service_level() -> None:
    course = one_product(5, [0, 0], [2, 2], [3, 3], [4, 4], [9, 1])
    assert_array_equal(course.shortage[:, 0], [0, 1, 3, 5])
    assert course.extra_units_for(0.25).tolist() == [0]
    assert course.extra_units_for(0.5).tolist() == [1]
    assert course.extra_units_for(0.75).tolist() == [3]
    assert course.extra_units_for(0.76).tolist() == [5]
    assert course.extra_units_for(1).tolist() == [5]


def test_a_level_that_is_a_whole_number_of_draws_is_not_rounded_up() -> None:
    course = one_product(0, [0], *[[demand] for demand in range(1, 101)])
    assert course.extra_units_for(0.95).tolist() == [95]
    assert course.extra_units_for(0.07).tolist() == [7]


def test_products_do_not_share_stock() -> None:
    course = project_stock(np.array([10, 1]), np.zeros((2, 1)), np.array([[[3], [3]]]))
    assert_array_equal(course.sold.mean, [[3], [1]])


@pytest.mark.parametrize("stock", [0, 8, 12, 15])
def test_the_risk_of_one_week_is_the_poisson_tail(stock: int) -> None:
    draws = np.random.default_rng(3).poisson(10, size=(40_000, 1, 1))
    course = project_stock(np.array([stock]), np.array([[0]]), draws)
    truth = poisson.sf(stock, 10)
    # Four standard errors of a share of 40,000 draws.
    assert abs(course.stock_out_probability[0, 0] - truth) <= 4 * np.sqrt(truth * (1 - truth) / 40_000) + 1e-12


def test_extra_units_for_one_poisson_week_are_its_quantile() -> None:
    draws = np.random.default_rng(3).poisson(10, size=(40_000, 1, 1))
    course = project_stock(np.array([4]), np.array([[2]]), draws)
    assert course.extra_units_for(0.9).tolist() == [poisson.ppf(0.9, 10) - 6]


units = st.integers(0, 40).map(float)
courses = st.tuples(
    arrays(np.float64, 3, elements=units),
    arrays(np.float64, (3, 4), elements=units),
    arrays(np.float64, (5, 3, 4), elements=units),
)


@given(courses)
def test_stock_before_plus_received_less_sold_is_stock_after(course: tuple[Floats, Floats, Floats]) -> None:
    opening, arrivals, demand = course
    projection = project_stock(opening, arrivals, demand)
    frame = projection.to_frame(["a", "b", "c"], [date(2024, 1, day) for day in (1, 8, 15, 22)])
    after = frame["stock_before"] + frame["received"] - frame["sold"]
    assert_allclose(after, frame["stock_after"], atol=1e-9)
    assert_allclose(projection.sold.mean + projection.lost.mean, demand.mean(axis=0))


@given(courses, st.integers(0, 30))
def test_more_on_the_shelf_never_loses_more(course: tuple[Floats, Floats, Floats], more: int) -> None:
    opening, arrivals, demand = course
    before = project_stock(opening, arrivals, demand)
    after = project_stock(opening + more, arrivals, demand)
    assert (after.lost.mean <= before.lost.mean + 1e-9).all()
    assert (after.stock_out_probability <= before.stock_out_probability).all()
    assert (after.extra_units_for(0.9) <= before.extra_units_for(0.9)).all()


@given(courses, st.sampled_from([0.2, 0.5, 0.8, 0.9, 1.0]))
def test_with_the_extra_units_the_service_level_is_reached_and_with_one_less_it_is_not(
    course: tuple[Floats, Floats, Floats], level: float
) -> None:
    opening, arrivals, demand = course
    extra = project_stock(opening, arrivals, demand).extra_units_for(level)
    served = 1 - project_stock(opening + extra, arrivals, demand).horizon_risk
    assert (served >= level - 1e-9).all()
    fewer = np.maximum(extra - 1, 0)
    served_less = 1 - project_stock(opening + fewer, arrivals, demand).horizon_risk
    assert (served_less[extra > 0] < level).all()


@given(courses)
def test_the_horizon_runs_out_exactly_when_some_week_does(course: tuple[Floats, Floats, Floats]) -> None:
    opening, arrivals, demand = course
    one_draw = project_stock(opening, arrivals, demand[:1])
    assert_array_equal(one_draw.horizon_risk > 0, (one_draw.lost.mean > 0).any(axis=1))


def test_fractions_of_units_leave_no_dust_in_the_shortage() -> None:
    course = project_stock(np.array([0.0]), np.full((1, 3), 0.1), np.full((1, 1, 3), 0.1))
    assert course.extra_units_for(1).tolist() == [0]


def test_the_projection_as_a_table() -> None:
    course = project_stock(np.array([10, 0]), np.array([[0, 3], [1, 1]]), np.array([[[4, 5], [2, 1]]]))
    frame = course.to_frame(["tea", "jam"], [date(2024, 1, 1), date(2024, 1, 8)])
    assert frame["sku"].tolist() == ["tea", "tea", "jam", "jam"]
    assert frame["week"].tolist() == [date(2024, 1, 1), date(2024, 1, 8)] * 2
    assert frame["stock_before"].tolist() == [10, 6, 0, 0]
    assert frame["stock_after"].tolist() == [6, 4, 0, 0]
    assert frame["lost"].tolist() == [0, 0, 1, 0]
    assert isinstance(frame, pd.DataFrame)


def test_what_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        project_stock(np.array([1, 2]), np.array([[-1, 0]]), np.zeros((5, 1, 3)))
    assert told.value.problems == (
        "arrivals_units holds values that are negative or not finite; units must be 0 or more",
        "opening_units has the shape (2,); it must be 1",
        "demand_draws has the shape (5, 1, 3); it must be any x 1 x 2",
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_demand_that_is_no_number_of_units_is_refused(bad: float) -> None:
    with pytest.raises(InputError, match="demand_draws holds values that are negative or not finite"):
        project_stock(np.array([1]), np.array([[1]]), np.array([[[bad]]]))


def test_no_draws_at_all_are_refused() -> None:
    with pytest.raises(InputError, match="demand_draws has the shape"):
        project_stock(np.array([1]), np.array([[1]]), np.zeros((0, 1, 1)))


@pytest.mark.parametrize("level", [0.0, 1.01, -0.5])
def test_a_service_level_is_a_share(level: float) -> None:
    with pytest.raises(InputError, match="service level"):
        one_product(1, [1], [1]).extra_units_for(level)


def test_assumed_supply_covers_two_weeks_and_follows_the_baseline() -> None:
    supply = assumed_supply(np.array([[10.0, 11.4, 9.7], [0.2, 0.2, 0.2]]))
    assert supply.opening_units.tolist() == [21, 1]  # 2 x 10.37 = 20.7; 2 x 0.2 = 0.4
    assert supply.arrivals_units.tolist() == [[10, 11, 10], [0, 0, 0]]
    assert supply.is_assumed
    assert supply.assumption.startswith("Stock is assumed: 2 weeks of baseline sales")


def test_assumed_cover_that_comes_out_whole_is_not_rounded_up() -> None:
    assert assumed_supply(np.full((1, 3), 0.1), cover_weeks=10).opening_units.tolist() == [1]


@pytest.mark.parametrize("cover", [-1.0, np.nan, np.inf])
def test_cover_that_is_no_number_of_weeks_is_refused(cover: float) -> None:
    with pytest.raises(InputError, match="cover_weeks"):
        assumed_supply(np.ones((1, 2)), cover_weeks=cover)
