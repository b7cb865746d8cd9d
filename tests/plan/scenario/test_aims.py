"""What a scenario may pursue, and how it says that bad luck counts."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as refusal:
        Scenario.read(text)
    return tuple(refusal.value.problems)


def test_without_a_word_a_plan_pursues_profit_and_does_not_fear_bad_luck() -> None:
    read = Scenario.read("")
    assert (read.objective, read.risk) == ({"profit": 1.0}, None)


def test_one_name_is_an_objective_of_weight_one() -> None:
    assert Scenario.read("objective: units").objective == {"units": 1.0}


def test_names_with_weights_are_a_sum() -> None:
    assert Scenario.read("objective: {profit: 0.7, units: 1}").objective == {"profit": 0.7, "units": 1.0}


def test_the_worst_tenth_is_bad_luck_if_nothing_else_is_said() -> None:
    risk = Scenario.read("risk: {weight: 0.3}").risk
    assert risk is not None
    assert (risk.weight, risk.tail) == (0.3, 0.1)


def test_a_misspelled_objective_and_a_weight_of_nothing_are_told_together() -> None:
    assert problems("objective: {unit: 1, profit: 0, revenue: soon}") == (
        "scenario: objective: no objective is called 'unit'; did you mean 'units'? "
        "Allowed: clearance, customers, profit, revenue, units",
        "scenario: objective: the weight of profit is a number above 0, not 0",
        "scenario: objective: the weight of revenue is a number above 0, not 'soon'",
    )


@pytest.mark.parametrize("text", ["objective: [profit]", "objective: {}", "objective: 3", "objective:"])
def test_what_is_no_objective_is_shown_what_one_looks_like(text: str) -> None:
    (problem,) = problems(text)
    assert "a name or names with weights are expected, like profit or {profit: 1, units: 0.25}" in problem


def test_a_tail_of_nine_tenths_is_no_bad_luck() -> None:
    assert problems("risk: {weight: 1.5, tail: 0.9, tial: 0.1}") == (
        "scenario: risk.weight: Input should be less than or equal to 1; given 1.5",
        "scenario: risk.tail: Input should be less than or equal to 0.5; given 0.9",
        "scenario: risk.tial: unknown; did you mean 'tail'? Allowed here: tail, weight",
    )
