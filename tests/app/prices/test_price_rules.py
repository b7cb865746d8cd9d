"""Price rules from a file: looked up for every product, refused with all mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dealwright.app.prices.price_rules import PriceRules, ruled
from dealwright.core.errors import InputError
from dealwright.price.competitor import Index, MatchOne
from known_demand import known_demand


def test_a_rule_holds_for_the_products_it_names_and_without_names_for_all() -> None:
    panel = known_demand().panel
    rules = PriceRules.read("{floor: [{least: 2.50, skus: [sku-1]}], cap: [{most: 9.99}], ending: []}")
    found = ruled(rules, panel, currency="EUR")
    codes = {sku: [rule.code for rule in own] for sku, own in zip(panel.skus, found.rules, strict=True)}
    assert codes["sku-1"] == ["floor", "cap", "margin_floor", "largest_change"]
    assert codes["sku-2"] == ["cap", "margin_floor", "largest_change"]


def test_amounts_are_told_as_they_stand_on_a_label() -> None:
    found = ruled(PriceRules(), known_demand().panel, currency="EUR")
    assert found.told("floor", {"least": 250}) == "no price below 2.50 EUR"
    assert found.told("brand_gap", {"cheaper": "a", "dearer": "b", "least": "5.0%"}) == (
        "b costs at least 5.0% more than a"
    )


def test_all_that_is_unknown_is_told_at_once() -> None:
    rules = PriceRules.read(
        "{floor: [{least: 1, skus: [sku-9]}], competitor: [{categories: [categry 0]}], "
        "brand_gap: [{cheaper: sku-1, dearer: sku-77, least: 0.1}], step: [{every: 0.001}]}"
    )
    with pytest.raises(InputError) as refusal:
        ruled(rules, known_demand().panel, currency="EUR")
    told = "\n".join(refusal.value.problems)
    assert len(refusal.value.problems) == 4
    for name in ("floor.0: ", "competitor.0: ", "brand_gap: ", "step.0: "):
        assert name in told


def test_positions_are_those_of_the_file() -> None:
    panel = known_demand().panel
    rules = PriceRules.read(
        "competitor: [{position: index, level: 0.98}, {position: match_one, competitor: A, skus: [sku-1]}]"
    )
    positions = dict(zip(panel.skus, ruled(rules, panel, currency="EUR").positions, strict=True))
    assert positions["sku-0"] == Index(0.98)
    assert positions["sku-1"] == MatchOne("A")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("competitor: [{position: match_one}]", "match_one and competitor go together"),
        ("ending: [{digits: 9x}]", "ending.0.digits"),
        ("least_chance: 1.5", "least_chance"),
        ("cap: [{least: 3}]", "cap.0.least: unknown"),
        ("- a list", "a list of 'name: value' lines is expected"),
    ],
)
def test_what_a_file_gets_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        PriceRules.read(text)


def test_the_rules_of_the_how_to_can_be_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "choose-prices.md").read_text("utf-8")
    (written,) = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.M | re.S)
    rules = PriceRules.read(written)
    assert rules.brand_gap[0].least == 0.05
    defaults = ("least_chance", "basket_rise", "largest_change", "ending")
    assert [getattr(rules, name) for name in defaults] == [getattr(PriceRules(), name) for name in defaults]
