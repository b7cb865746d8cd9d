"""Which orders would make a sum of a minute larger than a database can hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from dealwright.app.events.count_orders import change_orders, nothing
from dealwright.app.events.event_ports import Change, FollowUp, Known, Minute, OrderFacts, Taken

MOST_SUM = 2**63 - 1  # SQLite would go on with a float, PostgreSQL would refuse the whole batch


def full_minutes(changes: Mapping[Minute, Change], sums: Mapping[Minute, Change]) -> frozenset[Minute]:
    """The minutes of which a sum would become too large.

    >>> minute = Minute("tea", "", 0)
    >>> one, most = [1] * 11, [MOST_SUM] * 11
    >>> full_minutes({minute: one}, {minute: most}) == {minute}
    True
    >>> full_minutes({minute: one}, {})
    frozenset()
    """
    return frozenset(minute for minute, change in changes.items() if not _fits(sums.get(minute, nothing()), change))


def orders_too_large(taken: Taken, known: Known, sums: Mapping[Minute, Change]) -> frozenset[tuple[str, str]]:
    """The orders, by source and id there, that no longer fit into their minutes after those told before them."""
    orders: dict[tuple[str, str], list[OrderFacts]] = defaultdict(list)
    follow_ups: dict[tuple[str, str], list[FollowUp]] = defaultdict(list)
    for order in taken.orders:
        orders[order.source, order.order_id].append(order)
    for one in taken.follow_ups:
        follow_ups[one.source, one.order_id].append(one)
    so_far = dict(sums)
    found = set()
    for name in dict.fromkeys((*orders, *follow_ups)):
        changes: dict[Minute, Change] = defaultdict(nothing)
        change_orders(changes, name[1], orders.get(name, ()), follow_ups.get(name, ()), known)
        if full_minutes(changes, so_far):
            found.add(name)
            continue
        for minute, change in changes.items():
            before = so_far.get(minute, nothing())
            so_far[minute] = [old + added for old, added in zip(before, change, strict=True)]
    return frozenset(found)


def _fits(before: Change, change: Change) -> bool:
    return all(added <= 0 or old + added <= MOST_SUM for old, added in zip(before, change, strict=True))
