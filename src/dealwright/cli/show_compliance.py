"""How findings on the law on prices look in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dealwright.cli.compliance_words import COMPLIANCE_WORDS
from dealwright.cli.screen import open_console, print_json
from dealwright.core.money import Money

if TYPE_CHECKING:
    from dealwright.campaign.campaign import Campaign
    from dealwright.campaign.promotion import Language
    from dealwright.compliance.finding import Evidence, Finding
    from dealwright.compliance.profile import Profile

_MOST_ALIKE = 3


def findings(
    campaign: Campaign, found: Sequence[Finding], profile: Profile | None, *, language: str, as_json: bool
) -> None:
    """What blocks, then what warns, each with its evidence, what to do and the law; then how many are in order."""
    tongue: Language = "zh" if language == "zh" else "en"
    if as_json:
        print_json(_document(campaign, found, profile, tongue))
        return
    console, w = open_console(), COMPLIANCE_WORDS[tongue]

    def line(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    if profile is None:
        line(w["no_profile"])
        return
    name = profile.name_zh if tongue == "zh" else profile.name
    line(w["title"].format(campaign=campaign.id, profile=name, code=profile.code, version=profile.version))
    for answer in ("block", "warn"):
        wanted = sorted((one for one in found if one.answer == answer), key=_case)
        for _, group in groupby(wanted, key=_case):
            alike = list(group)
            for one in alike[:_MOST_ALIKE]:
                _tell(one, campaign.currency, line, tongue)
            if len(alike) > _MOST_ALIKE:
                line("  " + w["more"].format(n=len(alike) - _MOST_ALIKE))
    counts = Counter(one.answer for one in found)
    line(w["counts"].format(block=counts["block"], warn=counts["warn"], allow=counts["allow"]))
    line(w["advice"])


def _tell(one: Finding, currency: str, line: Any, tongue: Language) -> None:
    w = COMPLIANCE_WORDS[tongue]
    about = " ".join(text for text in (one.promotion_id, one.sku) if text)
    line(f"{w[one.answer]}  {about}: {one.sentence(tongue)}")
    for each in one.evidence:
        line(f"    {w['evidence']}: {_evidence(each, currency, tongue)}")
    if one.remedy(tongue):
        line(f"    {w['remedy']}: {one.remedy(tongue)}")
    line(f"    {w['basis']}: {one.based_on(tongue)}")


def _evidence(each: Evidence, currency: str, tongue: Language) -> str:
    days = each.since if each.since == each.until or not each.until else f"{each.since} – {each.until}"
    amount = "" if each.amount_minor is None else str(Money(each.amount_minor, currency))
    parts = (COMPLIANCE_WORDS[tongue][each.kind], amount, each.text, days)
    return " ".join(part for part in parts if part)


def _case(one: Finding) -> tuple[str, str, str]:
    return one.promotion_id, one.rule, one.code


def _document(
    campaign: Campaign, found: Sequence[Finding], profile: Profile | None, tongue: Language
) -> dict[str, Any]:
    from dealwright.campaign.campaign_lint import at_the_till
    from dealwright.compliance.shown_terms import shown_terms

    told = [
        {
            "rule": one.rule,
            "answer": one.answer,
            "code": one.code,
            "promotion_id": one.promotion_id,
            "sku": one.sku,
            "sentence": one.sentence(tongue),
            "remedy": one.remedy(tongue),
            "basis": one.based_on(tongue),
            "evidence": [asdict(each) for each in one.evidence],
        }
        for one in found
    ]
    held = (at_the_till(campaign, one, version=campaign.version) for one in campaign.promotions)
    terms = [shown_terms(one, tongue) for one in held]
    return {
        "campaign": campaign.id,
        "profile": None if profile is None else {"code": profile.code, "version": profile.version},
        "findings": told,
        "terms": [asdict(one) | {"digest": one.digest} for one in terms],
    }
