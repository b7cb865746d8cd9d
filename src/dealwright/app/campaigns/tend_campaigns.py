"""Starts what is due, ends what is over, and keeps the till at what the books of campaigns say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dealwright.app.campaigns.campaign_ports import CampaignPorts
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.app.campaigns.launch_campaign import launch_campaign
from dealwright.app.campaigns.move_campaign import Answer, Wish, move_campaign
from dealwright.campaign.life import Action, Actor, Standing
from dealwright.campaign.schedule import Schedule

ITSELF = Actor("dealwright", frozenset({"operator"}))
"""Who acts when nobody does."""
LEAD = timedelta(minutes=1)
"""So long before its start a campaign goes live: its promotions are at every till when they begin to hold."""


@dataclass(slots=True)
class Tended:
    """What was done: the campaigns that went live, ended, or were paused because something is wrong with them."""

    launched: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    held_back: dict[str, str] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was due."""
        return not (self.launched or self.ended or self.held_back)


def tend_campaigns(*, ports: CampaignPorts, rules: HouseRules) -> Tended:
    """Everything that is due now; safe to call at any time, from many processes."""
    tended, now = Tended(), ports.now()
    for standing in ports.books.standings():
        if standing.state in ("scheduled", "live", "paused"):
            _tend(standing, tended, now, ports, rules)
    for campaign_id in sorted(_at_stake(ports)):
        settle(campaign_id, tended, ports=ports, rules=rules)
    return tended


def _at_stake(ports: CampaignPorts) -> set[str]:
    """The campaigns that have, or should have, promotions at the till."""
    owners = ports.claims.all()
    live = {one.campaign_id for one in ports.books.standings() if one.state == "live"}
    return live | {owners[one.id] for one in ports.shelf.all() if one.id in owners}


def settle(campaign_id: str, tended: Tended, *, ports: CampaignPorts, rules: HouseRules) -> None:
    """Bring the till to what the campaign says; pause it if the till refuses it."""
    refused = launch_campaign(campaign_id, ports=ports)
    if refused and _by_itself(campaign_id, "pause", ports, rules, reason=refused):
        tended.held_back[campaign_id] = refused
        launch_campaign(campaign_id, ports=ports)


def _tend(standing: Standing, tended: Tended, now: datetime, ports: CampaignPorts, rules: HouseRules) -> None:
    found = ports.versions.version(standing.campaign_id, standing.version)
    assert found is not None, standing
    schedule, name = found.terms.schedule, standing.campaign_id
    if schedule.end is not None and schedule.end <= now:
        if _by_itself(name, "end", ports, rules, reason="its time is over"):
            tended.ended.append(name)
    elif standing.state == "scheduled" and _is_due(schedule, now):
        answer = _by_itself(name, "launch", ports, rules)
        if answer:
            tended.launched.append(name)
        elif answer.verdict.code == "problems_found":
            _by_itself(name, "pause", ports, rules, reason=answer.verdict.reason)
            tended.held_back[name] = answer.verdict.reason


def _is_due(schedule: Schedule, now: datetime) -> bool:
    return schedule.start is None or schedule.start <= now + LEAD


def _by_itself(
    campaign_id: str, action: Action, ports: CampaignPorts, rules: HouseRules, *, reason: str = ""
) -> Answer:
    return move_campaign(campaign_id, Wish(action, ITSELF, reason), ports=ports, rules=rules)
