"""The audit log: what was done by whom, and whether anybody tampered with it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.paging import CURSOR, LIMIT, limit_of
from dealwright.api.problems import invalid
from dealwright.api.wire import audit as wire
from dealwright.api.wire.words import LONGEST_NAME
from dealwright.app.service.access_ports import Role
from dealwright.live.audit import Audit


def _entries(asked: Asked[None]) -> Answer:
    limit, cursor = limit_of(asked.query), asked.query.get("cursor", "")
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise invalid([f"cursor: give what `next` said; given {cursor[:20]!r}"])
    links = _audit(asked).links(subject=asked.query.get("subject", ""), after=int(cursor or 0))
    found = list(islice(links, limit + 1))
    more = str(found[limit - 1].number) if len(found) > limit else ""
    return wire.AuditOut(tuple(wire.entry_out(one) for one in found[:limit]), more)


def _verify(asked: Asked[None]) -> Answer:
    return wire.audited_out(_audit(asked).verify())


def _audit(asked: Asked[Any]) -> Audit:
    return asked.service.live.campaigns.audit


_SUBJECT = Query(
    name="subject",
    about='Only entries about it, such as "campaign/tea-week".',
    schema={"type": "string", "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000]*$"},
)
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/audit",
        name="list_audit",
        summary="What was done, by whom and when, with what changed",
        tag="audit",
        gives=wire.AuditOut,
        role=Role.APPROVER,
        work=_entries,
        queries=(_SUBJECT, CURSOR, LIMIT),
    ),
    Operation(
        method="GET",
        path="/v1/audit/verify",
        name="verify_audit",
        summary="Look through the whole chain for entries that were changed, dropped or put in",
        tag="audit",
        gives=wire.AuditedOut,
        role=Role.APPROVER,
        work=_verify,
    ),
)
