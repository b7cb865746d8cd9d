"""Scenario files: read as people write them, refused with all mistakes at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import resources

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.constraint import Gap, MustRun
from dealwright.plan.scenario import Scenario
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
    assert any(problem.startswith("my.yaml: weks: unknown; allowed here: ") for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["[1, 2]", "just words", "a: ["])
def test_what_is_no_scenario_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match=r"scenario( is not YAML|: a list of 'name: value' lines)"):
        Scenario.read(text)


def test_the_demo_scenario_is_valid() -> None:
    text = resources.files("dealwright.data").joinpath("complete_journey_scenario.yaml").read_text("utf-8")
    assert Scenario.read(text).weeks == 4


def test_every_limit_has_its_sentence_in_every_language() -> None:
    assert SENTENCES["en"].keys() == SENTENCES["zh"].keys()
    for language in SENTENCES:
        assert "2" in sentence("gap", Gap(2).params(), language)
        run = MustRun("tea", date(2024, 1, 1), 0.2)
        assert "tea" in sentence(run.code, run.params(), language)


def test_a_blackout_of_nothing_and_a_gap_of_no_week_are_refused() -> None:
    with pytest.raises(InputError) as refusal:
        Scenario.read("limits: {min_gap_weeks: 0, blackout: [{}]}")
    assert refusal.value.problems == (
        "scenario: limits.min_gap_weeks: Input should be greater than or equal to 1; given 0",
        "scenario: limits.blackout.0: Value error, a blackout needs skus, categories or weeks; given {}",
    )
