"""How much to have for one period: textbook values, and exact against every other level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import nbinom, poisson

from dealwright.core.errors import InputError
from dealwright.supply.laws import DemandLaw, DrawnDemand, NegativeBinomialDemand, NormalDemand, PoissonDemand
from dealwright.supply.newsvendor import (
    cost_by_service,
    judge_level,
    level_for_cost,
    level_for_fill_rate,
    level_for_service,
    shortage_cost_for,
)

LAWS: list[DemandLaw] = [
    NormalDemand(120, 10),
    PoissonDemand(6.5),
    NegativeBinomialDemand(6.5, 2.0),
    DrawnDemand(np.array([0, 3, 3, 8, 20])),
]
positive = st.floats(0.1, 50)


def test_an_ordinary_week_of_the_textbook() -> None:
    level = level_for_cost(NormalDemand(120, 10), holding_cost=2, shortage_cost=18)
    assert round(level.units, 4) == 132.8155
    assert round(level.cost.value, 4) == 35.0997
    assert level.service_level == pytest.approx(0.9)


def test_its_promotion_week() -> None:
    level = level_for_cost(NormalDemand(180, 25), holding_cost=2, shortage_cost=18)
    assert round(level.units, 4) == 212.0388
    assert round(level.cost.value, 4) == 87.7492


def test_draws_are_each_as_likely_as_the_other() -> None:
    # One in four asks for 4, 6, 8, 10. A unit short costs 3, one left 1: the third draw, 8, serves 3 in 4.
    # Left 4 + 2 + 0 + 0, short 2: costs 4, 2, 0, 6, on average 3.
    level = level_for_cost(DrawnDemand(np.array([10, 4, 8, 6])), holding_cost=1, shortage_cost=3)
    assert (level.units, level.cost.value, level.service_level) == (8, 3.0, 0.75)
    assert (level.left, level.short) == (1.5, 0.5)
    assert level.fill_rate == 1 - 0.5 / 7
    assert (level.cost.low, level.cost.high) == pytest.approx((0.6, 5.4))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
@pytest.mark.parametrize("units", [0.0, 3.0, 7.5, 25.0, 130.0])
def test_what_is_short_and_what_is_left_differ_by_the_mean(law: DemandLaw, units: float) -> None:
    level = judge_level(law, units, holding_cost=1, shortage_cost=1)
    assert level.left - level.short == pytest.approx(units - law.mean)
    assert level.short >= 0


@pytest.mark.parametrize(
    ("law", "probability"),
    [
        (PoissonDemand(6.5), poisson.pmf(np.arange(400), 6.5)),
        (NegativeBinomialDemand(6.5, 2.0), nbinom.pmf(np.arange(400), 2.0, 2 / 8.5)),
    ],
    ids=["poisson", "negative binomial"],
)
@pytest.mark.parametrize("units", [-2.0, 0.0, 4.0, 4.5, 30.0])
def test_expected_shortage_equals_the_sum_over_all_demands(
    law: DemandLaw, probability: np.ndarray, units: float
) -> None:
    summed = float(probability @ np.maximum(np.arange(400) - units, 0.0))
    assert_allclose(law.shortage(units), summed, atol=1e-12)


@given(draws=st.lists(st.integers(0, 30), min_size=1, max_size=12), holding=positive, shortage=positive)
def test_no_other_whole_stock_costs_less(draws: list[int], holding: float, shortage: float) -> None:
    law = DrawnDemand(np.array(draws))
    best = level_for_cost(law, holding_cost=holding, shortage_cost=shortage)
    asked = np.array(draws)[:, None]
    levels = np.arange(31)[None, :]
    all_costs = holding * np.maximum(levels - asked, 0) + shortage * np.maximum(asked - levels, 0)
    assert best.cost.value == pytest.approx(all_costs.mean(axis=0).min())


@settings(max_examples=40)
@given(mean=st.floats(0.5, 60), size=st.floats(0.3, 20), holding=positive, shortage=positive)
def test_no_neighbouring_stock_costs_less_under_counts(
    mean: float, size: float, holding: float, shortage: float
) -> None:
    for law in (PoissonDemand(mean), NegativeBinomialDemand(mean, size)):
        best = level_for_cost(law, holding_cost=holding, shortage_cost=shortage)
        for units in (best.units - 1, best.units + 1):
            if units >= 0:
                other = judge_level(law, units, holding_cost=holding, shortage_cost=shortage)
                assert other.cost.value >= best.cost.value - 1e-9


def test_the_normal_law_is_the_limit_of_the_others() -> None:
    normal = level_for_cost(NormalDemand(10_000, 100), holding_cost=1, shortage_cost=9)
    counted = level_for_cost(PoissonDemand(10_000), holding_cost=1, shortage_cost=9)
    drawn = level_for_cost(
        DrawnDemand(np.random.default_rng(0).normal(10_000, 100, 40_000)), holding_cost=1, shortage_cost=9
    )
    assert counted.units == pytest.approx(normal.units, abs=2)
    assert drawn.units == pytest.approx(normal.units, abs=4)
    assert drawn.cost.value == pytest.approx(normal.cost.value, rel=0.02)


def test_a_service_level_is_reached_with_the_fewest_units() -> None:
    law = PoissonDemand(6.5)
    level = level_for_service(law, service_level=0.95, holding_cost=1, shortage_cost=5)
    assert law.share_below(level.units) >= 0.95
    assert law.share_below(level.units - 1) < 0.95


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_a_fill_rate_is_reached_with_the_fewest_units(law: DemandLaw) -> None:
    level = level_for_fill_rate(law, fill_rate=0.9, holding_cost=1, shortage_cost=5)
    assert level.fill_rate >= 0.9 - 1e-9
    assert judge_level(law, level.units - 1, holding_cost=1, shortage_cost=5).fill_rate < 0.9


def test_a_little_fill_rate_may_need_nothing_at_all_where_nothing_is_asked_for() -> None:
    level = level_for_fill_rate(DrawnDemand(np.zeros(3)), fill_rate=0.9, holding_cost=1, shortage_cost=5)
    assert (level.units, level.fill_rate, level.cost.value) == (0, 1, 0)


def test_more_service_needs_more_stock_and_the_cost_is_least_at_the_ratio_of_costs() -> None:
    table = cost_by_service(NormalDemand(120, 10), [0.5, 0.8, 0.9, 0.95, 0.99], holding_cost=2, shortage_cost=18)
    assert table["units"].is_monotonic_increasing
    assert table["fill_rate"].is_monotonic_increasing
    assert table["wanted"].iloc[int(table["cost"].argmin())] == 0.9
    assert (table["low"] <= table["cost"]).all()


def test_a_wanted_service_level_says_what_a_missed_unit_costs() -> None:
    assert shortage_cost_for(0.9, holding_cost=2) == pytest.approx(18)


def test_a_unit_more_of_lead_time_is_a_window_more_of_demand() -> None:
    draws = np.array([[1, 2, 3, 4], [0, 0, 5, 5]])
    assert_array_equal(DrawnDemand.over(draws, 3).units, [5, 6, 9, 10])


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        level_for_service(PoissonDemand(3), service_level=1.5, holding_cost=-1, shortage_cost=math.nan)
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "service_level",
        "holding_cost",
        "shortage_cost",
    ]


@pytest.mark.parametrize("draws", [[], [1.0, math.nan], [-1.0], [[1.0]], [math.inf], ["a"]])
def test_draws_that_are_no_demand_are_refused(draws: list[object]) -> None:
    with pytest.raises(InputError, match="draws"):
        DrawnDemand(np.array(draws))


def test_laws_without_spread_or_mean_are_refused() -> None:
    with pytest.raises(InputError, match="2 problems"):
        NormalDemand(0, 0)
    with pytest.raises(InputError, match="mean is -1"):
        PoissonDemand(-1)
    with pytest.raises(InputError, match="size is nan"):
        NegativeBinomialDemand(1, math.nan)
    with pytest.raises(InputError, match="n_periods is 3 and the draws are 2 periods long"):
        DrawnDemand.over(np.ones((1, 2)), 3)
