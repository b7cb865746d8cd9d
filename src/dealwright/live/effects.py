"""What campaigns changed, by the minutes of their arms."""

from __future__ import annotations

from dealwright.app.measure_campaign import MeasuredCampaign, measure_campaign
from dealwright.app.watch_ports import Minutes
from dealwright.core.errors import InputError
from dealwright.live.campaigns import Campaigns
from dealwright.live.counted import counted_campaign


def measured_campaign(campaigns: Campaigns, minutes: Minutes, campaign_id: str) -> MeasuredCampaign:
    """Treatment against hold-out; where earlier terms held out another share, since the present ones are in force.

    InputError for a campaign that is not known or keeps no hold-out.
    """
    standing, version = campaigns.standing(campaign_id), campaigns.version(campaign_id)
    if standing is None or version is None:
        raise InputError.unknown("campaign", campaign_id, [one.campaign_id for one in campaigns.all()])
    shares = {one.terms.holdout_share for one in campaigns.versions(campaign_id)[: version.terms.version]}
    since = (standing.edition_at or version.at) if len(shares) > 1 else None
    return measure_campaign(counted_campaign(version.terms), minutes.tallies(campaign_id, since=since))
