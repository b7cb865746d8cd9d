"""Plans beside one another: the same draws, differences draw by draw, nothing learnt again."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from dealwright.app.plan.compare_plans import Comparison, compare_plans
from dealwright.app.plan.plan_promise import Promise
from dealwright.core.errors import InfeasibleError, InputError
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed
from known_demand import SCENARIO, known_demand, known_tables


def compare(*others: tuple[str, ...]) -> Comparison:
    named = [("base", SCENARIO), *((" ".join(settings), changed(SCENARIO, settings)) for settings in others)]
    return compare_plans(known_demand(), known_tables(), named, currency="EUR", seed=1)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(("limits.budget=20",), ("limits.display_slots=2", "limits.mailer_slots=2"), ("name=same",))


def test_differences_are_taken_draw_by_draw(found: Comparison) -> None:
    tight = found.others[0]
    by_draw = tight.contender.extra - found.base.extra
    assert tight.difference.value == pytest.approx(by_draw.mean())
    assert (tight.difference.low, tight.difference.high) == pytest.approx(tuple(np.quantile(by_draw, [0.1, 0.9])))
    width = found.base.extra_profit.high - found.base.extra_profit.low
    assert tight.difference.high - tight.difference.low < width


def test_what_flatters_is_as_large_a_part_of_every_plan_and_nothing_of_one_that_earns_nothing(
    found: Comparison,
) -> None:
    base = found.base
    promise = Promise(100.0 * base.extra.mean() / 4, np.zeros(1))  # a quarter, in cents
    half, nothing = replace(base, extra=base.extra / 2), replace(base, extra=base.extra * 0)
    for one in (base, half, nothing):
        assert one.less(promise, base=base).extra.mean() == pytest.approx(0.75 * one.extra.mean())


def test_less_money_earns_less_and_more_room_earns_more(found: Comparison) -> None:
    tight, roomy, _ = found.others
    objective = found.base.planned.plan.solution.objective
    assert tight.contender.planned.plan.solution.objective < objective
    assert roomy.contender.planned.plan.solution.objective > objective
    assert tight.contender.planned.plan.table["spend"].sum() <= 20
    assert roomy.difference.low > 0


def test_the_same_scenario_by_another_name_is_the_same_plan(found: Comparison) -> None:
    same = found.others[2]
    assert (same.difference.value, same.difference.low, same.difference.high) == (0.0, 0.0, 0.0)
    assert same.changes == ()


def test_changes_lead_from_the_base_to_the_other_plan(found: Comparison) -> None:
    assert any(other.changes for other in found.others)
    for other in found.others:
        plan = {(keep.sku, keep.week): keep.offer for keep in found.base.planned.promotions}
        for change in other.changes:
            assert plan.pop((change.sku, change.week), None) == change.was
            if change.now is not None:
                plan[change.sku, change.week] = change.now
        assert plan == {(keep.sku, keep.week): keep.offer for keep in other.contender.planned.promotions}


def test_the_document_is_plain_json_with_counts_that_sum(found: Comparison) -> None:
    document = found.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    for other in document["others"]:
        assert sum(other["counts"].values()) == len(other["changes"])
        grown = other["counts"]["added"] - other["counts"]["dropped"]
        assert other["n_promotions"] - document["base"]["n_promotions"] == grown


def test_a_scenario_for_other_weeks_is_refused_before_any_plan() -> None:
    with pytest.raises(
        InputError, match="weeks=3: weeks differs from base, but plans are compared on one forecast"
    ):
        compare(("weeks=3",))


def test_mistakes_of_all_scenarios_are_told_with_their_names() -> None:
    named = [("a", Scenario.read("solver: mipl")), ("b", Scenario.read("limits: {budget: 0.001}"))]
    with pytest.raises(InputError) as refusal:
        compare_plans(known_demand(), known_tables(), named, currency="EUR", seed=1)
    assert [problem.split(":")[:2] for problem in refusal.value.problems] == [
        ["a", " solver"],
        ["b", " limits.budget"],
    ]


def test_a_scenario_that_leaves_no_plan_says_what_contradicts() -> None:
    with pytest.raises(InfeasibleError, match="contradict one another"):
        compare(("limits.least_per_week=[{least: 6}]", "limits.slots_per_category=1"))
