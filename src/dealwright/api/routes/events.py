"""Events: orders, views and what else happens, in batches; what could not be read; the minutes of a campaign."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import msgspec

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.paging import CURSOR, LIMIT, limit_of
from dealwright.api.problems import ProblemError, invalid, problem, refuse
from dealwright.api.reading import read_json
from dealwright.api.wire import events as wire
from dealwright.app.events.event_ports import Backlog
from dealwright.app.service.access_ports import Role
from dealwright.live.events import MOST_IN_BATCH, Events

DOCUMENT: Final = "EventBatch"
MOST_BYTES: Final = 16 * 2**20
_MINUTES = timedelta(days=2)


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    events: list[msgspec.Raw]


_READ = msgspec.json.Decoder(_Batch).decode


def _take(asked: Asked[bytes]) -> Answer:
    done = _events(asked).take(_texts(asked.body))
    if isinstance(done, Backlog):
        raise ProblemError(problem("backlog", done.reason, retry_after_seconds=done.retry_after_seconds))
    return wire.counts_out(done)


def _texts(body: bytes) -> list[str]:
    try:
        texts = [bytes(one).decode() for one in _READ(body).events]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        read_json(body)  # says what is wrong, if it is no JSON
        raise invalid(['give one object: {"events": [...]}']) from None
    if len(texts) > MOST_IN_BATCH:
        raise invalid([f"events: at most {MOST_IN_BATCH}; given {len(texts)}; split the batch"])
    return texts


def _sources(asked: Asked[None]) -> Answer:
    return wire.SourcesOut(tuple(wire.source_out(one) for one in _events(asked).sources()))


def _letters(asked: Asked[None]) -> Answer:
    limit, after = limit_of(asked.query), _number(asked.query.get("cursor", ""), "cursor")
    found = _events(asked).dead_letters(after=after, limit=limit + 1)
    more = str(found[limit - 1].number) if len(found) > limit else ""
    return wire.DeadLettersOut(tuple(wire.letter_out(one) for one in found[:limit]), more)


def _minutes(asked: Asked[None]) -> Answer:
    name = asked.names["campaign_id"]
    if asked.service.live.campaigns.standing(name) is None:
        raise refuse("campaign_unknown", f"no campaign is called {name!r}")
    since = asked.till.ledger.clock.now() - _MINUTES
    return wire.TalliesOut(tuple(wire.tally_out(one) for one in _events(asked).tallies(name, since=since)))


def _events(asked: Asked[Any]) -> Events:
    return asked.service.live.events


def _number(given: str, name: str) -> int:
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise invalid([f"{name}: give what `next` said; given {given[:20]!r}"])
    return int(given or 0)


def schemas() -> dict[str, Any]:
    """The schema of a batch; what single events hold is told in the documentation of events."""
    events = {"type": "array", "maxItems": MOST_IN_BATCH, "items": {"type": "object"}}
    return {
        DOCUMENT: {
            "type": "object",
            "description": "Events as the contract of events says; those that do not fit become dead letters.",
            "additionalProperties": False,
            "required": ["events"],
            "properties": {"events": events},
        }
    }


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/events",
        name="take_events",
        summary="A batch of events, durable when answered; sending it again is always safe",
        tag="events",
        takes=DOCUMENT,
        gives=wire.CountsOut,
        role=Role.OPERATOR,
        work=_take,
        refusals=("backlog",),
        rank=Rank.EVALUATE,
        most_bytes=MOST_BYTES,
    ),
    Operation(
        method="GET",
        path="/v1/events/sources",
        name="list_event_sources",
        summary="What each source sent so far, and what became of it",
        tag="events",
        gives=wire.SourcesOut,
        role=Role.VIEWER,
        work=_sources,
    ),
    Operation(
        method="GET",
        path="/v1/events/dead-letters",
        name="list_dead_letters",
        summary="What could not be taken, and why",
        tag="events",
        gives=wire.DeadLettersOut,
        role=Role.ANALYST,
        work=_letters,
        queries=(CURSOR, LIMIT),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign_id}/minutes",
        name="get_campaign_minutes",
        summary="What happened to the campaign in the last two days, minute by minute",
        tag="events",
        gives=wire.TalliesOut,
        role=Role.VIEWER,
        work=_minutes,
        refusals=("campaign_unknown",),
    ),
)
