"""Campaigns as JSON: what was saved comes back, what cannot be is told with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator

from dealwright.campaign.campaign import Campaign, Expected, campaign_problems
from dealwright.campaign.campaign_codec import campaign_schema, campaign_text, decode_campaign
from dealwright.campaign.campaign_describe import describe_campaign
from dealwright.campaign.guardrail import DEFAULT_GUARDRAILS
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.catalogue import BENEFITS, CONDITIONS

TEN = Promotion("TEN", "EUR", PercentOff(Fraction(10)), limits=Limits(budget_minor=500))
WEEK = Expected("2026-11-09", Fraction("10.5"), Fraction(8), Fraction(13), 1000, 800, 1300, -5, -90, 70, days=7)
FULL = Campaign(
    "tea-week",
    "EUR",
    (TEN,),
    by_the_clock("2026-11-09", "2026-11-15", zone="Europe/Berlin"),
    name="Tea week",
    objective="units",
    budget_minor=400,
    ceiling_minor=1000,
    holdout_share=Fraction(1, 10),
    guardrails=DEFAULT_GUARDRAILS,
    expected=(WEEK,),
    contingency=(replace(TEN, id="FIVE", benefit=PercentOff(Fraction(5))),),
    owner="Ann",
    version=3,
)


def decoded(text: str) -> Campaign:
    return decode_campaign(text, conditions=CONDITIONS, benefits=BENEFITS)


def test_what_was_saved_comes_back_and_gives_the_same_text() -> None:
    text = campaign_text(FULL)
    assert decoded(text) == FULL
    assert campaign_text(decoded(text)) == text
    assert campaign_problems(FULL) == []


def test_the_schema_takes_what_is_saved_and_refuses_what_reading_refuses() -> None:
    schema = Draft202012Validator(campaign_schema(conditions=CONDITIONS, benefits=BENEFITS))
    document = json.loads(campaign_text(FULL))
    assert schema.is_valid(document)
    document["campaign"]["budgt_minor"] = 5
    assert not schema.is_valid(document)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"budgt_minor": 5}, "campaign: no field is called 'budgt_minor'; did you mean 'budget_minor'?"),
        ({"budget_minor": 10.5}, "campaign.budget_minor: give a whole number, or decimals as text"),
        ({"budget_minor": -1}, "campaign.budget_minor: give 0 to"),
        ({"objective": "profits"}, "campaign.objective: give profit or revenue or units"),
        ({"id": "tea week"}, "id is a text of 1 to 100 characters without spaces"),
        ({"currency": "USD"}, "promotion 'TEN' is in EUR, the campaign in USD"),
        ({"holdout_share": "0.6"}, "holdout_share is 0 to 1/2"),
        ({"promotions": []}, "campaign.promotions: give a list of at least one"),
        ({"schedule": {"start": "2026-11-09", "zone": "Berlin"}}, "no time zone is called 'Berlin'"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_remedy(change: dict[str, object], told: str) -> None:
    document = json.loads(campaign_text(FULL))
    document["campaign"] |= change
    with pytest.raises(InputError) as refused:
        decoded(json.dumps(document))
    assert told in str(refused.value)


def test_documents_of_another_kind_or_version_are_refused() -> None:
    with pytest.raises(InputError, match="give 1, the version this release reads; given 2"):
        decoded(campaign_text(FULL).replace('"dealwright_campaign": 1', '"dealwright_campaign": 2'))
    with pytest.raises(InputError, match="given nothing"):
        decoded("{}")
    with pytest.raises(InputError, match="a document is"):
        decoded("[]")


def test_a_range_that_does_not_hold_its_own_value_is_refused() -> None:
    wrong = replace(FULL, expected=(replace(WEEK, units_low=Fraction(11)), replace(WEEK, day="soon")))
    assert campaign_problems(wrong) == [
        "expected of 2026-11-09: units is 21/2, outside its own range 11 to 13; give the low end, the value and "
        "the high end in that order",
        "expected: day is a date like 2026-11-11; given 'soon'",
    ]


def test_the_stake_is_the_ceiling_or_else_what_the_promotions_may_give_and_else_without_bound() -> None:
    assert FULL.stake_minor == 1000
    assert replace(FULL, ceiling_minor=None).stake_minor == 1000  # 5.00 and 5.00
    unbounded = replace(TEN, limits=Limits())
    assert replace(FULL, ceiling_minor=None, promotions=(unbounded,)).stake_minor is None


def test_a_campaign_is_told_in_one_sentence_of_either_language() -> None:
    assert describe_campaign(FULL) == (
        "Tea week: one promotion to sell more units, from 2026-11-09, to the end of 2026-11-15 (Europe/Berlin), "
        "meant to give 4.00 EUR away, at most 10.00 EUR, 10% of the customers do not get it, with a contingency."
    )
    assert describe_campaign(FULL, "zh") == (
        "Tea week:1 项优惠,目标提升销量,自 2026-11-09 起,至 2026-11-15 当天结束(Europe/Berlin),"
        "预算 4.00 EUR,上限 10.00 EUR,10% 顾客作为对照不参加,有应急方案。"
    )
