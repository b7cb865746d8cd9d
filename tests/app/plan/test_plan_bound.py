"""The bound holds for what plans truly add, however demand answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.app.plan.plan_bound import at_most
from dealwright.app.plan.plan_promotions import Posed, pose_plan
from dealwright.app.plan.plan_truth import TrueWorth
from dealwright.demand.response import DemandResponse
from dealwright.plan.constraints import violations
from dealwright.plan.scenario.changing import changed
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
