"""What the use cases need from the outside world."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis

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
