"""Takes events in, each once, whatever their order: what they say becomes minute tallies of campaigns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dealwright.app.events.count_campaigns import Counting, follow_up
from dealwright.app.events.count_orders import ERRORS, MINUTE, add_touch, change_orders, merged, minute_of, nothing
from dealwright.app.events.event_ports import (
    TILL_SOURCE,
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
from dealwright.app.events.full_minutes import full_minutes, orders_too_large
from dealwright.app.events.placed_events import (
    Placed,
    conflict,
    letter,
    letter_key,
    order_name,
    too_large,
    too_old,
    wanted_of,
)
from dealwright.data.event_bodies import Cancellation, CartChange, Event, Failure, Order, Return, View
from dealwright.data.events import Contract, ReadEvent, Unread
from dealwright.monitor.tally import Arm

MOST_AT_ONCE = 2_000  # of one transaction: a till on the same file waits for it
LATENESS = timedelta(minutes=5)
MOST_AHEAD = timedelta(minutes=2)
KEPT_FOR = timedelta(days=35)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """How events are read and counted.

    A minute is closed once an event `lateness` after its end has come; what comes later corrects it. An event
    more than `most_ahead` of our clock has a wrong clock behind it and goes to the dead letters; so does one that
    is `kept_for` or more behind the newest: whether it came before may be forgotten.
    """

    contract: Contract
    counting: Counting
    lateness: timedelta = LATENESS
    most_ahead: timedelta = MOST_AHEAD
    kept_for: timedelta = KEPT_FOR


def ingest_events(
    batch: Sequence[ReadEvent | Unread], *, intake: Intake, store: EventStore, now: datetime
) -> Counts:
    """Take a batch in one transaction; all of it or nothing."""
    judged = [judge(one, intake, now) for one in batch]
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
        return letter(one, f"at is {ahead:,.0f} s ahead of our clock; set the sender's clock right, then replay")
    campaigns = intake.counting.campaigns_of(event)
    problem = intake.counting.problem(event, campaigns, person=one.person)
    if problem:
        return letter(one, problem)
    return Placed(event, one.text, one.digest, intake.counting.arms(event, campaigns, person=one.person))


def settle(judged: Sequence[Placed | DeadLetter], transaction: Batch, *, intake: Intake, now: datetime) -> Taken:
    """What a batch changes; what would make a sum too large for the database is a dead letter."""
    known = look_up(judged, transaction, intake=intake)
    taken = decide(judged, known, intake=intake, now=now)
    while full_minutes(taken.changes, sums := transaction.sums(taken.changes.keys())):
        names = orders_too_large(taken, known, sums)
        assert names, "nothing but the money of orders grows so large"
        judged = [too_large(one) if isinstance(one, Placed) and order_name(one) in names else one for one in judged]
        known = look_up(judged, transaction, intake=intake)
        taken = decide(judged, known, intake=intake, now=now)
    return taken


def look_up(judged: Sequence[Placed | DeadLetter], transaction: Batch, *, intake: Intake) -> Known:
    """What has to be known of the past to decide about these."""
    events = [one for one in judged if isinstance(one, Placed)]
    letters = [letter_key(one) for one in judged if isinstance(one, DeadLetter)]
    known = transaction.known(wanted_of(events, letters))
    more = [letter_key(conflict(one)) for one in _contradicting(events, known)]
    more += [letter_key(one) for one in _remembered(events, known, intake) if isinstance(one, DeadLetter)]
    if not more:
        return known
    return replace(known, letters=known.letters | transaction.known(Wanted(letters=more)).letters)


def decide(judged: Sequence[Placed | DeadLetter], known: Known, *, intake: Intake, now: datetime) -> Taken:
    """What a batch changes, given what is known of the past."""
    closed_until = None if known.newest_at is None else known.newest_at - intake.lateness // _MICROSECOND
    judged = _remembered(judged, known, intake)
    placed: list[Placed] = []
    rows: list[InboxRow] = []
    letters: dict[str, DeadLetter] = {}
    digests = dict(known.digests)
    ends: list[End] = []
    for one in judged:
        if isinstance(one, Placed):
            name = (one.event.source, one.event.event_id)
            before = digests.get(name)
            if before == one.digest or _is_told(one, known):
                ends.append("duplicate")
                continue
            if before is None:
                digests[name] = one.digest
                placed.append(one)
                rows.append(_row(one, closed_until))
                ends.append("corrected" if rows[-1].is_late else "accepted")
                continue
        dead = one if isinstance(one, DeadLetter) else conflict(one)
        key = letter_key(dead)
        is_known = key in letters or key in known.letters
        ends.append("quarantined_before" if is_known else "quarantined")
        letters.setdefault(key, dead)
    meaning = _meaning(placed, known, intake.counting)
    return replace(
        meaning,
        received_at=micros(now),
        rows=rows,
        letters={key: one for key, one in letters.items() if key not in known.letters},
        corrections={
            minute: change
            for minute, change in meaning.changes.items()
            if closed_until is not None and minute.start + MINUTE <= closed_until
        },
        by_source=_by_source(judged, ends),
        ends=ends,
    )


def forgotten_until(newest_at: int, kept_for: timedelta) -> int:
    """Events from before this instant may be forgotten, given the newest of all; none of them is taken any more."""
    return newest_at - kept_for // _MICROSECOND


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


def instant_of(at: int) -> datetime:
    """The instant of so many microseconds since 1970."""
    return _EPOCH + at * _MICROSECOND


def _remembered(
    judged: Sequence[Placed | DeadLetter], known: Known, intake: Intake
) -> Sequence[Placed | DeadLetter]:
    """The same; what is too old for anybody to know whether it came before as dead letters."""
    if known.newest_at is None:
        return judged
    until, newest = forgotten_until(known.newest_at, intake.kept_for), instant_of(known.newest_at)
    return [
        too_old(one, age=newest - one.event.at, kept_for=intake.kept_for)
        if isinstance(one, Placed)
        and micros(one.event.at) < until
        and (one.event.source, one.event.event_id) not in known.digests
        else one
        for one in judged
    ]


def _meaning(placed: Sequence[Placed], known: Known, counting: Counting) -> Taken:
    changes: dict[Minute, Change] = defaultdict(nothing)
    orders: dict[str, list[OrderFacts]] = defaultdict(list)
    follow_ups: dict[str, list[FollowUp]] = defaultdict(list)
    touches: dict[tuple[str, str], Touch] = {}
    arms: dict[tuple[str, str], Arm] = {}
    for one in placed:
        body, at = one.event.body, micros(one.event.at)
        if isinstance(body, Order):
            facts = counting.order_facts(one.event, body, at, arms=one.arms)
            if facts.shares or facts.revision:  # others say nothing of campaigns, and take nothing back
                orders[body.order_id].append(facts)
        elif isinstance(body, Failure):
            for campaign_id, arm in one.arms.items():
                changes[Minute(campaign_id, arm, minute_of(at))][ERRORS] += 1
            continue
        elif isinstance(body, (Cancellation, Return)):
            follow_ups[body.order_id].append(follow_up(one.event, body, at))
            continue
        if one.arms and isinstance(body, Order | View | CartChange) and body.customer:
            for campaign_id, arm in one.arms.items():
                pair = (campaign_id, body.customer)
                arms[pair] = arm
                touches[pair] = merged(touches.get(pair), _touch(one.event, at, campaign_id, counting))
    for name in orders.keys() | follow_ups.keys():
        change_orders(changes, name, orders.get(name, ()), follow_ups.get(name, ()), known)
    new_touches = _count_touches(changes, touches, known, arms)
    return Taken(
        0,
        orders=[one for told in orders.values() for one in told],
        follow_ups=[one for told in follow_ups.values() for one in told],
        touches=new_touches,
        changes={minute: change for minute, change in changes.items() if any(change)},
    )


def _touch(event: Event, at: int, campaign_id: str, counting: Counting) -> Touch:
    """When the event's customer saw the campaign, or ordered; `at` is when the event was."""
    if isinstance(event.body, Order):
        return Touch(at, at)
    seen_at = counting.seen_at(campaign_id, event.at)
    assert seen_at is not None, "who saw it before its time belongs to no campaign"
    return Touch(at if seen_at is event.at else micros(seen_at), None)


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


def _is_told(one: Placed, known: Known) -> bool:
    """Whether it is an order of our till that somebody else told before, or another's that our till told."""
    body, source = one.event.body, one.event.source
    if not isinstance(body, Order):
        return False
    tellers = {order.source for order in known.orders.get(body.order_id, ())}
    return bool(tellers - {TILL_SOURCE}) if source == TILL_SOURCE else TILL_SOURCE in tellers


def _contradicting(events: Iterable[Placed], known: Known) -> Iterator[Placed]:
    """Those that say something else than an event of the same name, of before or of this batch."""
    digests = dict(known.digests)
    for one in events:
        if digests.setdefault((one.event.source, one.event.event_id), one.digest) != one.digest:
            yield one
