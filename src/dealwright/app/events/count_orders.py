"""What an order and all that followed it bring to each minute of each campaign, in whatever order they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from dealwright.app.events.event_ports import (
    FIELDS,
    TILL_SOURCE,
    Change,
    FollowUp,
    Known,
    Minute,
    OrderFacts,
    Touch,
)
from dealwright.monitor.tally import Arm

MINUTE = 60_000_000  # microseconds
(
    EXPOSED,
    BUYERS,
    ORDERS,
    UNITS,
    NET,
    COST,
    COST_UNKNOWN,
    DISCOUNT,
    REDEMPTIONS,
    RETURNED,
    ERRORS,
) = range(len(FIELDS))


def nothing() -> Change:
    """A change of nothing."""
    return [0] * len(FIELDS)


def minute_of(at: int) -> int:
    """The start of the minute an instant lies in, both in microseconds since 1970."""
    return at - at % MINUTE


def change_orders(
    into: Mapping[Minute, Change],
    order_id: str,
    orders: Collection[OrderFacts],
    follow_ups: Collection[FollowUp],
    known: Known,
) -> None:
    """Take back what the orders of this id were so far; add what they are with these too."""
    old_orders, old_follow_ups = known.orders.get(order_id, ()), known.follow_ups.get(order_id, ())
    add_orders(into, old_orders, old_follow_ups, sign=-1)
    add_orders(into, [*old_orders, *orders], [*old_follow_ups, *follow_ups])


def add_orders(
    into: Mapping[Minute, Change],
    orders: Collection[OrderFacts],
    follow_ups: Collection[FollowUp],
    *,
    sign: int = 1,
) -> None:
    """Add (or, with `sign` -1, take back) all that was told of one order id to the changes of minutes.

    Sources name orders apart from one another; only our till's are everybody's. One that another source tells too
    is one order, which the first of them told, and what came back of it may be told by either.
    """
    tellers = {one.source for one in orders}
    for teller in tellers:
        _add_order(
            into,
            [one for one in orders if one.source == teller],
            [one for one in follow_ups if _teller_of(one.source, tellers) == teller],
            sign,
        )


def _teller_of(source: str, tellers: Collection[str]) -> str:
    """Who told the order that a source's cancellation or return is about."""
    if source in tellers:
        return source
    return min(tellers) if source == TILL_SOURCE else TILL_SOURCE


def _add_order(
    into: Mapping[Minute, Change],
    orders: Collection[OrderFacts],
    follow_ups: Collection[FollowUp],
    sign: int,
) -> None:
    """Of several tellings of the order the highest revision holds, then the latest."""
    order = max(orders, key=lambda one: (one.revision, one.at, one.event_id))
    start = minute_of(order.at)
    seen: set[str] = set()
    for share in order.shares:
        change = into[Minute(share.campaign_id, share.arm, start)]
        if share.campaign_id not in seen:
            seen.add(share.campaign_id)
            change[ORDERS] += sign
            change[REDEMPTIONS] += sign * order.n_redemptions.get(share.campaign_id, 0)
        change[UNITS] += sign * share.units
        change[NET] += sign * share.net_minor
        change[DISCOUNT] += sign * share.discount_minor
        if share.cost_minor is None:
            change[COST_UNKNOWN] += sign
        else:
            change[COST] += sign * share.cost_minor
    if follow_ups:
        _add_returns(into, order, follow_ups, sign)


def _add_returns(
    into: Mapping[Minute, Change], order: OrderFacts, follow_ups: Collection[FollowUp], sign: int
) -> None:
    """Returns count in the minute they are told of, up to what was paid; a cancellation gives back what is left.

    Two who tell of one order tell of the same goods: what came back is what the one says who has told more so far.
    """
    paid: dict[tuple[str, Arm, str], int] = defaultdict(int)
    for share in order.shares:
        paid[share.campaign_id, share.arm, share.sku] += share.net_minor
    back: dict[tuple[str, Arm, str], int] = defaultdict(int)
    told: dict[tuple[str, str, Arm, str], int] = defaultdict(int)
    for one in sorted(follow_ups, key=lambda one: (one.at, one.event_id)):
        start = minute_of(one.at)
        for goods, most in paid.items():
            refund = most if one.refunds is None else one.refunds.get(goods[2], 0)
            so_far = told[one.source, *goods] = min(most, told[one.source, *goods] + refund)
            if so_far > back[goods]:
                into[Minute(goods[0], goods[1], start)][RETURNED] += sign * (so_far - back[goods])
                back[goods] = so_far


def merged(one: Touch | None, other: Touch) -> Touch:
    """The earlier of both, for being seen and for ordering."""
    if one is None:
        return other
    ordered = [at for at in (one.first_order_at, other.first_order_at) if at is not None]
    return Touch(min(one.first_seen_at, other.first_seen_at), min(ordered, default=None))


def add_touch(
    into: Mapping[Minute, Change], campaign_id: str, arm: Arm, *, before: Touch | None, after: Touch
) -> None:
    """A customer counts once, in the minute of the first sight, and once as a buyer: move what became earlier."""
    if before is not None:
        if before == after:
            return
        into[Minute(campaign_id, arm, minute_of(before.first_seen_at))][EXPOSED] -= 1
        if before.first_order_at is not None:
            into[Minute(campaign_id, arm, minute_of(before.first_order_at))][BUYERS] -= 1
    into[Minute(campaign_id, arm, minute_of(after.first_seen_at))][EXPOSED] += 1
    if after.first_order_at is not None:
        into[Minute(campaign_id, arm, minute_of(after.first_order_at))][BUYERS] += 1
