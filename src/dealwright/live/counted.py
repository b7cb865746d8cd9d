"""Which events belong to the campaigns of a shop: told by the campaigns themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dealwright.app.events.event_ports import CountedCampaign
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.items import Items
from dealwright.campaign.life import State
from dealwright.experiment.assign import arm_of
from dealwright.live.campaigns import Campaigns
from dealwright.monitor.tally import Arm

_COUNTED: frozenset[State] = frozenset({"scheduled", "live", "paused", "ended", "rolled_back"})


class CountedShop:
    """See `CountedCampaigns`, of the campaigns of a shop."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._known: dict[tuple[str, int], CountedCampaign] = {}

    def counted(self) -> Sequence[CountedCampaign]:
        """See `CountedCampaigns.counted`; the promotions of earlier versions are counted too."""
        owned: dict[str, set[str]] = defaultdict(set)
        for promotion_id, campaign_id in self._campaigns.owners().items():
            owned[campaign_id].add(promotion_id)
        found = []
        for one in self._campaigns.all():
            if one.state in _COUNTED:
                known = self._of_version(one.campaign_id, one.version)
                ids = owned[one.campaign_id].union(known.promotion_ids)
                found.append(replace(known, promotion_ids=tuple(sorted(ids))))
        return found

    def unscheduled(self) -> Collection[str]:
        """See `CountedCampaigns.unscheduled`."""
        return [one.campaign_id for one in self._campaigns.all() if one.state not in _COUNTED]

    def _of_version(self, campaign_id: str, version: int) -> CountedCampaign:
        known = self._known.get((campaign_id, version))
        if known is None:
            found = self._campaigns.version(campaign_id, version)
            assert found is not None, "a standing speaks of versions that exist"
            known = self._known[campaign_id, version] = counted_campaign(found.terms)
        return known


def counted_campaign(campaign: Campaign) -> CountedCampaign:
    """How events of a campaign are recognised.

    Its skus count only if its benefits name skus and nothing else: which skus a category has is not told by events.
    """
    promotions = (*campaign.promotions, *campaign.contingency)
    items = [one for promotion in promotions for one in _items_in(promotion.benefit)]
    is_by_sku = bool(items) and all(one.skus and one == Items(skus=one.skus) for one in items)
    return CountedCampaign(
        campaign.id,
        promotion_ids=tuple(sorted({one.id for one in promotions})),
        skus=tuple(sorted({sku for one in items for sku in one.skus})) if is_by_sku else (),
        start=campaign.schedule.start,
        end=campaign.schedule.end,
        currency=campaign.currency,
        holdout_share=campaign.holdout_share,
    )


def assigned_arm(campaign: CountedCampaign, customer: str) -> Arm:
    """The arm of a customer, as the till assigns it."""
    return arm_of(
        customer, campaign_id=campaign.campaign_id, holdout_share=campaign.holdout_share, salt=campaign.salt
    )


def _items_in(term: Any) -> Iterator[Items]:
    """All items that a benefit, or a part of it, speaks of."""
    if isinstance(term, Items):
        yield term
    elif isinstance(term, tuple):
        for part in term:
            yield from _items_in(part)
    elif is_dataclass(term) and not isinstance(term, type):
        for one in fields(term):
            yield from _items_in(getattr(term, one.name))
