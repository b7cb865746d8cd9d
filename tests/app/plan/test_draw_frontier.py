"""Plans between the best for each of two objectives."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.compare_plans import Contender
from dealwright.app.plan.draw_frontier import Frontier, check_frontier, draw_frontier
from dealwright.app.plan.plan_promotions import plan_promotions
from dealwright.core.errors import InputError
from dealwright.plan.scenario.changing import changed
from known_demand import SCENARIO, known_demand, known_tables, stray_demand


def drawn(demand: DemandForecast, *, of: str) -> Frontier:
    # What is pursued otherwise does not matter here.
    scenario = changed(SCENARIO, ["objective=revenue", "risk={weight: 0.5}"])
    return draw_frontier(
        demand, known_tables(), scenario, of=of, against="units", n_points=4, currency="EUR", seed=3
    )


@pytest.fixture(scope="module")
def found() -> Frontier:
    return drawn(known_demand(), of="profit")


def test_from_point_to_point_one_is_given_for_the_other(found: Frontier) -> None:
    assert 2 <= len(found.points) <= 4
    for before, after in pairwise(found.points):
        assert after.of < before.of
        assert after.against > before.against


def test_the_first_point_is_the_plan_for_profit(found: Frontier) -> None:
    plan = plan_promotions(known_demand(), known_tables(), SCENARIO, currency="EUR")
    best = found.points[0]
    assert best.of == best.profit == pytest.approx(plan.profit_minor / 100, rel=1e-3)
    assert best.spend == pytest.approx(plan.plan.table["spend"].sum(), rel=0.2)


def test_every_point_keeps_the_budget_and_is_below_its_bounds(found: Frontier) -> None:
    for point in found.points:
        assert point.spend <= 100
        assert point.of_bound is not None
        assert point.against_bound is not None
        assert point.of_bound >= point.of - 1e-9
        assert point.against_bound >= point.against - 1e-9


def test_every_point_promises_what_is_simulated_where_sales_follow_the_model(found: Frontier) -> None:
    plan = plan_promotions(known_demand(), known_tables(), SCENARIO, currency="EUR")
    simulated = Contender.weigh("plan", plan, known_demand(), minor_per_major=100).extra_profit
    assert found.points[0].promise.value == pytest.approx(simulated.value, rel=1e-2)
    assert [point.promise.low < point.promise.value for point in found.points] == [True] * len(found.points)


def test_what_choosing_flatters_is_taken_off_every_point_that_was_chosen_for_profit_in_proportion(
    found: Frontier,
) -> None:
    less = drawn(stray_demand(), of="profit")
    parts = [a.promise.value / b.promise.value for a, b in zip(less.points, found.points, strict=True)]
    assert parts == pytest.approx([parts[0]] * len(parts))
    assert 0 < parts[0] < 1
    assert [point.of for point in less.points] == [point.of for point in found.points]


def test_pieces_are_told_as_pieces(found: Frontier) -> None:
    document = found.to_dict()
    assert document["counts"] == ["units"]
    assert 0 < found.points[0].against < 10_000


def test_all_that_is_wrong_with_a_question_is_told_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        check_frontier("profits", "profits", n_points=1)
    assert len(refusal.value.problems) == 4
    assert "no objective is called 'profits'; did you mean 'profit'?" in refusal.value.problems[0]
    with pytest.raises(InputError, match="profit against itself is a single plan"):
        check_frontier("profit", "profit", n_points=7)


def test_where_limits_may_be_broken_no_bound_is_claimed() -> None:
    scenario = changed(SCENARIO, ["limits.soft.budget.penalty=0.3", "solver=greedy"])
    soft = draw_frontier(
        known_demand(), known_tables(), scenario, of="revenue", against="profit", n_points=2, currency="EUR", seed=3
    )
    assert {(point.of_bound, point.against_bound) for point in soft.points} == {(None, None)}
