"""Terms that are shown are those that hold, proved by their hash."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Language, Limits, Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.compliance.shown_terms import check_shown, shown_terms
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.spend import MinimumSpend
from prices_of_tests import ruling

LAW = ruling("eu", "conditions_shown")
WEEK = by_the_clock("2026-11-11", "2026-11-17", zone="Europe/Berlin")
TEA = Promotion(
    "TEA10",
    "EUR",
    PercentOff(Fraction(10), Items(skus=("TEA",))),
    (MinimumSpend(2_000),),
    schedule=WEEK,
    limits=Limits(units=50),
)


def test_terms_tell_benefit_conditions_period_and_limits() -> None:
    terms = shown_terms(TEA)
    assert (terms.start, terms.end, terms.zone) == ("2026-11-11", "2026-11-17", "Europe/Berlin")
    assert terms.conditions == (TEA.conditions[0].sentence("EUR", "en"),)
    assert (terms.units, terms.stacking) == (50, "with others")


def test_every_change_of_the_terms_changes_the_hash() -> None:
    others = [
        replace(TEA, version=2),
        replace(TEA, conditions=()),
        replace(TEA, is_exclusive=True),
        replace(TEA, limits=Limits(units=51)),
        replace(TEA, schedule=by_the_clock("2026-11-11", "2026-11-18", zone="Europe/Berlin")),
    ]
    assert len({shown_terms(one).digest for one in (TEA, *others)}) == 1 + len(others)
    assert shown_terms(replace(TEA)).digest == shown_terms(TEA).digest


def test_the_hash_that_the_front_end_echoes_is_that_of_the_terms_in_force() -> None:
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        assert check_shown(TEA, LAW, echoed=shown_terms(TEA, language).digest).answer == "allow"
    old = shown_terms(TEA).digest
    found = check_shown(replace(TEA, version=2), LAW, echoed=old)
    assert (found.answer, found.code) == ("block", "other_terms_shown")


def test_a_promotion_without_an_end_cannot_be_shown() -> None:
    assert check_shown(replace(TEA, schedule=by_the_clock("2026-11-11", zone="UTC")), LAW).code == "period_missing"
    assert check_shown(TEA, LAW).answer == "allow"
