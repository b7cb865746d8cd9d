"""What a database is asked to write: steps of one transaction, each with the number of rows it must touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.sql.dml import UpdateBase

from dealwright.app.till.ledger_ports import LedgerUnavailableError


class BusyError(LedgerUnavailableError):
    """A lock could not be had in time, or the database broke a deadlock; nothing was written."""


class LostError(LedgerUnavailableError):
    """The database went away: whether the transaction was committed is unknown."""

    def __init__(self, cause: object) -> None:
        super().__init__(
            f"the database went away ({cause}); ask what became of the request by its key, or send it again with "
            "the same key"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One statement; `rows` is how many rows it must touch, None if any number is right.

    The whole transaction is undone when a step touches another number of rows. `what` names the step for whoever
    must explain that.
    """

    what: str
    statement: UpdateBase
    values: Mapping[str, Any]
    rows: int | None = 1


class Database(Protocol):
    """Connections to one database; safe to share between threads."""

    def write(self, steps: Sequence[Step]) -> str | None:
        """Do all steps and commit, durably; the name of the first that did not fit, and nothing is written.

        Raises BusyError when a lock could not be had in time, LostError when the database went away.
        """
        ...

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a query, as committed now."""
        ...

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        """The rows of a query when no writer that would collide with `probe` is at work.

        Raises BusyError if one still is after a moment.
        """
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
