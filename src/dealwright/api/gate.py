"""Whether there is room for one more request: what matters most is let in longest, what is not is told at once.

Two signs of being too full: how many requests are being worked on, and how late the event loop is, which tells how
many wait for their turn. All that came together are answered in one round of the loop, so lateness is looked at
with each of them, too: the first have their answer in time, the others are told at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final

from dealwright.api.problems import ProblemError, problem

MOST_INSIDE: Final = 512
MOST_LATE_SECONDS: Final = 0.6
BEAT_SECONDS: Final = 0.05
_BEATS = 3


class Rank(Enum):
    """How full the server may be, as a share, before requests of this rank are shed."""

    SETTLE = 1.0  # commits, releases, returns: money and units are at stake already
    RESERVE = 0.8
    EVALUATE = 0.5
    BROWSE = 0.25


class Gate:
    """Counts the requests inside and watches the clock of the loop.

    >>> gate = Gate(most_inside=2)
    >>> gate.enter(Rank.SETTLE), gate.enter(Rank.SETTLE)
    (None, None)
    >>> gate.enter(Rank.SETTLE).problem.status
    503
    """

    def __init__(
        self,
        *,
        most_inside: int = MOST_INSIDE,
        most_late_seconds: float = MOST_LATE_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_inside = most_inside
        self._most_late_seconds = most_late_seconds
        self._now = now
        self._due = float("inf")  # when the next beat should come
        self._inside = 0
        self._inside_of: dict[str, int] = {}  # by who asks
        self._fullness = deque([0.0] * _BEATS, maxlen=_BEATS)  # by lateness, the latest beats

    @property
    def inside(self) -> int:
        """How many requests are being worked on."""
        return self._inside

    @property
    def lateness(self) -> float:
        """How late the loop is, as a share of what is bearable."""
        return max(min(self._fullness), (self._now() - self._due) / self._most_late_seconds)

    def enter(self, rank: Rank, who: str = "") -> ProblemError | None:
        """Take a place, to be given back with `leave`; or why there is none.

        Once half of the places for a rank are taken, nobody may have more than an equal share of them.
        """
        most = rank.value * self._most_inside
        if self._inside >= most or self.lateness >= rank.value:
            return FULL
        own = self._inside_of.get(who, 0)
        if self._inside >= most / 2 and own and own >= most / len(self._inside_of):
            return FULL
        self._inside += 1
        self._inside_of[who] = own + 1
        return None

    def has_room(self, rank: Rank, *, waiting: int) -> bool:
        """Whether it makes sense to read one more request of this rank while so many wait for their answer."""
        return waiting < rank.value * self._most_inside and self.lateness < rank.value

    def leave(self, who: str = "") -> None:
        """Give the place back."""
        self._inside -= 1
        left = self._inside_of[who] - 1
        if left:
            self._inside_of[who] = left
        else:
            del self._inside_of[who]

    def note_lateness(self, seconds: float) -> None:
        """The loop did something so much later than it should; a queue shows in every beat, a hiccup in one."""
        self._fullness.append(seconds / self._most_late_seconds)

    async def watch(self) -> None:
        """Measure how late the loop is, until cancelled."""
        while True:
            self._due = self._now() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            self.note_lateness(self._now() - self._due)


FULL: Final = ProblemError(
    problem("busy", "more requests wait than can be answered soon; nothing was executed", retry_after_seconds=1)
)
"""What is told to who finds no room."""
