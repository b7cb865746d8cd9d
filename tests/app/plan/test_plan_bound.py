"""The bound holds for what plans truly add, however demand answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.app.plan.plan_bound import at_most
from dealwright.app.plan.plan_promotions import Posed, pose_plan
from dealwright.app.plan.plan_truth import TrueWorth
from dealwright.demand.response import DemandResponse
from dealwright.plan.constraints import Gap, violations
from dealwright.plan.problem import Offer
from dealwright.plan.scenario.changing import changed
from dealwright.plan.solvers import Milp
from known_demand import SCENARIO, known_demand, known_tables

Ints = NDArray[np.int64]

ADDITIVITIES = [0.0, 0.3, 0.5, 0.8, 1.0]


@pytest.fixture(scope="module")
def posed() -> Posed:
    roomy = changed(SCENARIO, ["limits.display_slots=4", "limits.mailer_slots=4", "limits.budget=2000"])
    return pose_plan(known_demand(), known_tables(), roomy, currency="EUR")


def strongly(response: DemandResponse, *, additivity: float, seed: int) -> DemandResponse:
    """Much is taken, much is pulled forward (in some draws less than nothing), and the categories go together."""
    rng = np.random.default_rng(seed)
    n_draws, n = response.elasticity.shape
    return replace(
        response,
        additivity=additivity,
        pulls=rng.normal(0.05, 0.1, response.pulls.shape),
        rival_pull=rng.normal(0.2, 0.2, (n_draws, n)),
        halo=rng.normal(0.1, 0.1, (n_draws, 2)),
        halo_of=np.array([0, 1]),
        halo_to=np.array([1, 0]),
    )


def truth_of(posed: Posed, response: DemandResponse) -> TrueWorth:
    """The problem's own offers under another answer; what they gain and take at once is as it was."""
    offers = replace(posed.response, rival_pull=response.rival_pull, pull_forward=response.pull_forward)
    return TrueWorth(response, offers, posed.problem)


def admissible(posed: Posed, *, seed: int, n: int = 40) -> Iterator[Ints]:
    """Random plans within the limits, sparse and dense."""
    rng = np.random.default_rng(seed)
    n_products, n_weeks, n_offers = posed.problem.shape
    found = 0
    while found < n:
        promoted = rng.random((n_products, n_weeks)) < rng.uniform(0.05, 0.4)
        choice = np.where(promoted, rng.integers(1, n_offers, promoted.shape), 0)
        if not violations(posed.constraints, posed.problem, choice):
            found += 1
            yield choice


@pytest.mark.parametrize("additivity", ADDITIVITIES)
@pytest.mark.parametrize("is_strong", [False, True], ids=["as learnt", "strong"])
def test_no_plan_truly_adds_more_than_the_loosest_problem_says(
    posed: Posed, additivity: float, *, is_strong: bool
) -> None:
    learnt = posed.facts.demand
    response = (
        strongly(learnt, additivity=additivity, seed=1) if is_strong else replace(learnt, additivity=additivity)
    )
    truth = truth_of(posed, response)
    loosest = at_most(truth, posed.constraints)
    assert (loosest.given_up >= 0).all()
    for choice in admissible(posed, seed=2):
        assert truth.objective(choice) <= loosest.objective(choice) + 1e-6


SMALL = [
    "depths=[0.2]",
    "limits.display_slots=0",
    "limits.mailer_slots=0",
    "limits.budget=2000",
    "limits.slots_per_category=3",
    "limits.blackout=[{categories: [category 1]}]",
]


@pytest.fixture(scope="module")
def small() -> Posed:
    """Three products of one category with one offer over four weeks, of which all plans can be tried."""
    return pose_plan(known_demand(), known_tables(), changed(SCENARIO, SMALL), currency="EUR")


@pytest.fixture(scope="module")
def every_plan(small: Posed) -> list[Ints]:
    """Each that keeps the limits: of a product at most two promotions, never in weeks that follow one another."""
    runs = [np.array(weeks) for weeks in itertools.product([0, 1], repeat=4) if sum(weeks) <= 2]
    offer, rows = small.problem.offers.index(Offer(0.2)), np.flatnonzero(small.problem.category_of == 0)
    plans = []
    for chosen in itertools.product(runs, repeat=len(rows)):
        plan = np.zeros(small.problem.shape[:2], dtype=np.int64)
        plan[rows] = offer * np.array(chosen)
        if not violations(small.constraints, small.problem, plan):
            plans.append(plan)
    return plans


@pytest.mark.parametrize("seed", range(5))
def test_no_plan_of_all_there_are_truly_adds_more_than_the_bound(
    small: Posed, every_plan: list[Ints], seed: int
) -> None:
    assert len(every_plan) == 8**3
    response = strongly(small.facts.demand, additivity=ADDITIVITIES[seed], seed=seed)
    truth = truth_of(small, response)
    loosest = at_most(truth, small.constraints)
    true = np.array([truth.objective(plan) for plan in every_plan])
    said = np.array([loosest.objective(plan) for plan in every_plan])
    assert (true <= said + 1e-6).all()
    bound = Milp(node_limit=1, most_rounds=0).solve(loosest, list(small.constraints)).bound
    assert true.max() <= bound + 1e-6


def test_what_a_product_s_own_promotions_ask_counts_only_those_that_can_all_run(small: Posed) -> None:
    truth = truth_of(small, strongly(small.facts.demand, additivity=0.5, seed=7))
    further_apart = [Gap(2) if isinstance(limit, Gap) else limit for limit in small.constraints]
    near, far = at_most(truth, small.constraints), at_most(truth, further_apart)
    assert (far.value <= near.value + 1e-9).all()
    assert far.value.sum() < near.value.sum() - 1.0


@pytest.mark.parametrize("additivity", ADDITIVITIES)
def test_beside_nothing_an_offer_adds_what_a_plan_of_it_alone_does(posed: Posed, additivity: float) -> None:
    truth = truth_of(posed, replace(posed.facts.demand, additivity=additivity))
    loosest = at_most(truth, posed.constraints)
    nothing = np.zeros(posed.problem.shape[:2], dtype=np.int64)
    beside = truth.beside(nothing)
    for i, k in ((0, 1), (3, 5)):
        choice = nothing.copy()
        choice[i, 1] = k
        alone = truth.objective(choice)
        scale = float(np.abs(posed.problem.spend[i, 1, k]))
        assert beside[i, 1, k] == pytest.approx(alone, abs=0.1 * scale)
        assert alone <= loosest.value[i, 1, k] + 1e-6
