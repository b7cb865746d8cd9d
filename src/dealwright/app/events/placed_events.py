"""An event that can be taken, or the dead letter that says why it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from dealwright.app.events.event_ports import TILL_SOURCE, DeadLetter, Wanted
from dealwright.data.event_bodies import Cancellation, CartChange, Event, Order, Return, View
from dealwright.data.events import Contract, ReadEvent, Unread
from dealwright.monitor.tally import Arm

Sent: TypeAlias = str | bytes | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """An event that can be taken, with the arm its customer has in each campaign it belongs to."""

    event: Event
    text: str
    digest: int
    arms: Mapping[str, Arm]


def read_sent(sent: Iterable[Sent], contract: Contract) -> Sequence[ReadEvent | Unread]:
    """What others send, read by the contract; events of our own till are not theirs to tell."""
    return [_not_ours(contract.read(one)) for one in sent]


def letter(one: ReadEvent | Placed, problem: str) -> DeadLetter:
    """The event as a dead letter, for this reason."""
    return DeadLetter(one.text, (problem,), one.event.source, one.event.event_id)


def conflict(one: Placed) -> DeadLetter:
    """Its name was given to another event."""
    return letter(
        one,
        f"source {one.event.source!r} sent another event as {one.event.event_id!r} before; "
        "give every event an id of its own",
    )


def too_large(one: Placed) -> DeadLetter:
    """The database could not hold a sum with it."""
    return letter(
        one, "with this order a minute of its campaign sums up to more than 64 bits hold; correct its amounts"
    )


def too_old(one: Placed, *, age: timedelta, kept_for: timedelta) -> DeadLetter:
    """Nobody remembers whether it was counted before."""
    return letter(
        one,
        f"at is {age.days} days behind the newest event; events are remembered for {kept_for.days} days, so nobody "
        "knows whether this one was counted: import older sales instead",
    )


def letter_key(given: DeadLetter) -> str:
    """The same text sent again is the same letter."""
    return hashlib.blake2b(given.text.encode(), digest_size=16).hexdigest()


def order_name(one: Placed) -> tuple[str, str] | None:
    """The order it speaks of, by its source and its id there."""
    body = one.event.body
    return (one.event.source, body.order_id) if isinstance(body, Order | Cancellation | Return) else None


def wanted_of(events: Sequence[Placed], letters: Sequence[str]) -> Wanted:
    """What has to be known of the past to take these events and letters."""
    orders: set[str] = set()
    touches: set[tuple[str, str]] = set()
    for one in events:
        body = one.event.body
        if isinstance(body, Order | Cancellation | Return):
            orders.add(body.order_id)
        if one.arms and isinstance(body, Order | View | CartChange) and body.customer:
            touches.update([(campaign_id, body.customer) for campaign_id in one.arms])
    names = {(one.event.source, one.event.event_id) for one in events}
    return Wanted(sorted(names), sorted(orders), sorted(touches), letters)


def _not_ours(one: ReadEvent | Unread) -> ReadEvent | Unread:
    if isinstance(one, Unread) or one.event.source != TILL_SOURCE:
        return one
    why = f"source {TILL_SOURCE!r} is this till's own, whose orders are counted by themselves; send another source"
    return Unread(one.text, (why,), one.event.source, one.event.event_id, is_whole=False)
