"""The audit log as clients get it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from dealwright.app.service.keep_audit import Audited, Link


class AuditEntryOut(Struct, frozen=True):
    """Who did what to what, when; `before` and `after` are what changed, as JSON in text; `hash` is hexadecimal."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: str
    after: str
    hash: str


class AuditOut(Struct, frozen=True):
    """Entries, the first first; `next` is the cursor of the page after, empty if there is none."""

    entries: tuple[AuditEntryOut, ...]
    next: str


class TamperingOut(Struct, frozen=True):
    """Where the chain is broken: gap, changed, cut, longer or not_as_exported."""

    code: str
    number: int
    sentence: str


class AuditedOut(Struct, frozen=True):
    """Whether nothing was tampered with, as far as the chain can tell; its newest number and hash."""

    is_whole: bool
    number: int
    hash: str
    problems: tuple[TamperingOut, ...]


def entry_out(link: Link) -> AuditEntryOut:
    """The shape of an entry."""
    one = link.entry
    return AuditEntryOut(
        link.number,
        one.at,
        one.actor,
        one.action,
        one.subject,
        one.before.decode(),
        one.after.decode(),
        link.hash.hex(),
    )


def audited_out(found: Audited) -> AuditedOut:
    """The shape of what a look through the chain found."""
    problems = tuple(TamperingOut(one.code, one.number, one.sentence) for one in found.problems)
    return AuditedOut(found.is_whole, found.head.number, found.head.hash.hex(), problems)
