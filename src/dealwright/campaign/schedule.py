"""When a promotion holds: half-open spans of time, in the shop's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """From `start` up to, not including, `end` (instants with a zone; `None` is open); `zone` is an IANA name.

    `weekdays` (Monday = 0) and `hours` ("18:00-20:00", by the wall clock of `zone`) narrow it; empty means all.
    """

    start: datetime | None = None
    end: datetime | None = None
    zone: str = "UTC"
    weekdays: tuple[int, ...] = ()
    hours: tuple[str, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether the promotion holds at this instant."""
        at = at.astimezone(UTC)
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


ALWAYS = Schedule()
