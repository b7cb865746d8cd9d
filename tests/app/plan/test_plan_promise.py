"""How much less a chosen plan earns than was expected of it, on shops whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.plan.plan_promise import (
    Promise,
    Stray,
    flattery,
    learn_stray,
    promise_of,
    promise_of_choice,
    strayed,
)
from dealwright.app.plan.plan_promotions import plan_promotions
from dealwright.app.plan.simulate_plan import simulate_plan
from dealwright.plan.constraints import Constraint, LeastPerWeek, MostPromotions
from dealwright.plan.objective import PROFIT
from dealwright.plan.problem import OfferResponse, PlanningProblem, pursue
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers import Greedy
from known_demand import with_stray_promotions
from known_shop import make_frames, make_panel
from two_products import drawn_shop

LIMITS: list[Constraint] = [MostPromotions(5, is_per_week=False)]
FAR = Stray(lift=0.2, switching=0.15, pull=0.1)
NOWHERE = Stray(lift=0.0, switching=0.0, pull=0.0)


@pytest.fixture(scope="module")
def shop() -> tuple[PlanningProblem, OfferResponse]:
    """Twelve products that earn alike, but for how they were drawn, and a belief that is sure of itself."""
    problem, response = drawn_shop(n=12, n_weeks=2, n_draws=4, seed=5)
    alike = replace(response, gain=np.broadcast_to(response.gain.mean((0, 1)), response.gain.shape).copy())
    return pursue(problem, alike, PROFIT), alike


def _expected_and_true(
    problem: PlanningProblem, truth: OfferResponse, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Of a plan that was chosen by what strays from the truth: what was expected, what is true, what flatters."""
    belief = strayed(truth, FAR, rng)
    posed = pursue(problem, belief, PROFIT)
    choice = Greedy().solve(posed, LIMITS).choice
    return posed.objective(choice), problem.objective(choice), flattery(posed, belief, LIMITS, FAR, rng)


def test_what_choosing_flatters_is_what_plans_earn_less_than_was_expected(
    shop: tuple[PlanningProblem, OfferResponse],
) -> None:
    problem, response = shop
    truth = replace(response, **{name: getattr(response, name)[:1] for name in _DRAWN})
    problem, rng = pursue(problem, truth, PROFIT), np.random.default_rng(1)
    expected, true, taken_off = np.array([_expected_and_true(problem, truth, rng) for _ in range(60)]).T
    assert (expected - true).mean() > 0.1 * true.mean()
    assert taken_off.mean() == pytest.approx((expected - true).mean(), rel=0.35)


_DRAWN = ("baseline", "gain", "switching", "pull_forward", "rival_pull")


def test_a_promotion_that_everybody_would_choose_is_not_flattered(
    shop: tuple[PlanningProblem, OfferResponse],
) -> None:
    problem, response = shop
    everything: list[Constraint] = [MostPromotions(1_000, is_per_week=False)]
    rng = np.random.default_rng(2)
    free = replace(response, switching=np.zeros_like(response.switching), gain=response.gain * 5)
    sure = pursue(problem, free, PROFIT)
    assert (sure.value[:, :, 1] > 0).all()
    small = Stray(lift=0.02, switching=0.0, pull=0.0)
    every = np.ones(problem.shape[:2], dtype=np.int64)
    assert flattery(sure, free, everything, small, rng) == pytest.approx(0.0, abs=0.005 * sure.objective(every))


def test_a_plan_whose_products_do_not_stray_is_promised_as_expected(
    shop: tuple[PlanningProblem, OfferResponse],
) -> None:
    problem, response = shop
    choice = Greedy().solve(problem, LIMITS).choice
    promise = promise_of_choice(problem, response, choice, LIMITS, NOWHERE, seed=1)
    assert promise.flattery == 0.0
    assert promise.correction.tolist() == [0.0] * 4


def test_an_empty_plan_is_promised_nothing(shop: tuple[PlanningProblem, OfferResponse]) -> None:
    problem, response = shop
    none = np.zeros(problem.shape[:2], dtype=np.int64)
    assert promise_of_choice(problem, response, none, LIMITS, FAR, seed=1).correction.tolist() == [0.0] * 4


def test_limits_that_ask_for_promotions_change_nothing_of_what_choosing_flatters(
    shop: tuple[PlanningProblem, OfferResponse],
) -> None:
    problem, response = shop
    free = flattery(problem, response, LIMITS, FAR, np.random.default_rng(3))
    assert free > 0
    assert flattery(problem, response, [*LIMITS, LeastPerWeek(1)], FAR, np.random.default_rng(3)) == free


def test_a_product_goes_astray_in_its_own_way_with_all_its_offers(
    shop: tuple[PlanningProblem, OfferResponse],
) -> None:
    _, response = shop
    times = strayed(response, FAR, np.random.default_rng(4)).gain[:, :, 1:] / response.gain[:, :, 1:]
    assert np.ptp(times, axis=2).max() == pytest.approx(0.0, abs=1e-12)
    assert len(np.unique(times.round(9))) == 4 * 12


def test_another_plan_has_as_large_a_part_of_a_promise_as_it_has_of_what_is_expected() -> None:
    promise, base = Promise(flattery=40.0, strays=np.array([-10.0, 10.0])), np.array([90.0, 110.0])
    assert promise.shared(base, of=base).tolist() == [-50.0, -30.0]
    assert promise.shared(base / 2, of=base).tolist() == [-25.0, -15.0]
    assert promise.shared(-base, of=base).tolist() == [0.0, 0.0], "a plan that is expected to lose is not praised"
    assert promise.shared(base, of=-base).tolist() == [0.0, 0.0]


SCENARIO = Scenario.read("{n_draws: 60, solver: greedy, limits: {display_slots: 1, mailer_slots: 1}}")


@pytest.fixture(scope="module")
def tables() -> MemoryTables:
    return MemoryTables(make_frames(make_panel(n=6, n_weeks=60, n_categories=2, base=30.0)))


@pytest.fixture(scope="module")
def demand(tables: MemoryTables) -> DemandForecast:
    return forecast_demand(tables, SCENARIO, country="DE", seed=3)


def test_where_sales_follow_the_formula_nothing_is_taken_off(demand: DemandForecast, tables: MemoryTables) -> None:
    assert learn_stray(demand) == NOWHERE
    planned = plan_promotions(demand, tables, SCENARIO, currency="EUR")
    assert not promise_of(demand, planned, seed=3).correction.any()


def test_promotions_that_did_what_nobody_expected_say_that_products_stray(demand: DemandForecast) -> None:
    assert learn_stray(with_stray_promotions(demand)) == Stray(lift=0.12, switching=0.12, pull=0.10)


def test_a_correction_is_the_plan_s_alone(demand: DemandForecast, tables: MemoryTables) -> None:
    planned = plan_promotions(demand, tables, SCENARIO, currency="EUR")

    def profits(correction: float | NDArray[np.float64]) -> dict[str, float]:
        outcomes = simulate_plan(
            demand,
            planned.plan.problem,
            planned.plan.solution.choice,
            planned.economics,
            minor_per_major=100,
            correction=correction,
        )
        return {outcome.code: outcome.extra_profit.value for outcome in outcomes}

    as_expected, less = profits(0.0), profits(np.full(60, -500.0))
    assert less["plan"] == pytest.approx(as_expected["plan"] - 5.0)
    assert {code: less[code] for code in ("none", "last_year")} == {
        code: as_expected[code] for code in ("none", "last_year")
    }
