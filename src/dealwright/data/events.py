"""The contract of events: what shops may send, in which words, and what is wrong with what they sent.

Every event is a JSON object with `source`, `event_id` (unique there), `kind`, `at` (an instant with its zone),
`version` of the contract and `body`. Versions are additive: unknown fields are kept and ignored, so that senders
and readers one version apart, either way, understand each other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from dealwright.data.event_bodies import BODIES, Event
from dealwright.data.event_contract import (
    Shape,
    read_instant,
    read_name,
    read_version,
    shape_of,
    unknown_kind,
)
from dealwright.data.personal import looks_personal, masked, masked_text, personal_fields, pseudonym

VERSION = 1
MOST_BYTES = 256 * 1024  # of one event
MOST_MISTAKES = 20
_PSEUDONYM = re.compile("p-[0-9a-f]{32}")
_ENVELOPE = frozenset(("source", "event_id", "kind", "at", "version", "body"))


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event, the text that is kept of it (unknown fields included), and a digest that tells texts apart.

    `person` is the customer as the sender says it, before it became a pseudonym: to draw an arm from, never to
    keep. It is empty if nobody knows.
    """

    event: Event
    text: str
    digest: int
    person: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """What was sent but cannot be read, as text without personal data, and everything that is wrong with it.

    `is_whole` is False where the text was too long to be kept, or had to be masked: it cannot be tried again as it
    stands.
    """

    text: str
    problems: tuple[str, ...]
    source: str = ""
    event_id: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Contract:
    """The kinds of events a reader knows.

    `pseudonym_key` turns customers into pseudonyms; without it a customer that is written like an e-mail address or
    a telephone number is refused.
    """

    shapes: Mapping[str, Shape]
    version: int = VERSION
    pseudonym_key: bytes | None = None

    @classmethod
    def of(
        cls, bodies: tuple[type, ...], *, version: int = VERSION, pseudonym_key: bytes | None = None
    ) -> Contract:
        """The contract with these shapes of bodies, one for each kind."""
        shapes = {str(body.kind): shape_of(body) for body in bodies}  # type: ignore[attr-defined]
        return cls(MappingProxyType(shapes), version, pseudonym_key)

    def read(self, sent: str | bytes | Mapping[str, Any], *, is_kept: bool = False) -> ReadEvent | Unread:
        """The event, or why it cannot be read: every mistake at once.

        Of what `is_kept` (a dead letter) the customer may be a pseudonym already: then it stays what it is.
        """
        given = sent
        if isinstance(given, str | bytes):
            given = _parsed(given)
            if isinstance(given, Unread):
                return given
        if not isinstance(given, dict):
            return Unread(_cut(ascii(given)), (f"an event is a JSON object with {', '.join(sorted(_ENVELOPE))}",))
        return self._read(given, is_kept=is_kept)

    def _read(self, given: dict[str, Any], *, is_kept: bool) -> ReadEvent | Unread:
        mistakes: list[str] = []
        source = read_name(given.get("source"), "source", mistakes)
        event_id = read_name(given.get("event_id"), "event_id", mistakes)
        at = read_instant(given.get("at"), "at", mistakes)
        version = read_version(given.get("version"), newest=self.version + 1, mistakes=mistakes)
        kind = given.get("kind")
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            mistakes.append(unknown_kind(kind, self.shapes))
            return _unread(given, source, event_id, mistakes)
        person = _person(given, shape)
        is_pseudonym = is_kept and _PSEUDONYM.fullmatch(person) is not None
        given, personal = self._without_persons(given, shape, person="" if is_pseudonym else person)
        body = shape.read(given.get("body"), "body", mistakes)
        mistakes += personal
        if mistakes or body is None or at is None:
            return _unread(given, source, event_id, mistakes, is_whole=not personal)
        try:
            text = _ENCODER.encode(given)
        except (TypeError, ValueError, RecursionError) as error:
            return _unread(given, source, event_id, [f"the event is not plain JSON values: {error}"])
        if len(text) > MOST_BYTES:
            return _unread(given, source, event_id, [f"an event has at most {MOST_BYTES} bytes; given {len(text)}"])
        return ReadEvent(
            Event(source, event_id, at, version, body), text, _digest(text), "" if is_pseudonym else person
        )

    def _without_persons(
        self, given: dict[str, Any], shape: Shape, *, person: str
    ) -> tuple[dict[str, Any], list[str]]:
        """The event with the person's pseudonym, and where else personal data stand."""
        body = given.get("body")
        if not isinstance(body, dict):
            return given, []
        mistakes = []
        if person:
            if self.pseudonym_key is not None:
                given = {**given, "body": {**body, "customer": pseudonym(person, key=self.pseudonym_key)}}
            elif looks_personal(person):
                mistakes.append(
                    "body.customer is written like an e-mail address or a telephone number; send a pseudonym, "
                    "or set a pseudonym key"
                )
        mistakes += [
            f"{place} holds personal data, which no event needs; leave it out" for place in _strangers(given, shape)
        ]
        return given, mistakes


