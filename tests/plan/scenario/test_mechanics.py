"""Mechanics in the scenario file: read in either spelling of YAML, and refused with all mistakes at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import AmountOff, FullReduction, SpendStep
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.changing import changed


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        Scenario.read(text)
    return tuple(caught.value.problems)


def test_the_key_off_is_a_key_although_yaml_takes_it_for_false() -> None:
    text = "mechanics:\n- {kind: amount_off, off: 1}\n- {kind: full_reduction, steps: [{spend: 20, off: 3}]}"
    amount, steps = (rule.mechanic("EUR") for rule in Scenario.read(text).mechanics)
    assert amount == AmountOff(100)
    assert steps == FullReduction((SpendStep(2000, 300),))


def test_products_can_be_called_so() -> None:
    [rule] = Scenario.read("mechanics: [{kind: percent_off, depth: 0.2, products: 17}]").mechanics
    assert rule.skus == ("17",)


def test_all_mistakes_are_told_at_once_each_with_its_place() -> None:
    told = refused(
        "weks: 3\n"
        "mechanics:\n"
        "- {kind: cupon, depth: 0.2}\n"
        "- {kind: buy_x_get_y, byu: 2, get: 1}\n"
        "- {kind: percent_off, depth: 0.2, category: TEA}\n"
        "- {kind: bundle, items: [tea, mug], price: 5, taken: 0.1, skus: tea}\n"
    )
    assert [line.split(" ")[1] for line in told] == [*(f"mechanics.{i}:" for i in (0, 1, 1, 2, 3)), "weks:"]
    assert "did you mean 'coupon'" in told[0]
    assert "did you mean 'buy'" in told[1]
    assert "did you mean 'categories'" in told[3]
    assert told[4].endswith("a bundle names its products itself; leave the others out")


def test_the_same_mechanic_twice_is_refused() -> None:
    told = refused(
        "mechanics:\n- {kind: percent_off, depth: 0.2, skus: tea}\n- {kind: percent_off, depth: 0.20, skus: mug}\n"
    )
    assert told == ("scenario: mechanics: entry 1 is the same as entry 0; name all of its products in one place",)


def test_a_what_if_can_change_a_mechanic() -> None:
    scenario = Scenario.read("mechanics: [{kind: amount_off, off: 1, categories: TEA}]")
    assert changed(scenario, ["mechanics.0.off=2"]).mechanics[0].mechanic("EUR") == AmountOff(200)
    assert changed(scenario, ["mechanics=[]"]).mechanics == ()


def test_the_how_to_shows_mechanics_that_are_read_with_every_way_to_name_products() -> None:
    text = (Path(__file__).parents[3] / "docs" / "howto" / "plan-mechanics.md").read_text("utf-8")
    [block] = re.findall(r"^```yaml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    rules = Scenario.read(block).mechanics
    kinds = [rule.mechanic("EUR").kind for rule in rules]
    assert len(set(kinds)) == len(kinds) == 8
    assert {name for rule in rules for name in ("skus", "categories", "brands") if getattr(rule, name)} == {
        "skus",
        "categories",
        "brands",
    }
