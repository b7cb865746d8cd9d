"""Which campaigns an event belongs to, and what it is to each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from dealwright.app.events.event_ports import ArmOf, CountedCampaign, FollowUp, OrderFacts, Share
from dealwright.core.errors import InputError
from dealwright.data.event_bodies import (
    Cancellation,
    CartChange,
    Event,
    Failure,
    Order,
    OrderLine,
    PriceChange,
    Return,
    StockMovement,
    View,
)
from dealwright.monitor.tally import Arm

EARLY = timedelta(minutes=5)
"""So far may the clock be off of who tells that a campaign was seen."""


@dataclass(frozen=True)
class Counting:
    """The campaigns, found by what events say. `arm_of` is asked of campaigns with a hold-out only.

    Of `unscheduled` ones only the names are known, and nothing is counted for them.

    >>> counting = Counting((CountedCampaign("C1", promotion_ids=("P1",)),), arm_of=lambda campaign, customer: "")
    >>> counting.known_as("P1")
    ('C1',)
    """

    campaigns: Sequence[CountedCampaign]
    arm_of: ArmOf
    unscheduled: frozenset[str] = frozenset()
    _arms: dict[tuple[str, str], Arm] = field(default_factory=dict, repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, CountedCampaign]:
        """The campaigns by id."""
        return {one.campaign_id: one for one in self.campaigns}

    @cached_property
    def _by_promotion(self) -> Mapping[str, tuple[str, ...]]:
        return _index((name, one.campaign_id) for one in self.campaigns for name in one.promotion_ids)

    @cached_property
    def _by_sku(self) -> Mapping[str, tuple[str, ...]]:
        return _index((sku, one.campaign_id) for one in self.campaigns for sku in one.skus)

    def known_as(self, promotion_id: str) -> tuple[str, ...]:
        """The campaigns a promotion belongs to."""
        return self._by_promotion.get(promotion_id, ())

    def of(
        self, at: datetime, *, promotion_ids: Sequence[str] = (), sku: str = "", campaign_id: str = ""
    ) -> set[str]:
        """The campaigns that promotions, a sku at an instant, or their own name lead to."""
        found: set[str] = set()
        for promotion_id in promotion_ids:
            found.update(self._by_promotion.get(promotion_id, ()))
        for one in self._by_sku.get(sku, ()):
            campaign = self.by_id[one]
            if (campaign.start is None or campaign.start <= at) and (campaign.end is None or at < campaign.end):
                found.add(one)
        if campaign_id in self.by_id:
            found.add(campaign_id)
        return found

    def seen_at(self, campaign_id: str, at: datetime) -> datetime | None:
        """When somebody saw a campaign who saw it at an instant by the sender's clock; None if before its time.

        A clock that is off by minutes tells of the first sights before the start: they count at the start. What is
        shown earlier is not the campaign yet.
        """
        start = self.by_id[campaign_id].start
        if start is None or start <= at:
            return at
        return start if start - at <= EARLY else None

    def is_stranger(self, event: Event) -> bool:
        """Whether the event names a campaign that is not known here."""
        named = getattr(event.body, "campaign_id", "")
        return bool(named) and named not in self.by_id and named not in self.unscheduled

    def arm(self, campaign_id: str, customer: str, *, person: str) -> Arm:
        """The arm a customer is in; empty where nobody is held out or nobody knows who it was.

        It is drawn from the `person`, the name the shop itself draws from, and remembered under the customer's.
        """
        campaign = self.by_id[campaign_id]
        if not person or campaign.holdout_share <= 0:
            return ""
        known = self._arms.get((campaign_id, customer))
        if known is None:
            known = self.arm_of(campaign, person)
            if len(self._arms) < _MOST_ARMS:
                self._arms[campaign_id, customer] = known
        return known

    def arms(self, event: Event, campaigns: Collection[str], *, person: str) -> Mapping[str, Arm]:
        """The arm of the event's customer in each of the campaigns."""
        customer = getattr(event.body, "customer", "")
        return {campaign_id: self.arm(campaign_id, customer, person=person) for campaign_id in campaigns}

    def problem(self, event: Event, campaigns: Collection[str], *, person: str) -> str:
        """What is wrong with an event for the campaigns it belongs to; empty if nothing."""
        named = getattr(event.body, "campaign_id", "")
        if self.is_stranger(event):
            unknown = InputError.unknown("campaign", named, self.by_id)
            return f"body.campaign_id: {unknown}; make the campaign and replay, or correct the name"
        if named in self.unscheduled and isinstance(event.body, Order | Failure):
            return f"body.campaign_id: campaign {named!r} was never scheduled; schedule it and replay"
        if isinstance(event.body, Order) and event.body.currency:
            for campaign_id in sorted(campaigns):
                wanted = self.by_id[campaign_id].currency
                if wanted and wanted != event.body.currency:
                    return (
                        f"body.currency: campaign {campaign_id!r} counts in {wanted}; given {event.body.currency}; "
                        "convert the order"
                    )
        if getattr(event.body, "customer", "") and not person:
            for campaign_id in sorted(campaigns):
                if self.by_id[campaign_id].holdout_share > 0:
                    return (
                        f"body.customer: only a pseudonym was kept, and the arms of campaign {campaign_id!r} are "
                        "drawn from the customer; send the event again as it was"
                    )
        return ""

    def campaigns_of(self, event: Event) -> Collection[str]:
        """All campaigns the event is counted for."""
        body = event.body
        if isinstance(body, Cancellation | Return | StockMovement | PriceChange):
            return ()
        found: set[str] = set()
        if isinstance(body, Order):
            for line in body.lines:
                found |= self._of_line(event, line, body.campaign_id)
            return found
        skus = [line.sku for line in body.lines] if isinstance(body, CartChange) else [body.sku]
        found |= self.of(event.at, promotion_ids=body.promotion_ids, campaign_id=body.campaign_id)
        for sku in skus:
            found |= self.of(event.at, sku=sku)
        if isinstance(body, View | CartChange):
            return [one for one in found if self.seen_at(one, event.at) is not None]
        return found

    def order_facts(self, event: Event, order: Order, at: int, *, arms: Mapping[str, Arm]) -> OrderFacts:
        """What the order's lines are to each campaign, in the arm its customer is in."""
        shares: dict[tuple[str, str], list[OrderLine]] = defaultdict(list)
        used: dict[str, set[str]] = defaultdict(set)
        for line in order.lines:
            for campaign_id in sorted(self._of_line(event, line, order.campaign_id)):
                shares[campaign_id, line.sku].append(line)
                ours = self.by_id[campaign_id].promotion_ids
                used[campaign_id].update(name for name in line.promotion_ids if name in ours)
        return OrderFacts(
            order.order_id,
            event.source,
            event.event_id,
            order.revision,
            at,
            tuple(
                _share(campaign_id, arms[campaign_id], sku, lines)
                for (campaign_id, sku), lines in sorted(shares.items())
            ),
            {campaign_id: len(names) for campaign_id, names in sorted(used.items()) if names},
        )

    def _of_line(self, event: Event, line: OrderLine, named: str) -> set[str]:
        return self.of(event.at, promotion_ids=line.promotion_ids, sku=line.sku, campaign_id=named)


_MOST_ARMS = 200_000  # that are remembered


def follow_up(event: Event, body: Cancellation | Return, at: int) -> FollowUp:
    """What the event does to an order told of before, or later."""
    if isinstance(body, Cancellation):
        return FollowUp(body.order_id, event.source, event.event_id, at, None)
    refunds: dict[str, int] = defaultdict(int)
    for line in body.lines:
        refunds[line.sku] += line.refund_minor
    return FollowUp(body.order_id, event.source, event.event_id, at, dict(sorted(refunds.items())))


def _share(campaign_id: str, arm: Arm, sku: str, lines: Sequence[OrderLine]) -> Share:
    costs = [line.cost_minor for line in lines]
    known = [cost for cost in costs if cost is not None]
    return Share(
        campaign_id,
        arm,
        sku,
        sum(line.quantity for line in lines),
        sum(line.net_minor for line in lines),
        sum(known) if len(known) == len(costs) else None,
        sum(line.discount_minor for line in lines),
    )


def _index(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, campaign_id in pairs:
        if campaign_id not in found[name]:
            found[name].append(campaign_id)
    return {name: tuple(ids) for name, ids in found.items()}
