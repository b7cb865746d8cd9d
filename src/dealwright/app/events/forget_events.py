"""Forgets events that are too old to come again, a bounded step at a time."""

from __future__ import annotations

from datetime import timedelta

from dealwright.app.events.event_ports import EventStore, Wanted
from dealwright.app.events.ingest_events import forgotten_until

MOST_FORGOTTEN = 5_000  # in one transaction: a till on the same file waits for it


def forget_events(store: EventStore, *, kept_for: timedelta, most: int = MOST_FORGOTTEN) -> int:
    """Drop the oldest of what came `kept_for` or more before the newest event; how many, 0 when all is done.

    An event of that age is not taken any more, so one that is forgotten cannot count twice.
    """
    with store.batch() as transaction:
        newest_at = transaction.known(Wanted()).newest_at
        return 0 if newest_at is None else transaction.forget(forgotten_until(newest_at, kept_for), most=most)
