"""Rows of the tables of events, as what they stand for, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dealwright.adapters.ledger.instants import instant
from dealwright.app.events.event_ports import (
    FIELDS,
    Change,
    Correction,
    Counts,
    DeadLetter,
    FollowUp,
    InboxRow,
    Minute,
    OrderFacts,
    Share,
    SourceCounts,
    Taken,
)
from dealwright.monitor.tally import Tally

Row = tuple[Any, ...]


def event_row(row: InboxRow, at: int) -> Row:
    """What is stored of an event that is received now."""
    event = row.event
    return (event.source, event.event_id, event.body.kind, row.at, at, row.is_late, row.digest, row.text)


def letter_row(digest: str, one: DeadLetter, at: int) -> Row:
    """What is stored of a dead letter that is received now."""
    return (digest, one.source, one.event_id, at, one.is_whole, json.dumps(one.problems), one.text)


def source_rows(taken: Taken) -> Iterator[Row]:
    """What is added to each source, and the newest instant of its events."""
    newest: dict[str, int] = {}
    for row in taken.rows:
        newest[row.event.source] = max(row.at, newest.get(row.event.source, row.at))
    for source, counts in taken.by_source.items():
        parts = (counts.accepted, counts.corrected, counts.duplicates, counts.quarantined)
        yield (source, counts.sent, *parts, newest.get(source))


def order_row(order: OrderFacts) -> Row:
    """What is stored of an order."""
    shares = [
        (one.campaign_id, one.arm, one.sku, one.units, one.net_minor, one.cost_minor, one.discount_minor)
        for one in order.shares
    ]
    return (
        order.order_id,
        order.source,
        order.event_id,
        order.revision,
        order.at,
        json.dumps(shares, separators=(",", ":")),
        json.dumps(order.n_redemptions),
    )


def order_of(row: Row) -> OrderFacts:
    """An order as it was stored."""
    order_id, source, event_id, revision, at, shares, redemptions = row
    parts = tuple(Share(*one) for one in json.loads(shares))
    return OrderFacts(order_id, source, event_id, revision, at, parts, json.loads(redemptions))


def follow_up_row(one: FollowUp) -> Row:
    """What is stored of a cancellation or a return."""
    refunds = None if one.refunds is None else json.dumps(one.refunds)
    return (one.order_id, one.source, one.event_id, one.at, refunds)


def follow_up_of(row: Row) -> FollowUp:
    """A cancellation or a return as it was stored."""
    order_id, source, event_id, at, refunds = row
    return FollowUp(order_id, source, event_id, at, None if refunds is None else json.loads(refunds))


def tally(minute: Minute, change: Change) -> Tally:
    """The minute with everything that was added to it."""
    sums = dict(zip(FIELDS, change, strict=True))
    is_cost_known = sums.pop("n_cost_unknown") == 0
    return Tally(minute.campaign_id, minute.arm, instant(minute.start), is_cost_known=is_cost_known, **sums)


def tally_of(row: Row) -> Tally:
    """A minute as it was stored."""
    return tally(Minute(*row[:3]), list(row[3:]))


def source_of(row: Row) -> SourceCounts:
    """What a source sent."""
    source, *counts, last_at = row
    return SourceCounts(source, Counts(*counts), None if last_at is None else instant(last_at))


def letter_of(row: Row) -> DeadLetter:
    """A dead letter as it was stored."""
    number, source, event_id, received_at, state, is_whole, problems, body = row
    return DeadLetter(
        body,
        tuple(json.loads(problems)),
        source,
        event_id,
        bool(is_whole),
        number,
        state,
        instant(received_at),
    )


def correction_of(row: Row) -> Correction:
    """A correction as it was stored."""
    number, campaign_id, arm, start, received_at, change = row
    return Correction(
        number,
        campaign_id,
        arm,
        instant(start),
        instant(received_at),
        {name: value for name, value in zip(FIELDS, json.loads(change), strict=True) if value},
    )
