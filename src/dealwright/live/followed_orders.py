"""Orders among the events, told to the recommendations that are served."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from dealwright.app.events.event_ports import EventLog, Recorded
from dealwright.app.events.observe_orders import purchases_in
from dealwright.app.recommend.serve_recommendations import Purchase, Recommendations

AT_ONCE: Final = 1_000
MOST_WAITING: Final = 100_000
"""Customers called by a pseudonym whose purchases wait until somebody asks about them; beyond, the oldest go."""
_PSEUDONYM = re.compile("p-[0-9a-f]{32}")


class FollowedOrders:
    """What one recommender is told: every order that comes, and those since the last day it has learnt of.

    Who is called by a pseudonym is told of when that customer is asked about.
    """

    def __init__(self, served: Recommendations, log: EventLog) -> None:
        self._served = served
        self._log = log
        self._since = datetime.combine(served.known_until, time(), UTC)
        self._known = 0  # up to here of those that were there already
        self._there = self._seen = log.newest()
        self._waiting: OrderedDict[str, list[Purchase]] = OrderedDict()
        self._lock = threading.Lock()

    def follow(self) -> bool:
        """Tell what came since the last time, and some of what was there before; whether there is more to tell."""
        is_more = self._tell_new()
        if self._known < self._there:
            is_more |= self._tell_old()
        return is_more

    def tell_of(self, customer: str, *, called: str) -> None:
        """Tell what a customer bought who is `called` so in events."""
        with self._lock:
            bought = self._waiting.pop(called, ())
            for one in bought:
                self._served.observe(replace(one, customer_id=customer))

    def _tell_new(self) -> bool:
        newest = self._log.newest()
        if newest <= self._seen:
            return False
        found = self._log.recorded(kind="order", after=self._seen, limit=AT_ONCE)
        for order in found:
            self._tell(order)
        is_more = len(found) == AT_ONCE
        self._seen = found[-1].number if is_more else max([newest, *(one.number for one in found)])
        return is_more

    def _tell_old(self) -> bool:
        found = self._log.recorded(kind="order", after=self._known, since=self._since, limit=AT_ONCE)
        for order in found:
            if order.number <= self._there:
                self._tell(order)
        is_more = len(found) == AT_ONCE and found[-1].number < self._there
        self._known = found[-1].number if is_more else self._there
        return is_more

    def _tell(self, order: Recorded) -> None:
        for one in purchases_in(order):
            if _PSEUDONYM.fullmatch(one.customer_id):
                self._keep(one)
            else:
                self._served.observe(one)

    def _keep(self, one: Purchase) -> None:
        with self._lock:
            self._waiting.setdefault(one.customer_id, []).append(one)
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
