"""What an operation is: where it is found, what it takes and gives, who may ask for it, who carries it out.

One table of these makes both the routes and the OpenAPI document, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

import msgspec

from dealwright.api.bodies import MOST_BYTES
from dealwright.api.gate import Rank
from dealwright.app.service.access_ports import Caller, Role
from dealwright.engine.outcomes import Refused

if TYPE_CHECKING:
    from dealwright.api.pricing import Pricing
    from dealwright.api.service import Service
    from dealwright.till import Till

B = TypeVar("B")
Method = Literal["GET", "POST", "PUT", "DELETE"]
JSON: Final = "application/json"


class Anybody(Enum):
    """Who may ask for an operation that needs no key."""

    MAY = "anybody"


class Whose(Enum):
    """What a caller of another tenant than the database's finds."""

    HOUSE = "house"  # nothing at all: it belongs to the tenant of the database
    CALLER = "caller"  # what is the caller's own: every row says whose it is


@dataclass(frozen=True, slots=True)
class Asked(Generic[B]):
    """One request, read and checked: its body, its Idempotency-Key, the names in its path and query, who asks."""

    till: Till
    pricing: Pricing
    body: B
    key: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    caller: Caller
    service: Service


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that is no JSON: its bytes, of the operation's media type, and headers of its own."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


Answer = msgspec.Struct | msgspec.Raw | Mapping[str, Any] | Refused | Page
Work = Callable[[Asked[Any]], Answer]
LeanWork = Callable[[Asked[Any]], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parameter of the query: text with a schema; all are optional."""

    name: str
    about: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    - `work` runs in a thread and may wait for the database; `lean` runs on the event loop and never blocks. With
      both, `lean` goes first, and answers None when it would have to wait.
    - `role`: the least a caller must be; `whose`: what callers of another tenant find.
    - `takes`: the Struct of the body; the name of a schema if `work` gets the bytes and reads them itself; `bytes`
      for a file of any kind; or None.
    - `gives`: the Struct of the answer, or the name of a schema; `str` where `media_type` says that it is no JSON.
    - `refusals`: codes of `problems.KINDS` that this operation answers besides those that all do.
    - `is_keyed`: a write that needs an Idempotency-Key.
    """

    method: Method
    path: str
    name: str
    summary: str
    tag: str
    gives: type[msgspec.Struct] | type[str] | str
    role: Role | Anybody
    whose: Whose = Whose.HOUSE
    work: Work | None = None
    lean: LeanWork | None = None
    takes: type[msgspec.Struct] | type[bytes] | str | None = None
    media_type: str = JSON
    status: int = 200
    refusals: tuple[str, ...] = ()
    is_keyed: bool = False
    rank: Rank = Rank.BROWSE
    most_bytes: int = MOST_BYTES
    queries: tuple[Query, ...] = ()

    def __post_init__(self) -> None:
        assert self.work or self.lean, f"nobody carries {self.name} out"
