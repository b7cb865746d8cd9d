"""Takes events in, each once, whatever their order: what they say becomes minute tallies of campaigns."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from dealwright.app.count_campaigns import Counting, follow_up
from dealwright.app.count_orders import ERRORS, MINUTE, add_touch, change_order, merged, minute_of, nothing
from dealwright.app.event_ports import (
    Batch,
    Change,
    Counts,
    DeadLetter,
    End,
    EventStore,
    FollowUp,
    InboxRow,
    Known,
    Minute,
    OrderFacts,
    Taken,
    Touch,
    Wanted,
)
from dealwright.app.full_minutes import full_minutes, orders_too_large
from dealwright.data.event_bodies import Cancellation, CartChange, Event, Failure, Order, Return, View
from dealwright.data.events import Contract, ReadEvent, Unread
from dealwright.monitor.tally import Arm

Sent: TypeAlias = str | bytes | Mapping[str, Any]

MOST_AT_ONCE = 2_000  # of one transaction: a till on the same file waits for it
LATENESS = timedelta(minutes=5)
MOST_AHEAD = timedelta(minutes=2)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """How events are read and counted.

    A minute is closed once an event `lateness` after its end has come; what comes later corrects it. An event
    more than `most_ahead` of our clock has a wrong clock behind it and goes to the dead letters.
    """

    contract: Contract
    counting: Counting
    lateness: timedelta = LATENESS
    most_ahead: timedelta = MOST_AHEAD


@dataclass(frozen=True, slots=True)
class Placed:
    """An event that can be taken, with the arm its customer has in each campaign it belongs to."""

    event: Event
    text: str
    digest: int
    arms: Mapping[str, Arm]


def ingest_events(batch: Iterable[Sent], *, intake: Intake, store: EventStore, now: datetime) -> Counts:
    """Take a batch in one transaction; all of it or nothing."""
    judged = [judge(intake.contract.read(one), intake, now) for one in batch]
    with store.batch() as transaction:
        taken = settle(judged, transaction, intake=intake, now=now)
        transaction.write(taken)
    return taken.counts


def judge(one: ReadEvent | Unread, intake: Intake, now: datetime) -> Placed | DeadLetter:
    """The event, or the dead letter it has to be: unreadable, of a wrong clock, of a campaign nobody knows."""
    if isinstance(one, Unread):
        return DeadLetter(one.text, one.problems, one.source, one.event_id, one.is_whole)
    event = one.event
    if event.at > now + intake.most_ahead:
        ahead = (event.at - now).total_seconds()
        return _letter(one, f"at is {ahead:,.0f} s ahead of our clock; set the sender's clock right, then replay")
    campaigns = intake.counting.campaigns_of(event)
    problem = intake.counting.problem(event, campaigns, person=one.person)
    if problem:
        return _letter(one, problem)
    return Placed(event, one.text, one.digest, intake.counting.arms(event, campaigns, person=one.person))


def settle(judged: Sequence[Placed | DeadLetter], transaction: Batch, *, intake: Intake, now: datetime) -> Taken:
    """What a batch changes; what would make a sum too large for the database is a dead letter."""
    known = look_up(judged, transaction)
    taken = decide(judged, known, intake=intake, now=now)
    while full_minutes(taken.changes, sums := transaction.sums(taken.changes.keys())):
        names = orders_too_large(taken, known, sums)
        assert names, "nothing but the money of orders grows so large"
        judged = [
            _too_large(one) if isinstance(one, Placed) and _order_name(one) in names else one for one in judged
        ]
        known = look_up(judged, transaction)
        taken = decide(judged, known, intake=intake, now=now)
    return taken


def look_up(judged: Sequence[Placed | DeadLetter], transaction: Batch) -> Known:
    """What has to be known of the past to decide about these."""
    events = [one for one in judged if isinstance(one, Placed)]
    letters = [_letter_key(one) for one in judged if isinstance(one, DeadLetter)]
    known = transaction.known(_wanted(events, letters))
    conflicts = [_letter_key(_conflict(one)) for one in _contradicting(events, known)]
    if not conflicts:
        return known
    return replace(known, letters=known.letters | transaction.known(Wanted(letters=conflicts)).letters)


def decide(judged: Sequence[Placed | DeadLetter], known: Known, *, intake: Intake, now: datetime) -> Taken:
    """What a batch changes, given what is known of the past."""
    closed_until = None if known.newest_at is None else known.newest_at - intake.lateness // _MICROSECOND
    placed: list[Placed] = []
    rows: list[InboxRow] = []
    letters: dict[str, DeadLetter] = {}
    digests = dict(known.digests)
    ends: list[End] = []
    for one in judged:
        if isinstance(one, Placed):
            name = (one.event.source, one.event.event_id)
            before = digests.get(name)
            if before == one.digest:
                ends.append("duplicate")
                continue
            if before is None:
                digests[name] = one.digest
                placed.append(one)
                rows.append(_row(one, closed_until))
                ends.append("corrected" if rows[-1].is_late else "accepted")
                continue
        letter = one if isinstance(one, DeadLetter) else _conflict(one)
        key = _letter_key(letter)
        is_known = key in letters or key in known.letters
        ends.append("quarantined_before" if is_known else "quarantined")
        letters.setdefault(key, letter)
    meaning = _meaning(placed, known, intake.counting)
    return replace(
        meaning,
        received_at=micros(now),
        rows=rows,
        letters={key: letter for key, letter in letters.items() if key not in known.letters},
        corrections={
            minute: change
            for minute, change in meaning.changes.items()
            if closed_until is not None and minute.start + MINUTE <= closed_until
        },
        by_source=_by_source(judged, ends),
        ends=ends,
    )


def counts_of(ends: Sequence[End]) -> Counts:
    """How often each end was."""
    n = Counter(ends)
    return Counts(
        len(ends),
        n["accepted"],
        n["corrected"],
        n["duplicate"] + n["quarantined_before"],
        n["quarantined"],
    )


def micros(moment: datetime) -> int:
    """The instant as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def _meaning(placed: Sequence[Placed], known: Known, counting: Counting) -> Taken:
    changes: dict[Minute, Change] = defaultdict(nothing)
    orders: dict[tuple[str, str], list[OrderFacts]] = defaultdict(list)
    follow_ups: dict[tuple[str, str], list[FollowUp]] = defaultdict(list)
    touches: dict[tuple[str, str], Touch] = {}
    arms: dict[tuple[str, str], Arm] = {}
    for one in placed:
        body, at = one.event.body, micros(one.event.at)
        if isinstance(body, Order):
            facts = counting.order_facts(one.event, body, at, arms=one.arms)
            if facts.shares or facts.revision:  # others say nothing of campaigns, and take nothing back
                orders[one.event.source, body.order_id].append(facts)
        elif isinstance(body, Failure):
            for campaign_id, arm in one.arms.items():
                changes[Minute(campaign_id, arm, minute_of(at))][ERRORS] += 1
            continue
        elif isinstance(body, (Cancellation, Return)):
            follow_ups[one.event.source, body.order_id].append(follow_up(one.event, body, at))
            continue
        if one.arms and isinstance(body, Order | View | CartChange) and body.customer:
            touch = Touch(at, at if isinstance(body, Order) else None)
            for campaign_id, arm in one.arms.items():
                pair = (campaign_id, body.customer)
                arms[pair] = arm
                touches[pair] = merged(touches.get(pair), touch)
    for name in orders.keys() | follow_ups.keys():
        change_order(changes, name, orders.get(name, ()), follow_ups.get(name, ()), known)
    new_touches = _count_touches(changes, touches, known, arms)
    return Taken(
        0,
        orders=[one for told in orders.values() for one in told],
        follow_ups=[one for told in follow_ups.values() for one in told],
        touches=new_touches,
        changes={minute: change for minute, change in changes.items() if any(change)},
    )


