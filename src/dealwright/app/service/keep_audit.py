"""Keeps a log that shows if anybody tampered with it: every entry carries a hash of itself and of all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from dealwright.campaign.changes import Difference, differences, only_changes
from dealwright.core.errors import InputError

MAIN_TENANT = "main"
_MOST_PROBLEMS = 20
_quoted = json.encoder.encode_basestring_ascii


class Entry(NamedTuple):
    """Who did what to what, when; `before` and `after` hold what changed, as canonical JSON."""

    actor: str
    action: str
    subject: str
    before: bytes
    after: bytes
    at: datetime

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What changed, value by value."""
        return differences(json.loads(self.before), json.loads(self.after))


class Link(NamedTuple):
    """An entry in its chain; `number` counts from 1."""

    number: int
    entry: Entry
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a tenant's chain: its number and its hash. Kept elsewhere, it proves what was there."""

    tenant: str
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Tampering:
    """Where a chain is broken: `code` is "gap", "changed", "cut", "longer" or "not_as_exported"."""

    code: str
    number: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Audited:
    """What a look through a whole chain found."""

    head: Head
    problems: tuple[Tampering, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was tampered with, as far as the chain and the heads given can tell."""
        return not self.problems


class AuditLog(Protocol):
    """Chains of entries, one per tenant."""

    def append(self, tenant: str, entries: Sequence[Entry]) -> Head:
        """Append entries to the chain, durably; its new head."""
        ...

    def head(self, tenant: str) -> Head | None:
        """What the store says is the newest entry; None for a chain that was never begun."""
        ...

    def links(self, tenant: str, *, after: int = 0) -> Iterator[Link]:
        """The chain from number `after` + 1 on, in order, as it is stored."""
        ...


def entry(
    actor: str,
    action: str,
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    at: datetime,
) -> Entry:
    """An entry that keeps of `before` and `after` (plain values) what differs."""
    if at.utcoffset() is None:
        raise InputError(f"an instant needs a zone; given {at.isoformat()}")
    old, new = only_changes(before, after)
    return Entry(actor, action, subject, _canonical(old), _canonical(new), at.astimezone(UTC))


def first_hash(tenant: str) -> bytes:
    """What the first entry of a chain follows on."""
    return hashlib.sha256(b"dealwright audit 1\n" + tenant.encode()).digest()


def link_hash(previous: bytes, number: int, given: Entry) -> bytes:
    """The hash of an entry behind `previous`. The lengths keep one field from passing for a part of the next.

    Its text is told in `docs/howto/run-campaigns.md`, so that others can verify a chain as well.
    """
    actor, action, subject, before, after, at = given
    # As json.dumps writes a list, in a third of the time.
    head = (
        f'[{number}, "{at.isoformat(timespec="microseconds")}", {_quoted(actor)}, {_quoted(action)}, '
        f"{_quoted(subject)}, {len(before)}, {len(after)}]"
    )
    return hashlib.sha256(previous + head.encode() + before + after).digest()


def linked(head: Head, entries: Iterable[Entry]) -> Iterator[Link]:
    """The entries as they follow on a head."""
    number, previous = head.number, head.hash
    for one in entries:
        number += 1
        previous = link_hash(previous, number, one)
        yield Link(number, one, previous)


def no_head(tenant: str) -> Head:
    """The head of a chain without entries."""
    return Head(tenant, 0, first_hash(tenant))


def verify(log: AuditLog, tenant: str, *, exported: Sequence[Head] = ()) -> Audited:
    """Look through the whole chain; `exported` are heads that were kept elsewhere.

    Deleted, edited, re-ordered and inserted entries show in the chain itself; a chain that was cut off, or computed
    anew from some entry on, shows against a head that was exported after it.
    """
    problems: list[Tampering] = []
    wanted = {head.number: head.hash for head in exported if head.tenant == tenant}
    number, previous = 0, first_hash(tenant)
    # The store's own head is read first: entries that are appended meanwhile are no tampering.
    stored = log.head(tenant) or no_head(tenant)
    for link in log.links(tenant):
        if link.number != number + 1:
            problems.append(_gap(number + 1, link.number))
        number = link.number
        if not _follows(previous, link):
            problems.append(_changed(number))
        if wanted.get(number, link.hash) != link.hash:
            problems.append(_not_as_exported(number))
        if number == stored.number and stored.hash != link.hash:
            problems.append(_changed(number))
        previous = link.hash if isinstance(link.hash, bytes) else b""
        if len(problems) > _MOST_PROBLEMS:
            break
    else:
        last = max((stored.number, *wanted))
        if number < last:
            problems.append(_cut(number, last))
        if (log.head(tenant) or no_head(tenant)).number < number:
            problems.append(_longer(number))
    return Audited(Head(tenant, number, previous), tuple(dict.fromkeys(problems)))


def _follows(previous: bytes, link: Link) -> bool:
    try:
        return link.hash == link_hash(previous, link.number, link.entry)
    except (TypeError, AttributeError):  # SQLite keeps text where bytes were
        return False


def head_text(head: Head) -> str:
    """A head as one line of JSON, to be kept elsewhere."""
    return json.dumps({"tenant": head.tenant, "number": head.number, "hash": head.hash.hex()})


def heads_from(text: str) -> tuple[Head, ...]:
    """The heads of a file with one line each; InputError with the lines that are none."""
    heads, problems = [], []
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            heads.append(Head(str(given["tenant"]), int(given["number"]), bytes.fromhex(given["hash"])))
        except (ValueError, KeyError, TypeError):
            problems.append(f"line {n} is no head; give lines that 'dealwright audit head' wrote")
    if problems:
        raise InputError(*problems)
    return tuple(heads)


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _gap(wanted: int, found: int) -> Tampering:
    if found < wanted:
        return Tampering("gap", found, f"entry {found} stands where entry {wanted} must")
    missing = f"entry {wanted} is" if found == wanted + 1 else f"entries {wanted} to {found - 1} are"
    return Tampering("gap", wanted, f"{missing} missing")


def _changed(number: int) -> Tampering:
    return Tampering("changed", number, f"entry {number}, or one before it, is not what was written")


def _cut(number: int, last: int) -> Tampering:
    return Tampering("cut", number + 1, f"the log ends at entry {number}; entry {last} was there")


def _longer(number: int) -> Tampering:
    return Tampering("longer", number, f"the log goes on to entry {number}, beyond the head that the store keeps")


def _not_as_exported(number: int) -> Tampering:
    return Tampering("not_as_exported", number, f"entry {number} is not the one whose head was exported")
