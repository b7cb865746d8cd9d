"""What an operation is: where it is found, what it takes and gives, who carries it out.

One table of these makes both the routes and the OpenAPI document, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import msgspec

from dealwright.api.bodies import MOST_BYTES
from dealwright.api.gate import Rank
from dealwright.engine.outcomes import Refused

if TYPE_CHECKING:
    from dealwright.api.pricing import Pricing
    from dealwright.till import Till

B = TypeVar("B")
Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Asked(Generic[B]):
    """One request, read and checked: its body, its Idempotency-Key, the names in its path and query."""

    till: Till
    pricing: Pricing
    body: B
    key: str
    names: Mapping[str, str]
    query: Mapping[str, str]


Answer = msgspec.Struct | msgspec.Raw | Mapping[str, Any] | Refused
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
    - `takes`: the Struct of the body; the name of a schema if `work` gets the bytes and reads them itself; or None.
    - `gives`: the Struct of the answer, or the name of a schema.
    - `refusals`: codes of `problems.KINDS` that this operation answers besides those that all do.
    - `is_keyed`: a write that needs an Idempotency-Key.
    """

    method: Method
    path: str
    name: str
    summary: str
    tag: str
    gives: type[msgspec.Struct] | str
    work: Work | None = None
    lean: LeanWork | None = None
    takes: type[msgspec.Struct] | str | None = None
    status: int = 200
    refusals: tuple[str, ...] = ()
    is_keyed: bool = False
    rank: Rank = Rank.BROWSE
    most_bytes: int = MOST_BYTES
    queries: tuple[Query, ...] = ()

    def __post_init__(self) -> None:
        assert self.work or self.lean, f"nobody carries {self.name} out"
