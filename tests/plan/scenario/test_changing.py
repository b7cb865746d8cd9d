"""A few settings changed: what is meant is put in place, what is not is refused all at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed, check_same_demand

BASE = Scenario.read("weeks: 3\nlimits: {budget: 120, budgets: [{limit: 30, brands: Acme}, {limit: 40}]}")


def problems(*settings: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as refusal:
        changed(BASE, settings)
    return tuple(refusal.value.problems)


def test_only_what_is_named_changes() -> None:
    made = changed(BASE, ["limits.budget=500", "depths=[0.1,0.2]", "objective=units"])
    assert made == BASE.model_copy(
        update={
            "depths": (0.1, 0.2),
            "objective": {"units": 1.0},
            "limits": BASE.limits.model_copy(update={"budget": Decimal(500)}),
        }
    )


def test_a_number_leads_into_a_list() -> None:
    budgets = changed(BASE, ["limits.budgets.0.limit=31"]).limits.budgets
    assert [(rule.limit, rule.brands) for rule in budgets] == [(Decimal(31), ("Acme",)), (Decimal(40), ())]


def test_nothing_takes_a_limit_away() -> None:
    assert changed(BASE, ["limits.budget=null"]).limits.budget is None


def test_a_whole_block_may_be_given() -> None:
    made = changed(BASE, ["risk={weight: 0.5}", "limits.soft.budget.penalty=2"])
    assert made.risk is not None
    assert made.limits.soft.budget is not None
    assert (made.risk.weight, made.limits.soft.budget.penalty) == (0.5, Decimal(2))


def test_all_mistakes_are_told_at_once_each_with_the_nearest_name() -> None:
    told = problems("limts.budget=4", "budget", "weeks.x=3", "limits.budget=-1", "depths=[0.1", "limits.budgt=4")
    assert told[:3] == (
        "--set 'budget': a key and a value are expected, like limits.budget=500",
        "--set 'weeks.x=3': weeks is 3, which has no x below it",
        "--set 'depths=[0.1': '[0.1' is not a YAML value; write lists like [0.1, 0.2], texts in quotes",
    )
    assert told[3] == "--set: limits.budget: Input should be greater than or equal to 0; given -1"
    assert told[4].startswith("--set: limits.budgt: unknown; did you mean 'budget'?")
    assert told[5].startswith("--set: limts: unknown; did you mean 'limits'?")
    assert len(told) == 6


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("limits.budgets.2.limit=1", "there is no entry '2' in this list; its entries are 0 to 1"),
        ("limits.budgets.first.limit=1", "there is no entry 'first' in this list; its entries are 0 to 1"),
        ("limits.blackout.0.skus=[A]", "there is no entry '0' in this list; its entries are none"),
        ("limits.budgets.0.brands.0.x=1", "entry 0 has no x below it"),
    ],
)
def test_a_place_that_a_list_has_not_is_named(setting: str, said: str) -> None:
    assert problems(setting) == (f"--set {setting!r}: {said}",)


def test_the_scenario_itself_stays_as_it_was() -> None:
    before = BASE.model_dump()
    changed(BASE, ["limits.budgets.0.limit=31", "limits.budget=1"])
    assert BASE.model_dump() == before


def test_scenarios_that_need_another_forecast_are_not_compared() -> None:
    other = changed(BASE, ["weeks=5", "scope.most_products=10", "limits.budget=1"])
    with pytest.raises(InputError) as refusal:
        check_same_demand([("mine", BASE), ("theirs", other)])
    assert [problem.split(",")[0] for problem in refusal.value.problems] == [
        "theirs: scope differs from mine",
        "theirs: weeks differs from mine",
    ]
    check_same_demand([("mine", BASE), ("tighter", changed(BASE, ["limits.budget=1"]))])
