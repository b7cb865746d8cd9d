"""The three questions that every plan is asked."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.app.plan.plan_promise import Promise
from dealwright.app.plan.plan_promotions import PlannedPromotions, plan_promotions
from dealwright.app.plan.try_what_ifs import WhatIf, try_what_ifs, what_ifs_document
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from known_demand import SCENARIO, known_demand, known_tables

NO_FLATTERY = Promise(0.0, np.zeros(1))


def plan(scenario: Scenario) -> PlannedPromotions:
    return plan_promotions(known_demand(), known_tables(), scenario, currency="EUR")


def ask(scenario: Scenario, planned: PlannedPromotions) -> dict[str, WhatIf]:
    asked = try_what_ifs(known_demand(), known_tables(), scenario, planned, currency="EUR", promise=NO_FLATTERY)
    return {what_if.code: what_if for what_if in asked}


@pytest.fixture(scope="module")
def planned() -> PlannedPromotions:
    return plan(SCENARIO)


@pytest.fixture(scope="module")
def asked(planned: PlannedPromotions) -> dict[str, WhatIf]:
    return ask(SCENARIO, planned)


def test_half_the_budget_is_kept(asked: dict[str, WhatIf]) -> None:
    half = asked["budget_halved"]
    assert half.params == {"budget": 50.0}
    assert half.beside is not None
    assert half.beside.contender.planned.plan.table["spend"].sum() <= 50


def test_cuts_as_deep_as_the_deepest_of_the_plan_are_gone(
    asked: dict[str, WhatIf], planned: PlannedPromotions
) -> None:
    shallow = asked["deepest_removed"]
    deepest = planned.plan.table["offer_depth"].max()
    assert shallow.params == {"depth": deepest if deepest > 0 else 0.3}
    assert shallow.beside is not None
    assert (shallow.beside.contender.planned.plan.table["offer_depth"] < shallow.params["depth"]).all()


def test_twice_the_room_never_earns_less_although_it_is_searched_in_haste(
    asked: dict[str, WhatIf], planned: PlannedPromotions
) -> None:
    roomy = asked["slots_doubled"]
    assert roomy.params == {"slots_per_category": 4, "display_slots": 2, "mailer_slots": 2}
    assert roomy.beside is not None
    assert roomy.beside.contender.planned.plan.solution.objective >= planned.plan.solution.objective
    assert roomy.beside.contender.planned.by_pairs.gap < 0.02


def test_without_a_budget_it_is_half_of_what_the_plan_spends() -> None:
    scenario = changed(SCENARIO, ["limits.budget=null", "solver=greedy"])
    made = plan(scenario)
    half = ask(scenario, made)["budget_halved"]
    assert half.params["budget"] == pytest.approx(made.plan.table["spend"].sum() / 2, abs=0.005)
    assert half.beside is not None
    assert half.beside.contender.planned.plan.table["spend"].sum() <= half.params["budget"]


def test_a_question_that_no_plan_can_answer_says_why() -> None:
    week = known_demand().response.weeks[0]
    agreed = changed(
        SCENARIO, [f"limits.must_run=[{{sku: sku-1, week: {week}, least_depth: 0.1}}]", "depths=[0.1]"]
    )
    made = plan(agreed)
    shallow = ask(agreed, made)["deepest_removed"]
    assert shallow.beside is None
    assert "limits.must_run.0.least_depth: 0.1 is deeper than any depth of this plan" in shallow.why_none
    assert what_ifs_document((shallow,), made)[0]["answer"] is None


def test_progress_is_told_question_by_question(planned: PlannedPromotions) -> None:
    told: list[float] = []
    try_what_ifs(
        known_demand(),
        known_tables(),
        SCENARIO,
        planned,
        currency="EUR",
        promise=NO_FLATTERY,
        progress=lambda _what, share: told.append(share),
    )
    assert told == pytest.approx([0, 1 / 3, 2 / 3, 1])
