"""Keeps those out who try code after code: after a few wrong ones they wait, and right ones are not told apart."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class _Tries:
    n_wrong: int
    until: datetime


class Guesses:
    """Wrong codes by who tried them: `most_wrong` within `seconds`, then nothing until the span is over.

    Counted in this process. Whoever is nobody in particular (an empty name) is not counted: doors should name a
    customer, or an address. At most `most_known` are remembered, the latest.
    """

    def __init__(self, *, most_wrong: int = 20, seconds: int = 600, most_known: int = 100_000) -> None:
        self._most_wrong = most_wrong
        self._span = timedelta(seconds=seconds)
        self._most_known = most_known
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, who: str, at: datetime) -> int:
        """How long they have to wait; 0 if they may try."""
        with self._lock:
            tries = self._tries.get(who)
        if tries is None or tries.n_wrong < self._most_wrong or tries.until <= at:
            return 0
        return max(1, round((tries.until - at).total_seconds()))

    def note(self, who: str, at: datetime, *, is_wrong: bool) -> None:
        """Count a try; right ones neither count nor forgive."""
        with self._lock:
            before = self._tries.get(who)
            if before is None or before.until <= at:
                before = _Tries(0, at + self._span)
            if who:
                self._tries[who] = _Tries(before.n_wrong + is_wrong, before.until)
                self._tries.move_to_end(who)
            if len(self._tries) > self._most_known:
                self._tries.popitem(last=False)
