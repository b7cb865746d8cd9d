"""Limits on a price: what each refuses, and what happens when they contradict one another."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.price.ladder import Ladder
from dealwright.price.rules import (
    AdvertisedMinimum,
    Cap,
    CoolDown,
    Ending,
    Floor,
    LargestChange,
    MarginFloor,
    NoRise,
    PriceRule,
    Standing,
    Step,
    allowed,
    check,
    violations,
)
from dealwright.price.words import LANGUAGES, SENTENCES, sentence

NOW = Standing(price_minor=1000, unit_cost_minor=600, days_unchanged=3)


@pytest.mark.parametrize(
    ("rule", "kept", "broken"),
    [
        (Floor(700), 700, 699),
        (AdvertisedMinimum(700), 700, 699),
        (Cap(1100), 1100, 1101),
        (MarginFloor(0.25), 800, 799),
        (MarginFloor(0.0), 600, 599),
        (LargestChange(0.1), 900, 899),
        (LargestChange(0.1), 1100, 1101),
        (NoRise(), 1000, 1001),
        (CoolDown(7), 1000, 999),
        (Step(5), 995, 999),
        (Ending("99"), 1099, 1098),
    ],
)
def test_each_rule_keeps_its_edge_and_refuses_beyond(rule: PriceRule, kept: int, broken: int) -> None:
    assert check(rule, kept, NOW)
    verdict = check(rule, broken, NOW)
    assert not verdict
    assert verdict.code == rule.code
    assert sentence(rule.code, rule.params()) in verdict.reason


def test_a_price_that_has_stood_long_enough_may_move() -> None:
    assert check(CoolDown(3), 500, NOW)


def test_all_broken_rules_are_told_at_once() -> None:
    broken = violations([Floor(900), MarginFloor(0.3), Step(10), Cap(2000)], 799, NOW)
    assert [verdict.code for verdict in broken] == ["floor", "margin_floor", "step"]


def test_a_price_below_its_cost_is_told_what_it_needs() -> None:
    (verdict,) = violations([MarginFloor(0.0)], 500, NOW)
    assert (
        verdict.reason
        == "500 breaks “a sold unit keeps a margin of at least 0.0% of its price”: needs at least 600"
    )


def test_the_rungs_that_keep_all_rules_remain() -> None:
    ladder = Ladder.with_ending(500, 1500, ending=99, every=100)
    assert allowed(ladder, [MarginFloor(0.25), LargestChange(0.2), Cap(1100)], NOW).prices == (899, 999, 1099)


def test_a_floor_by_cost_above_a_cap_names_both_rules() -> None:
    with pytest.raises(InputError) as told:
        allowed(Ladder.of([500]), [MarginFloor(0.25), Cap(700)], NOW)
    assert told.value.problems == (
        "“a sold unit keeps a margin of at least 25.0% of its price” needs at least 800, "
        "but “no price above 700” needs at most 700; change one of them",
    )


def test_every_contradiction_is_named() -> None:
    with pytest.raises(InputError) as told:
        allowed(Ladder.of([500]), [Floor(1200), Cap(1100), NoRise()], NOW)
    assert len(told.value.problems) == 2


def test_rules_that_only_the_ladder_cannot_meet_are_counted() -> None:
    with pytest.raises(InputError, match=r"no rung of the ladder keeps all rules\. Of 2 rungs .* 1; .* 1\."):
        allowed(Ladder.of([790, 999]), [Cap(900), MarginFloor(0.25)], NOW)


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="below 1; given 1"):
        MarginFloor(1.0)
    with pytest.raises(InputError, match="an ending is digits"):
        Ending("x9")
    with pytest.raises(InputError, match="unit cost is -5"):
        Standing(100, -5)


def test_every_rule_has_a_sentence_in_every_language() -> None:
    assert all(SENTENCES[language].keys() == SENTENCES["en"].keys() for language in LANGUAGES)
    with pytest.raises(InputError, match="no language is called 'eng'; did you mean 'en'"):
        sentence("floor", {"least": 1}, "eng")
