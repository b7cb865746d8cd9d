"""Expectations under any chances of the draws, and the objective draw by draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.objective import PROFIT, Objective, Units
from dealwright.plan.problem import draw_weights, pursue, reweigh
from two_products import drawn_shop, posed, tea_and_coffee

TWO_DRAWS = tea_and_coffee(draws=(1.0, 3.0))
SHOP, SHOP_RESPONSE = drawn_shop(n=5, n_draws=7, seed=3)


def test_a_draw_with_all_the_weight_is_the_only_one() -> None:
    first, second = (posed(response=tea_and_coffee(draws=(size,))) for size in (1.0, 3.0))
    assert posed(response=TWO_DRAWS, weights=np.array([1.0, 0.0])).value.tolist() == first.value.tolist()
    assert posed(response=TWO_DRAWS, weights=np.array([0.0, 1.0])).taken.tolist() == second.taken.tolist()


def test_a_quarter_and_three_quarters_by_hand() -> None:
    # Without support tea earns 1037.5 in the first draw and three times that in the second; the display costs 5.00.
    problem = posed(response=TWO_DRAWS, weights=np.array([0.25, 0.75]))
    assert problem.value[0, 0, 1] == pytest.approx(1037.5 * (0.25 + 3 * 0.75) - 500)
    assert problem.spend[0, 0, 1] == pytest.approx(0.5 * 200 * 20 * 2.5 + 500)


def test_draws_count_alike_unless_told_otherwise() -> None:
    assert posed(response=TWO_DRAWS).value == pytest.approx(
        posed(response=TWO_DRAWS, weights=np.array([0.5, 0.5])).value
    )


def test_limits_count_what_they_counted_when_draws_are_weighed_anew() -> None:
    problem = posed(response=TWO_DRAWS)
    darker = reweigh(problem, TWO_DRAWS, np.array([1.0, 0.0]))
    assert darker.spend is problem.spend
    assert darker.value.tolist() == posed(response=tea_and_coffee()).value.tolist()


def test_the_objective_draw_by_draw_by_hand() -> None:
    # Both promoted in week one: tea 1037.5, coffee -3225, together 360 more, all times the draw; two displays.
    draws = posed(response=TWO_DRAWS).objective_draws(TWO_DRAWS, np.array([[1, 0], [1, 0]]))
    earned = 1037.5 - 3225 + 360
    assert draws.tolist() == pytest.approx([earned - 1000, 3 * earned - 1000])


def test_a_plan_with_nothing_in_it_adds_nothing_in_any_draw() -> None:
    draws = posed(response=TWO_DRAWS).objective_draws(TWO_DRAWS, np.zeros((2, 2), dtype=np.int64))
    assert draws.tolist() == [0.0, 0.0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([PROFIT, Units()]))
def test_the_mean_of_the_draws_is_the_objective_under_any_chances(seed: int, objective: Objective) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(7))
    choice = rng.integers(0, 2, SHOP.shape[:2])
    problem = pursue(SHOP, SHOP_RESPONSE, objective)
    draws = problem.objective_draws(SHOP_RESPONSE, choice)
    assert weights @ draws == pytest.approx(reweigh(problem, SHOP_RESPONSE, weights).objective(choice))


def test_promotions_are_never_worth_less_together_than_apart() -> None:
    everything = np.ones(SHOP.shape[:2], dtype=np.int64)
    assert SHOP.interaction(everything) > 0
    assert SHOP.apart(everything) == pytest.approx(SHOP.objective(everything) - SHOP.interaction(everything))


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (np.array([0.5, 0.6]), "sum to 1.1"),
        (np.array([1.5, -0.5]), "these are -0.5 or more"),
        (np.array([np.nan, 1.0]), "sum to nan"),
        (np.array([0.2, 0.3, 0.5]), "2 draws need as many weights"),
    ],
)
def test_weights_that_are_no_distribution_are_refused(weights: NDArray[np.float64], why: str) -> None:
    with pytest.raises(InputError, match=why):
        draw_weights(weights, 2)
