"""Profiles of price law are data: read, inherited, and refused with everything wrong in them."""

from __future__ import annotations

from datetime import date

import pytest

from dealwright.adapters.price_law import packaged
from dealwright.compliance.profile import profile_from
from dealwright.core.errors import InputError


def test_china_and_the_union_block_what_their_law_on_prices_forbids() -> None:
    assert packaged("cn").rules["lowest_paid_price"].answer == "block"
    assert packaged("cn").rules["lowest_paid_price"].days == 7
    assert packaged("eu").rules["prior_price"].answer == "block"
    assert packaged("eu").rules["prior_price"].days == 30


def test_germany_has_the_unions_rules_with_its_own_steps_and_perishables() -> None:
    union, germany = packaged("eu"), packaged("eu_de")
    assert germany.rules["claims"] == union.rules["claims"]
    assert (union.rules["prior_price"].is_stepwise, germany.rules["prior_price"].is_stepwise) == (False, True)
    assert germany.rules["prior_price"].days == 30
    assert "perishable" in germany.rules["prior_price"].exempt


def test_a_rule_counts_from_the_day_it_is_in_force() -> None:
    china = packaged("cn")
    assert china.ruling("real_scarcity", date(2026, 4, 9)) is None
    assert china.ruling("real_scarcity", date(2026, 4, 10)) is not None


def test_every_mistake_in_a_profile_is_told_at_once() -> None:
    wrong = {
        "profile": "xx",
        "colour": "red",
        "rules": {"prior_prize": {}, "claims": {"answer": "maybe", "days": -1}},
    }
    with pytest.raises(InputError) as told:
        profile_from(wrong)
    text = str(told.value)
    assert "countries, currency, effective_on, name, version missing" in text
    assert "no field is called 'colour'" in text
    assert "did you mean 'prior_price'" in text
    assert "claims: since, basis missing" in text
    assert "claims: answer is warn or block; given 'maybe'" in text
    assert "claims: days is 0 to 366; given -1" in text
