"""What shoppers must be shown of a campaign: its terms as they hold at the till, and what of them is personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.app.campaigns.launch_campaign import launched
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.life import Standing
from dealwright.campaign.promotion import Language
from dealwright.compliance.fair_terms import personal_kinds
from dealwright.compliance.shown_terms import ShownTerms, shown_terms


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """The terms of one promotion, and the kinds of those that depend on who the shopper is: none if all get it."""

    terms: ShownTerms
    personal: tuple[str, ...]


def shown_offers(standing: Standing, campaign: Campaign, language: Language = "en") -> Sequence[ShownOffer]:
    """One per promotion of the version that counts; a version is that which the till prices by."""
    held = launched(campaign, edition=max(standing.edition, 1), share=standing.share)
    return tuple(ShownOffer(shown_terms(one, language), personal_kinds(one)) for one in held)


def are_shown(standing: Standing, campaign: Campaign, digest: str) -> bool:
    """Whether a front end that echoes this hash shows terms that count now, in either language."""
    languages: tuple[Language, Language] = ("en", "zh")
    return any(digest == one.terms.digest for each in languages for one in shown_offers(standing, campaign, each))
