"""Scenario files: read as people write them, refused with all mistakes at once."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.constraints import Gap, MustRun
from dealwright.plan.scenario import Limits, Scenario
from dealwright.plan.words import SENTENCES, sentence


def test_an_empty_file_is_the_defaults() -> None:
    assert Scenario.read("") == Scenario()


def test_a_sku_written_as_a_number_is_text() -> None:
    read = Scenario.read("limits: {must_run: [{sku: 1082185, week: 2018-01-01}]}")
    assert read.limits.must_run[0].sku == "1082185"
    assert read.limits.must_run[0].week == date(2018, 1, 1)


def test_money_is_read_exactly() -> None:
    assert Scenario.read("limits: {budget: '1200.10'}").limits.budget == Decimal("1200.10")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Scenario.read("weks: 5\nlimits: {budget: -3}\nassumptions: {cost_share: 1.4}", source="my.yaml")
    assert len(caught.value.problems) == 3
    assert "my.yaml: limits.budget: Input should be greater than or equal to 0; given -3" in caught.value.problems
    assert any(problem.startswith("my.yaml: weks: unknown; did you mean") for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["[1, 2]", "just words", "a: ["])
def test_what_is_no_scenario_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match=r"scenario( is not YAML|: a list of 'name: value' lines)"):
        Scenario.read(text)


def test_the_demo_scenario_is_valid() -> None:
    text = resources.files("dealwright.data").joinpath("complete_journey_scenario.yaml").read_text("utf-8")
    assert Scenario.read(text).weeks == 4


def test_every_limit_in_the_how_to_is_read_and_none_is_missing_there() -> None:
    text = (Path(__file__).parents[2] / "docs" / "howto" / "limit-plans.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    given = {name for block in blocks for name in Scenario.read(block).limits.model_fields_set}
    assert given == set(Limits.model_fields)


def test_every_limit_has_its_sentence_in_every_language() -> None:
    assert SENTENCES["en"].keys() == SENTENCES["zh"].keys()
    for language in SENTENCES:
        assert "2" in sentence("gap", Gap(2).params(), language)
        run = MustRun("tea", date(2024, 1, 1), 0.2)
        assert "tea" in sentence(run.code, run.params(), language)


def test_a_blackout_of_nothing_and_a_priority_without_penalty_are_refused() -> None:
    with pytest.raises(InputError) as refusal:
        Scenario.read("limits: {blackout: [{}], must_run: [{sku: tea, week: 2024-01-01, priority: 2}]}")
    assert refusal.value.problems == (
        "scenario: limits.blackout.0: a blackout needs skus, categories or weeks",
        "scenario: limits.must_run.0: a priority needs a penalty; without one the limit always holds",
    )


def test_promotions_may_follow_one_another_only_if_an_event_says_for_how_long() -> None:
    with pytest.raises(InputError, match=r"limits: min_gap_weeks 0 lets .* like event_length: \{most: 2\}"):
        Scenario.read("limits: {min_gap_weeks: 0}")
    read = Scenario.read("limits: {min_gap_weeks: 0, event_length: {most: 2}}").limits
    assert read.event_length is not None
    assert (read.event_length.least, read.event_length.most) == (1, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weks: 5", "weks: unknown; did you mean 'weeks'? Allowed here: assumptions, depths, "),
        ("limits: {budgett: 5}", "limits.budgett: unknown; did you mean 'budget'? Allowed here: "),
        (
            "limits: {must_run: [{sku: tea, wek: 2024-01-01}]}",
            "limits.must_run.0.wek: unknown; did you mean 'week'? Allowed here: least_depth, penalty, ",
        ),
        (
            "limits: {soft: {budged: {penalty: 1}}}",
            "limits.soft.budged: unknown; did you mean 'budget'? Allowed here: budget, display_slots, ",
        ),
        ("limits: {prior_price: {dayz: 30}}", "limits.prior_price.dayz: unknown; did you mean 'days'? "),
        ("zzz: 1", "zzz: unknown; allowed here: assumptions, "),
    ],
)
def test_a_misspelt_key_is_told_with_the_nearest_that_is_allowed_there(text: str, said: str) -> None:
    with pytest.raises(InputError) as refusal:
        Scenario.read(text)
    assert any(problem.startswith(f"scenario: {said}") for problem in refusal.value.problems)


def test_an_empty_horizon_has_nothing_to_plan_which_is_told_beside_all_else() -> None:
    with pytest.raises(InputError) as refusal:
        Scenario.read("weeks: 0\nlimits: {budget: -1}")
    assert refusal.value.problems == (
        "scenario: weeks: a plan of 0 weeks is empty; give 1 to 13",
        "scenario: limits.budget: Input should be greater than or equal to 0; given -1",
    )


def test_a_depth_that_no_offer_has_is_refused_wherever_it_is_asked_for() -> None:
    with pytest.raises(InputError) as refusal:
        Scenario.read(
            "depths: [0.1, 0.2]\n"
            "limits:\n"
            "  must_run: [{sku: tea, week: 2024-01-01, least_depth: 0.3}]\n"
            "  locked: [{sku: tea, week: 2024-01-01, depth: 0.15}, {sku: tea, week: 2024-01-08}]\n"
            "  depth_ladder: [{depths: [0.1, 0.25]}]\n"
        )
    assert [problem.split(": ")[1] for problem in refusal.value.problems] == [
        "limits.locked.0.depth",
        "limits.depth_ladder.0.depths",
        "limits.must_run.0.least_depth",
    ]
    assert refusal.value.problems[0].endswith("add it to depths, or choose from 0.1, 0.2")


def test_one_name_needs_no_list_and_a_number_is_a_name() -> None:
    read = Scenario.read("limits: {budgets: [{brands: Acme, skus: 17, limit: 0}], handling: [{most_units: 5}]}")
    (budget,) = read.limits.budgets
    assert (budget.brands, budget.skus, budget.limit) == (("Acme",), ("17",), Decimal(0))


@pytest.mark.parametrize(
    "text",
    [
        "limits: {margin_floor: .nan}",
        "limits: {budgets: [{limit: .nan}]}",
        "limits: {soft: {budget: {penalty: 0}}}",
        "limits: {never_together: [{skus: [tea]}]}",
        "limits: {event_length: {least: 3, most: 2}}",
        "limits: {competitor_price: [{competitor: Rival}]}",
        "limits: {price_order: [{dearer: tea}]}",
    ],
)
def test_what_no_limit_can_be_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="scenario: limits"):
        Scenario.read(text)
