"""One transaction that looks, lets Python decide, and writes: what a sale's rows are locked and changed with.

`look` locks and reads in one round trip, `commit` writes and commits in one. Whoever locks a sale's account (or a
group's row) first has the sale to himself; everybody who changes a sale takes that lock before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dealwright.adapters.ledger.statements import Kind
from dealwright.adapters.ledger.steps import Step

Row = tuple[Any, ...]


class MisfitError(Exception):
    """A step touched other rows than it must; nothing was written. `args[0]` names the step."""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that returns rows; one that locks comes first."""

    statement: Any
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """The rows of every query, and the time after they were read, by the clock that decides."""

    now: datetime
    rows: Sequence[list[Row]]


class Transaction(Protocol):
    """A transaction that is under way."""

    def look(self, *queries: Query) -> Look:
        """Read, and lock where a query says so."""
        ...

    def commit(self, steps: Sequence[Step]) -> None:
        """Do all steps and commit durably; MisfitError if one does not fit, BusyError if a lock was not had."""
        ...


class Transactions(Protocol):
    """Transactions of one database."""

    kind: Kind

    def begin(self) -> AbstractContextManager[Transaction]:
        """A transaction; what is not committed inside is undone."""
        ...

    def read(self, query: Query) -> list[Row]:
        """Rows as they are committed now."""
        ...

    def now(self) -> datetime:
        """The time, by the clock that decides."""
        ...
