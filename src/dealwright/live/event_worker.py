"""What happens with events while a service runs: the till's orders come in, recommendations follow, old ones go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from dealwright.app.events.take_till_orders import MOST_NEWS
from dealwright.live.events import Events
from dealwright.live.recommendations import ServedRecommender

EVERY_SECONDS: Final = 0.4
"""A till's order is counted, and known to recommendations, after so long at most, and its own work."""
FORGET_EVERY_SECONDS: Final = 60.0
_LOG = logging.getLogger("dealwright.events")


class EventWorker:
    """Works in one thread; any number of processes may have one."""

    def __init__(self, events: Events, recommender: ServedRecommender) -> None:
        self._events = events
        self._recommender = recommender
        self._forget_at = time.monotonic() + FORGET_EVERY_SECONDS

    def work(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; what fails is told in the log and tried again."""
        while not stop.is_set():
            is_more = self.step()
            if not is_more:
                stop.wait(EVERY_SECONDS)

    def step(self) -> bool:
        """One step of each; whether there is more to do at once."""
        is_more = _tried(self._take_orders, "orders of the till could not be taken as events")
        is_more |= _tried(self._recommender.follow, "recommendations could not follow the events")
        if time.monotonic() >= self._forget_at:
            is_left = _tried(self._forget, "old events could not be forgotten")
            self._forget_at = time.monotonic() + (0 if is_left else FORGET_EVERY_SECONDS)
        return is_more

    def _take_orders(self) -> bool:
        return self._events.take_till_orders().sent >= MOST_NEWS

    def _forget(self) -> bool:
        return self._events.forget() > 0


def _tried(step: Callable[[], bool], what_failed: str) -> bool:
    try:
        return step()
    except Exception:
        _LOG.exception("%s; it is tried again", what_failed)
        return False
