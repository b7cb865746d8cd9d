"""Tells what is wrong with a campaign before it is submitted, approved and launched, as things are at the till."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from dealwright.app.campaigns.campaign_ports import CampaignPorts
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Check, Facts, Goods, problems, skus_of
from dealwright.campaign.four_eyes import ALWAYS_A_SECOND, FourEyes
from dealwright.campaign.life import State
from dealwright.campaign.lint import Remark
from dealwright.campaign.promotion import Language, Promotion

_COUNT: frozenset[State] = frozenset({"scheduled", "live", "paused"})


def no_goods(skus: Sequence[str]) -> Mapping[str, Goods]:
    """Nothing is known of any goods."""
    del skus
    return {}


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a shop asks of its campaigns: who approves, further checks, where goods are looked up.

    `language` is that of the remarks which moves are answered with.
    """

    four_eyes: FourEyes = ALWAYS_A_SECOND
    checks: tuple[Check, ...] = ()
    goods: Callable[[Sequence[str]], Mapping[str, Goods]] = no_goods
    language: Language = "en"


def check_campaign(
    campaign: Campaign,
    *,
    ports: CampaignPorts,
    rules: HouseRules,
    is_running: bool = False,
    language: Language | None = None,
) -> tuple[Remark, ...]:
    """Every remark on the campaign as things are now, in the rules' language if no other is asked for."""
    facts = campaign_facts(campaign, ports, rules, is_running=is_running)
    further = (remark for check in rules.checks for remark in check(campaign, facts))
    return (*problems(campaign, facts, language=language or rules.language), *further)


def campaign_facts(
    campaign: Campaign, ports: CampaignPorts, rules: HouseRules, *, is_running: bool = False
) -> Facts:
    """What the campaign is held against, as things are now."""
    others = []
    for standing in ports.books.standings():
        if standing.state in _COUNT and standing.campaign_id != campaign.id:
            version = ports.versions.version(standing.campaign_id, standing.version)
            assert version is not None, standing
            others.append(version.terms)
    claims = ports.claims.all()
    return Facts(
        ports.now(),
        in_force=tuple(one for one in ports.shelf.all() if claims.get(one.id) != campaign.id),
        others=tuple(others),
        goods=rules.goods(skus_of(campaign)),
        is_running=is_running,
        before=_before(campaign, ports, claims),
    )


def _before(campaign: Campaign, ports: CampaignPorts, claims: Mapping[str, str]) -> tuple[Promotion, ...]:
    """What versions before may have given once the campaign has been live, if these terms are to supersede them.

    Which of them were live is not kept, so all count whose promotions were ever scheduled.
    """
    standing = ports.books.standing(campaign.id)
    if standing is None or standing.edition == 0:
        return ()
    held = [one.terms for one in ports.versions.versions(campaign.id) if one.terms.version <= standing.version]
    if any(replace(campaign, version=one.version) == one for one in held if one.version == standing.version):
        return ()
    given = (one for terms in held for one in (*terms.promotions, *terms.contingency))
    return tuple(one for one in given if claims.get(one.id) == campaign.id)
