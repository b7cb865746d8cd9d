"""An approved plan revised: its next weeks stay, the rest is planned again, and what differs is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promise import promise_of
from dealwright.app.plan.plan_promotions import PlannedPromotions, plan_promotions
from dealwright.app.plan.replan_promotions import ApprovedPlan, Replanned, Revision, replan_promotions
from dealwright.app.plan.simulate_plan import money_draws, plan_money
from dealwright.core.errors import InfeasibleError, InputError
from dealwright.demand.features import Offers
from dealwright.plan.changes import changes
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from dealwright.plan.solvers.start import choice_from
from known_demand import SCENARIO, known_demand, known_tables, stray_demand

WEEK = timedelta(weeks=1)
UNITS = changed(SCENARIO, ["objective=units"])
ROOMY = changed(SCENARIO, ["limits.display_slots=2", "limits.mailer_slots=2"])


@pytest.fixture(scope="module")
def first() -> PlannedPromotions:
    return plan_promotions(known_demand(), known_tables(), SCENARIO, currency="EUR")


@pytest.fixture(scope="module")
def approved(first: PlannedPromotions) -> ApprovedPlan:
    return ApprovedPlan(first.promotions, first.plan.problem.weeks[-1])


def replan(
    approved: ApprovedPlan,
    locked: int,
    *,
    most: int | None = None,
    scenario: Scenario = UNITS,
    demand: DemandForecast | None = None,
) -> Replanned:
    revision = Revision(approved, locked, most)
    demand = demand or known_demand()
    return replan_promotions(demand, known_tables(), scenario, revision, currency="EUR", seed=3)


def in_week(keeps: tuple[Keep, ...], week: date) -> set[Keep]:
    return {keep for keep in keeps if keep.week == week}


def test_locked_weeks_stay_as_approved_down_to_what_is_not_promoted(approved: ApprovedPlan) -> None:
    again = replan(approved, 2)
    weeks = again.planned.plan.problem.weeks
    assert again.locked == weeks[:2]
    for week in weeks[:2]:
        assert in_week(again.planned.promotions, week) == in_week(approved.promotions, week)
    assert {change.week for change in again.changes} <= set(weeks[2:])
    assert again.changes == changes(approved.promotions, again.planned.promotions)
    assert again.changes != ()


def test_with_every_week_locked_nothing_changes(approved: ApprovedPlan) -> None:
    again = replan(approved, 4)
    assert again.changes == ()
    assert (again.difference.value, again.difference.low, again.difference.high) == (0.0, 0.0, 0.0)


def test_the_same_scenario_again_finds_no_worse_plan_than_the_approved_one(
    approved: ApprovedPlan, first: PlannedPromotions
) -> None:
    again = replan(approved, 0, scenario=changed(SCENARIO, ["solver=greedy"]))
    assert again.planned.plan.solution.objective >= first.plan.solution.objective - 1e-6


def test_the_difference_is_one_of_promises_and_of_the_approved_plan_as_large_a_part_is_taken_off(
    approved: ApprovedPlan, first: PlannedPromotions
) -> None:
    demand = stray_demand()
    again = replan(approved, 0, scenario=ROOMY, demand=demand)
    problem, economics = again.planned.plan.problem, again.planned.economics
    none = money_draws(demand, Offers.none(*problem.shape[:2]), economics).profit
    new, old = (
        plan_money(demand, problem, choice, economics).profit - none
        for choice in (again.planned.plan.solution.choice, choice_from(problem, first.promotions))
    )
    promise = promise_of(demand, again.planned, seed=3)
    assert promise.flattery > 0
    left = 1 - promise.flattery / new.mean()
    assert again.difference.value == pytest.approx(left * (new - old).mean() / 100)
    assert again.promise.flattery == promise.flattery


def test_no_more_changes_than_allowed(approved: ApprovedPlan) -> None:
    assert len(replan(approved, 0, most=2).changes) == 2


def test_weeks_after_the_approved_plan_ended_are_no_changes_of_it(approved: ApprovedPlan) -> None:
    last = approved.last_week - WEEK
    shorter = ApprovedPlan(tuple(keep for keep in approved.promotions if keep.week <= last), last)
    again = replan(shorter, 0, most=0, scenario=SCENARIO)
    assert {change.week for change in again.changes} == {approved.last_week}
    assert {change.kind for change in again.changes} == {"added"}


def test_weeks_that_have_passed_and_products_that_are_gone_do_not_bind(approved: ApprovedPlan) -> None:
    first_week = known_demand().response.weeks[0]
    gone = Keep("old", first_week, Offer(0.1))
    passed = Keep("sku-0", first_week - WEEK, Offer(0.1))
    again = replan(replace(approved, promotions=(*approved.promotions, gone, passed)), 4)
    assert again.gone == (gone,)
    assert again.changes == ()


def test_a_day_within_the_week_names_the_week(approved: ApprovedPlan) -> None:
    midweek = tuple(replace(keep, week=keep.week + timedelta(days=2)) for keep in approved.promotions)
    assert replan(ApprovedPlan(midweek, approved.last_week), 4).changes == ()


def test_more_weeks_than_were_approved_and_offers_that_are_none_are_told_together() -> None:
    week = known_demand().response.weeks[0]
    odd = ApprovedPlan((Keep("sku-0", week, Offer(0.35)),), week)
    with pytest.raises(InputError) as refusal:
        replan(odd, 2)
    assert refusal.value.problems == (
        f"2 weeks cannot be locked: the plan starts with the week of {week} and the approved one ends with the "
        f"week of {week}, so 0 to 1 can",
        f"approved for sku-0 in the week of {week}: 35% off, which the scenario does not offer; add 0.35 to depths",
    )


def test_a_locked_promotion_that_a_limit_forbids_now_names_the_limit(approved: ApprovedPlan) -> None:
    with pytest.raises(InfeasibleError, match="what is locked stays as it is"):
        replan(
            approved, 2, scenario=changed(SCENARIO, ["limits.blackout=[{categories: [category 0, category 1]}]"])
        )


def test_negative_numbers_are_refused_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        Revision(ApprovedPlan((), date(2024, 1, 1)), -1, -2)
    assert len(refusal.value.problems) == 2
