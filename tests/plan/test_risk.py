"""Risk-averse plans against every plan and every set of worst draws of small shops."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.constraints import Constraint, Gap, MostPerProduct, MustRun, SlotsPerCategory, Soft
from dealwright.plan.constraints.check import soft_outcomes
from dealwright.plan.problem import OfferResponse, PlanningProblem, reweigh
from dealwright.plan.risk import RiskAversion, RiskPlan, RiskProfile, cvar, plan_with_risk, tail_chances
from dealwright.plan.solvers import Greedy
from two_products import Exactly, all_plans, drawn_shop

LIMITS: list[Constraint] = [MostPerProduct(2), Gap(1), SlotsPerCategory(2)]
Floats = NDArray[np.float64]


@cache
def shop(seed: int) -> tuple[PlanningProblem, OfferResponse]:
    return drawn_shop(n=3, n_weeks=3, n_draws=10, seed=seed)


@cache
def every_outcome(seed: int) -> Floats:
    """The draws of every admissible plan, (plans, D)."""
    problem, response = shop(seed)
    return np.stack([problem.objective_draws(response, plan) for plan in all_plans(problem, LIMITS)])


@cache
def planned(seed: int, weight: float, tail: float = 0.7) -> RiskPlan:
    problem, response = shop(seed)
    return plan_with_risk(problem, response, RiskAversion(weight, tail), Exactly(LIMITS))


def test_the_mean_of_the_worst_quarter_and_of_a_fifth_by_hand() -> None:
    draws = np.array([10.0, 40.0, 20.0, 30.0])
    assert cvar(draws, 0.75) == 10.0
    assert cvar(draws, 0.5) == 15.0
    # The worst 37.5 % is one draw and half of the next: (10 + 20 / 2) / 1.5.
    assert cvar(draws, 0.625) == pytest.approx(20 / 1.5)
    # Less than one draw is the worst one.
    assert cvar(draws, 0.9) == 10.0


@pytest.mark.parametrize("seed", range(3))
def test_the_cvar_is_the_least_mean_of_any_three_of_ten_draws(seed: int) -> None:
    for draws in every_outcome(seed):
        subsets = [draws[list(three)].mean() for three in itertools.combinations(range(10), 3)]
        assert cvar(draws, 0.7) == pytest.approx(min(subsets))


@pytest.mark.parametrize("seed", range(3))
def test_the_worst_draws_are_never_better_than_the_mean(seed: int) -> None:
    outcomes = every_outcome(seed)
    for tail in (0.1, 0.5, 0.95):
        assert all(cvar(draws, tail) <= draws.mean() + 1e-9 for draws in outcomes)


def test_chances_of_the_tail_are_a_distribution_that_counts_no_draw_too_often() -> None:
    chances = tail_chances(np.random.default_rng(0).normal(size=13), 0.6)
    assert chances.sum() == pytest.approx(1.0)
    assert chances.min() >= 0.0
    assert chances.max() <= 1 / (13 * 0.4) + 1e-12


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_the_plan_is_the_best_of_all_and_no_plan_is_above_the_bound(seed: int, weight: float) -> None:
    best = max(RiskAversion(weight, 0.7).of(draws) for draws in every_outcome(seed))
    found = planned(seed, weight)
    assert found.solution.objective == pytest.approx(best, rel=2e-3)
    assert found.solution.bound >= best - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_without_fear_the_plan_is_the_ordinary_one(seed: int) -> None:
    problem, _ = shop(seed)
    found = planned(seed, 0.0)
    ordinary = Exactly(LIMITS)(problem)
    assert found.n_rounds == 1
    assert (found.solution.choice == ordinary.choice).all()
    assert found.solution.objective == pytest.approx(ordinary.objective)


@pytest.mark.parametrize("seed", range(6))
def test_fear_gives_up_some_of_the_mean_for_better_worst_draws(seed: int) -> None:
    found = planned(seed, 1.0)
    assert found.profile.cvar >= found.neutral.cvar - 1e-6
    assert found.profile.gain.value <= found.neutral.gain.value + 1e-6


def test_on_some_shops_fear_changes_the_plan() -> None:
    changed = [
        seed for seed in range(6) if planned(seed, 1.0).profile.cvar > planned(seed, 1.0).neutral.cvar * 1.01
    ]
    assert changed


def test_what_a_plan_adds_in_good_luck_and_bad_by_hand() -> None:
    profile = RiskProfile.of(np.arange(11.0), 0.5)
    assert (profile.gain.low, profile.median, profile.gain.high) == pytest.approx((1.0, 5.0, 9.0))
    assert profile.gain.value == 5.0
    assert profile.cvar == pytest.approx((0 + 1 + 2 + 3 + 4 + 5 / 2) / 5.5)


def test_the_objective_is_the_mean_and_the_worst_draws_in_their_proportion() -> None:
    found = planned(0, 0.5)
    assert found.solution.objective == pytest.approx(0.5 * found.profile.gain.value + 0.5 * found.profile.cvar)


def test_the_same_shop_gives_the_same_plan_and_every_round_is_told() -> None:
    problem, response = shop(1)
    told: list[float] = []
    again = plan_with_risk(
        problem,
        response,
        RiskAversion(1.0, 0.7),
        Exactly(LIMITS),
        progress=lambda _what, share: told.append(share),
    )
    first = planned(1, 1.0)
    assert (again.solution.choice == first.solution.choice).all()
    assert again.solution.bound == first.solution.bound
    assert len(told) == again.n_rounds > 1
    assert told == sorted(told)


def test_one_round_is_the_plan_for_the_mean_judged_by_its_worst_draws() -> None:
    problem, response = shop(0)
    found = plan_with_risk(problem, response, RiskAversion(1.0, 0.7), Exactly(LIMITS), most_rounds=1, most_steps=0)
    assert found.n_rounds == 1
    assert found.solution.objective == found.neutral.cvar
    assert found.solution.bound == pytest.approx(problem.objective(found.solution.choice))


def test_steps_near_the_best_plan_find_a_better_one_under_the_same_bound() -> None:
    problem, response = drawn_shop(n=8, n_weeks=4, n_draws=20, seed=5)
    risk, solve = RiskAversion(1.0, 0.8), Exactly(LIMITS)
    without, with_steps = (
        plan_with_risk(problem, response, risk, solve, most_rounds=4, most_steps=most) for most in (0, 12)
    )
    assert with_steps.solution.objective > without.solution.objective
    assert with_steps.solution.bound == without.solution.bound
    assert with_steps.n_rounds > without.n_rounds


def test_a_solver_that_proves_nothing_leaves_the_bound_open() -> None:
    problem, response = shop(0)
    found = plan_with_risk(
        problem, response, RiskAversion(0.5, 0.7), lambda posed: Greedy().solve(posed, LIMITS), most_rounds=3
    )
    assert found.solution.bound == np.inf
    assert found.solution.objective >= RiskAversion(0.5, 0.7).of(
        problem.objective_draws(response, Greedy().solve(problem, LIMITS).choice)
    )


def test_what_soft_limits_cost_counts_in_the_choice_and_not_in_the_objective() -> None:
    problem, response = shop(0)
    soft: list[Constraint] = [*LIMITS, Soft(MustRun("sku-0", problem.weeks[0], 0.2), penalty_minor=10**6)]
    risk = RiskAversion(0.5, 0.7)

    def penalty(choice: NDArray[np.int64]) -> float:
        return sum(float(outcome.cost_minor) for outcome in soft_outcomes(soft, problem, choice))

    found = plan_with_risk(problem, response, risk, Exactly(soft), penalty=penalty)
    served = [plan for plan in all_plans(problem, LIMITS) if plan[0, 0] == 1]
    best = max(risk.of(problem.objective_draws(response, plan)) for plan in served)
    assert found.solution.choice[0, 0] == 1
    assert found.solution.objective == pytest.approx(best, rel=2e-3)
    assert found.solution.bound >= best - 1e-6


@pytest.mark.parametrize("tail", [0.0, 1.0, -0.5, float("nan")])
def test_a_tail_that_is_no_share_of_draws_is_refused(tail: float) -> None:
    with pytest.raises(InputError, match="tail is above 0 and below 1"):
        RiskAversion(0.5, tail)


def test_all_mistakes_about_risk_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        RiskAversion(1.5, 2.0)
    assert len(caught.value.problems) == 2


def test_worst_chances_are_those_under_which_the_plan_has_its_risk_objective() -> None:
    problem, response = shop(2)
    risk, found = RiskAversion(0.4, 0.7), planned(2, 1.0)
    draws = problem.objective_draws(response, found.solution.choice)
    under = reweigh(problem, response, risk.worst_chances(draws))
    assert under.objective(found.solution.choice) == pytest.approx(risk.of(draws))