def _count_touches(
    changes: dict[Minute, Change],
    touches: Mapping[tuple[str, str], Touch],
    known: Known,
    arms: Mapping[tuple[str, str], Arm],
) -> dict[tuple[str, str], Touch]:
    new: dict[tuple[str, str], Touch] = {}
    for pair, touch in touches.items():
        before = known.touches.get(pair)
        after = merged(before, touch)
        if after != before:
            add_touch(changes, pair[0], arms[pair], before=before, after=after)
            new[pair] = after
    return new


def _row(one: Placed, closed_until: int | None) -> InboxRow:
    at = micros(one.event.at)
    is_late = closed_until is not None and minute_of(at) + MINUTE <= closed_until
    return InboxRow(one.event, at, one.text, one.digest, is_late)


def _by_source(judged: Sequence[Placed | DeadLetter], ends: Sequence[End]) -> dict[str, Counts]:
    of_source: dict[str, list[End]] = defaultdict(list)
    for one, end in zip(judged, ends, strict=True):
        of_source[one.event.source if isinstance(one, Placed) else one.source].append(end)
    return {source: counts_of(of_source[source]) for source in sorted(of_source)}


def _contradicting(events: Iterable[Placed], known: Known) -> Iterator[Placed]:
    """Those that say something else than an event of the same name, of before or of this batch."""
    digests = dict(known.digests)
    for one in events:
        if digests.setdefault((one.event.source, one.event.event_id), one.digest) != one.digest:
            yield one


def _conflict(one: Placed) -> DeadLetter:
    return _letter(
        one,
        f"source {one.event.source!r} sent another event as {one.event.event_id!r} before; "
        "give every event an id of its own",
    )


def _letter(one: ReadEvent | Placed, problem: str) -> DeadLetter:
    return DeadLetter(one.text, (problem,), one.event.source, one.event.event_id)


def _order_name(one: Placed) -> tuple[str, str] | None:
    body = one.event.body
    return (one.event.source, body.order_id) if isinstance(body, Order | Cancellation | Return) else None


def _too_large(one: Placed) -> DeadLetter:
    return _letter(
        one, "with this order a minute of its campaign sums up to more than 64 bits hold; correct its amounts"
    )


def _letter_key(letter: DeadLetter) -> str:
    return hashlib.blake2b(letter.text.encode(), digest_size=16).hexdigest()


def _wanted(events: Sequence[Placed], letters: Sequence[str]) -> Wanted:
    orders: set[tuple[str, str]] = set()
    touches: set[tuple[str, str]] = set()
    for one in events:
        body = one.event.body
        if isinstance(body, Order | Cancellation | Return):
            orders.add((one.event.source, body.order_id))
        if one.arms and isinstance(body, Order | View | CartChange) and body.customer:
            touches.update([(campaign_id, body.customer) for campaign_id in one.arms])
    names = {(one.event.source, one.event.event_id) for one in events}
    return Wanted(sorted(names), sorted(orders), sorted(touches), letters)
