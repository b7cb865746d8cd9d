"""What campaigns changed, by the minutes of their arms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from dealwright.app.campaigns.campaign_ports import Version
from dealwright.app.campaigns.measure_campaign import MeasuredCampaign, measure_campaign
from dealwright.app.watch.watch_ports import Minutes
from dealwright.core.errors import InputError
from dealwright.live.campaigns import Campaigns
from dealwright.live.counted import counted_campaign

_PUTS_IN_FORCE: Final = frozenset({"launch", "approve", "roll_back"})


def measured_campaign(campaigns: Campaigns, minutes: Minutes, campaign_id: str) -> MeasuredCampaign:
    """Treatment against hold-out; where another share was held out while it ran, since the present one is.

    InputError for a campaign that is not known or keeps no hold-out.
    """
    version = campaigns.version(campaign_id)
    if version is None:
        raise InputError.unknown("campaign", campaign_id, [one.campaign_id for one in campaigns.all()])
    since = _same_arms_since(campaigns, campaign_id, version.terms.version)
    return measure_campaign(counted_campaign(version.terms), minutes.tallies(campaign_id, since=since))


def _same_arms_since(campaigns: Campaigns, campaign_id: str, number: int) -> datetime | None:
    """When the present arms came into force; None if they were there from the launch on."""
    alike = _alike(campaigns.versions(campaign_id)[:number])
    links = campaigns.audit.links(subject=f"campaign/{campaign_id}")
    moves = [(link.entry.action, link.entry.at) for link in links if link.entry.action in _PUTS_IN_FORCE]
    launched = next((at for action, at in moves if action == "launch"), None)
    if len(alike) == number or launched is None or alike[0].at <= launched:
        return None
    in_force = [at for _, at in moves if at >= alike[0].at]  # who needs no second person revises at once
    return min(in_force, default=alike[0].at)


def _alike(versions: Sequence[Version]) -> tuple[Version, ...]:
    """The last versions that hold out the same share, the first first."""
    share = versions[-1].terms.holdout_share
    latest = takewhile(lambda one: one.terms.holdout_share == share, reversed(versions))
    return tuple(latest)[::-1]
