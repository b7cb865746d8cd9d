"""What the use cases need from the outside world."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis

    from dealwright.data.delivery import Delivery, Source
    from dealwright.data.mapping import Mapping

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done so far (0 to 1)."""


def silent(_what: str, _share: float) -> None:
    """The progress nobody watches."""


class Tables(Protocol):
    """Read access to the canonical tables of one shop."""

    def has(self, name: str) -> bool:
        """Whether the table holds at least one row."""
        ...

    def table(self, name: str) -> ibis.Table:
        """The canonical table, with all columns of its contract; InputError if it is empty or absent."""
        ...

    def present(self) -> list[str]:
        """Names of the canonical tables that hold rows."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that go into a canonical table together, or not at all.

    `content` names what the source held, `reading` how it was read (mapping, currency, time zone). Rows that came
    from the same content before are replaced; so are rows with a key in `replaced`. `quarantined` holds the
    `n_quarantined` rows that were not accepted, as they stood in the source. `n_rows` is how many rows must arrive.
    """

    table: str
    content: str
    reading: str
    source: str
    rows: ibis.Table
    n_rows: int
    n_quarantined: int = 0
    replaced: ibis.Table | None = None
    quarantined: ibis.Table | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An import of the past: how the content was read, and what of it was put in quarantine, and where."""

    reading: str
    n_quarantined: int
    quarantine: Path | None


class Landing(Protocol):
    """Where raw rows are unloaded and looked at."""

    def receive(self, source: Source) -> AbstractContextManager[Delivery]:
        """The raw rows of the source, and room to work on them until the context ends; InputError if unreadable."""
        ...

    def hold(self, rows: ibis.Table) -> ibis.Table:
        """The rows computed once and kept until the delivery ends."""
        ...


class Intake(Protocol):
    """Takes accepted rows into the canonical tables."""

    def taken(self, table: str, content: str) -> Taken | None:
        """The import that last took this content into the table; `None` if there was none."""
        ...

    def existing(self, table: str, *, besides: str) -> ibis.Table:
        """All rows of the table but those that came from the content `besides`; may be empty."""
        ...

    def take(self, batch: Batch) -> Path | None:
        """Put the batch in, in one transaction; where the rows in quarantine were written, if there are any."""
        ...


class Shop(Landing, Intake, Protocol):
    """A shop whose data can be brought in."""


class Mappings(Protocol):
    """Mappings that were agreed on, one for each table."""

    def get(self, table: str) -> Mapping | None:
        """The mapping used last for this table, if any."""
        ...

    def put(self, mapping: Mapping) -> Path | None:
        """Remember the mapping; where it can be read and edited, if anywhere."""
        ...