CONTRACT = Contract.of(BODIES)


def _person(given: dict[str, Any], shape: Shape) -> str:
    body = given.get("body")
    customer = body.get("customer") if isinstance(body, dict) and "customer" in shape.names else None
    return customer if isinstance(customer, str) else ""


def _strangers(given: dict[str, Any], shape: Shape) -> list[str]:
    """Where unknown fields hold personal data; what is known is read by its own rules."""
    found: list[str] = []
    if given.keys() - _ENVELOPE:
        found += personal_fields({name: given[name] for name in given if name not in _ENVELOPE})
    body = given["body"]
    unknown = body.keys() - shape.names
    if unknown:
        found += personal_fields({name: body[name] for name in body if name in unknown}, where="body")
    for name, names in shape.names_in_lists.items():
        parts = body.get(name)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(part, dict) and part.keys() - names:
                unknown_parts = {key: part[key] for key in part if key not in names}
                found += personal_fields(unknown_parts, where=f"body.{name}[{number}]")
    return found


def _parsed(sent: str | bytes) -> Any:
    if len(sent) > MOST_BYTES:
        shown = sent[:1000] if isinstance(sent, str) else sent[:1000].decode("utf-8", "replace")
        why = f"an event has at most {MOST_BYTES} bytes; given {len(sent)}; send less in one"
        return Unread(_cut(shown), (why,), is_whole=False)
    try:
        text = sent.decode("utf-8-sig") if isinstance(sent, bytes) else sent.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        shown = sent.decode("utf-8", "replace") if isinstance(sent, bytes) else sent
        return Unread(_cut(shown), (f"byte {error.start} is not UTF-8; save as UTF-8",), is_whole=False)
    try:
        return _DECODER.decode(text)
    except RecursionError:
        return Unread(_cut(text), ("the JSON is nested too deeply; send plain values",), is_whole=False)
    except ValueError as error:
        safe = masked_text(text)
        return Unread(_cut(safe), (f"this is not JSON: {error}; send one JSON object",), is_whole=safe == text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a field is there twice")
    return read


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _unread(given: Any, source: str, event_id: str, mistakes: list[str], *, is_whole: bool = True) -> Unread:
    more = len(mistakes) - MOST_MISTAKES
    told = (*mistakes[:MOST_MISTAKES], *([f"and {more} more"] if more > 0 else []))
    safe = masked(given)
    try:
        text = json.dumps(safe, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        text, is_whole = ascii(safe), False
    is_whole = is_whole and safe == given and len(text) <= MOST_BYTES
    return Unread(_cut(text), told, source, event_id, is_whole)


def _cut(text: str) -> str:
    safe = masked_text(text).encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return safe if len(safe) <= MOST_BYTES else safe[:1000]
