"""Whether there is room for one more request: what matters most is let in longest, what is not is told at once.

Two signs of being too full: how many requests are being worked on, and how late the event loop is, which tells how
many wait for their turn. All that came together are answered in one round of the loop, so lateness is looked at
with each of them, too: the first have their answer in time, the others are told at once.

Who waits for the database stands aside, in a queue of its own with the same bounds: while the database is slow, the
loop has time for those who do not need it.
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
FEW_ASIDE: Final = 8  # that wait for a thread: a machine that is busy elsewhere, and no queue
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
        few_aside: int = FEW_ASIDE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_inside = most_inside
        self._most_late_seconds = most_late_seconds
        self._few_aside = few_aside
        self._now = now
        self._due = float("inf")  # when the next beat should come
        self._here = Places()
        self._aside = Places()
        self._aside_since: deque[float] = deque()  # of those whose work has not begun
        self._fullness = deque([0.0] * _BEATS, maxlen=_BEATS)  # by lateness, the latest beats
        self._steady = 0.0  # the least of them

    @property
    def inside(self) -> int:
        """How many requests are being worked on."""
        return self._here.n_taken + self._aside.n_taken

    @property
    def aside(self) -> int:
        """How many of them wait for the database, or work with it."""
        return self._aside.n_taken

    @property
    def lateness(self) -> float:
        """How late the loop is, as a share of what is bearable."""
        return max(self._steady, (self._now() - self._due) / self._most_late_seconds)

    def enter(self, rank: Rank, who: str = "") -> ProblemError | None:
        """Take a place, to be given back with `leave`; or why there is none."""
        share = rank.value
        if self.lateness < share and self._here.take(who, most=share * self._most_inside):
            return None
        return FULL

    def step_aside(self, rank: Rank, who: str = "") -> ProblemError | None:
        """Change the place for one aside, to be changed back with `step_back`; or why there is none."""
        share = rank.value
        if self._aside_lateness < share and self._aside.take(who, most=share * self._most_inside):
            self._here.give_back(who)
            self._aside_since.append(self._now())
            return None
        return FULL

    def begin(self) -> None:
        """The first of those that stand aside has its turn; called by the thread that works for it."""
        self._aside_since.popleft()

    def step_back(self, who: str = "") -> None:
        """Change the place aside for one inside again, however full it is: only the answer is left to be given."""
        self._aside.give_back(who)
        self._here.take(who)

    @property
    def _aside_lateness(self) -> float:
        if len(self._aside_since) <= self._few_aside:
            return 0.0
        try:
            return (self._now() - self._aside_since[0]) / self._most_late_seconds
        except IndexError:  # nobody waits, or a thread just took the last one
            return 0.0

    def has_room(self, share: float, *, waiting: int) -> bool:
        """Whether it makes sense to read one more request of a rank with this share while so many wait."""
        return waiting < share * self._most_inside and self.lateness < share

    def leave(self, who: str = "") -> None:
        """Give the place back."""
        self._here.give_back(who)

    def note_lateness(self, seconds: float) -> None:
        """The loop did something so much later than it should; a queue shows in every beat, a hiccup in one."""
        self._fullness.append(seconds / self._most_late_seconds)
        self._steady = min(self._fullness)

    async def watch(self) -> None:
        """Measure how late the loop is, until cancelled."""
        while True:
            self._due = self._now() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            self.note_lateness(self._now() - self._due)


class Places:
    """Who has how many places."""

    def __init__(self) -> None:
        self.n_taken = 0
        self._of: dict[str, int] = {}  # by who asks

    def take(self, who: str, *, most: float = float("inf")) -> bool:
        """Whether one of so many could be taken.

        Once half of them are taken, nobody may have more than an equal share of them.
        """
        own = self._of.get(who, 0)
        if self.n_taken >= most or (self.n_taken >= most / 2 and own and own >= most / len(self._of)):
            return False
        self.n_taken += 1
        self._of[who] = own + 1
        return True

    def give_back(self, who: str) -> None:
        """One of those that were taken."""
        self.n_taken -= 1
        left = self._of[who] - 1
        if left:
            self._of[who] = left
        else:
            del self._of[who]


FULL: Final = ProblemError(
    problem("busy", "more requests wait than can be answered soon; nothing was executed", retry_after_seconds=1)
)
"""What is told to who finds no room."""
