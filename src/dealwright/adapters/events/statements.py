"""What the inbox asks and tells its database, said once for SQLite and PostgreSQL.

Marks are `?`; `{among}` stands for "is one of the names in the last parameter".
"""

from __future__ import annotations

from functools import cache

from dealwright.app.events.event_ports import FIELDS

AMONG_SQLITE = "IN (SELECT value FROM json_each(?))"
AMONG_POSTGRES = "= ANY(?)"


@cache
def for_postgres(text: str) -> str:
    """The statement as psycopg takes it."""
    return text.replace("%", "%%").replace("?", "%s")


KNOWN_IDS = "SELECT event_id, digest FROM live_inbox WHERE source = ? AND event_id {among}"
KNOWN_TOUCHES = (
    "SELECT customer, first_seen_at, first_order_at FROM live_touches WHERE campaign_id = ? AND customer {among}"
)
KNOWN_ORDERS = (
    "SELECT order_id, source, event_id, revision, at, shares, redemptions FROM live_orders WHERE order_id {among}"
)
KNOWN_FOLLOW_UPS = "SELECT order_id, source, event_id, at, refunds FROM live_follow_ups WHERE order_id {among}"
KNOWN_LETTERS = "SELECT digest FROM live_letters WHERE state <> 'dropped' AND digest {among}"
KNOWN_WAITING = "SELECT number FROM live_letters WHERE state = 'waiting' AND number {among}"
UNCOUNTED = "counted_at IS NULL AND kind IN ('order_committed', 'order_cancelled', 'order_returned')"
KNOWN_UNCOUNTED = f"SELECT number FROM till_outbox WHERE {UNCOUNTED} AND number {{among}}"
KNOWN_SUMS = (
    f"SELECT start, {', '.join(FIELDS)} FROM live_tallies WHERE campaign_id = ? AND arm = ? AND start {{among}}"
)
NEWEST = "SELECT max(last_at) FROM live_sources"

ADD_EVENT = (
    "INSERT INTO live_inbox (source, event_id, kind, at, received_at, is_late, digest, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
# What is told of an order is remembered longer than the event that told it; another event may then have its name.
_AGAIN = "ON CONFLICT (order_id, source, event_id) DO UPDATE SET at = excluded.at, "
ADD_ORDER = (
    f"INSERT INTO live_orders VALUES (?, ?, ?, ?, ?, ?, ?) {_AGAIN}"
    "revision = excluded.revision, shares = excluded.shares, redemptions = excluded.redemptions"
)
ADD_FOLLOW_UP = f"INSERT INTO live_follow_ups VALUES (?, ?, ?, ?, ?) {_AGAIN}refunds = excluded.refunds"
PUT_TOUCH = (
    "INSERT INTO live_touches VALUES (?, ?, ?, ?) ON CONFLICT (campaign_id, customer) "
    "DO UPDATE SET first_seen_at = excluded.first_seen_at, first_order_at = excluded.first_order_at"
)
_SUMS = ", ".join(f"{name} = live_tallies.{name} + excluded.{name}" for name in FIELDS)
ADD_TALLY = (
    f"INSERT INTO live_tallies VALUES ({', '.join('?' * (3 + len(FIELDS)))}) "
    f"ON CONFLICT (campaign_id, arm, start) DO UPDATE SET {_SUMS}"
)
# A minute that everything was taken back from is a minute in which nothing happened.
DROP_EMPTY_TALLY = "DELETE FROM live_tallies WHERE campaign_id = ? AND arm = ? AND start = ? AND " + " AND ".join(
    f"{name} = 0" for name in FIELDS
)
ADD_CORRECTION = (
    "INSERT INTO live_corrections (campaign_id, arm, start, received_at, change) VALUES (?, ?, ?, ?, ?)"
)
ADD_LETTER = (
    "INSERT INTO live_letters (digest, source, event_id, received_at, state, is_whole, problems, body) "
    "VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?) "
    # One that was dropped and is sent again waits again, for the reasons of today.
    "ON CONFLICT (digest) DO UPDATE SET state = 'waiting', received_at = excluded.received_at, "
    "problems = excluded.problems"
)
_COUNTED = ("sent", "accepted", "corrected", "duplicates", "quarantined")
ADD_SOURCE = (
    "INSERT INTO live_sources VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET "
    + ", ".join(f"{name} = live_sources.{name} + excluded.{name}" for name in _COUNTED)
    # NULL is neither more nor less than anything, in either database.
    + ", last_at = CASE WHEN live_sources.last_at >= excluded.last_at OR excluded.last_at IS NULL "
    "THEN live_sources.last_at ELSE excluded.last_at END"
)

READ_TALLIES = (
    f"SELECT campaign_id, arm, start, {', '.join(FIELDS)} FROM live_tallies "
    "WHERE campaign_id = ? AND start >= ? AND start < ? ORDER BY start, arm"
)
_RECORDED = "SELECT number, body, received_at, is_late FROM live_inbox"
READ_RECORDED = f"{_RECORDED} WHERE number > ? AND at >= ? ORDER BY number LIMIT ?"
READ_RECORDED_KIND = f"{_RECORDED} WHERE kind = ? AND number > ? AND at >= ? ORDER BY number LIMIT ?"
READ_NEWEST = "SELECT coalesce(max(number), 0) FROM live_inbox"
READ_SOURCES = f"SELECT source, {', '.join(_COUNTED)}, last_at FROM live_sources ORDER BY source"
_LETTER = "SELECT number, source, event_id, received_at, state, is_whole, problems, body FROM live_letters"
READ_LETTERS = f"{_LETTER} WHERE state = ? AND number > ? ORDER BY number LIMIT ?"
READ_LETTER = f"{_LETTER} WHERE number = ?"
MARK_COUNTED = "UPDATE till_outbox SET counted_at = ? WHERE number = ?"
END_LETTER = "UPDATE live_letters SET state = ? WHERE number = ?"
READ_CORRECTIONS = (
    "SELECT number, campaign_id, arm, start, received_at, change FROM live_corrections "
    "WHERE number > ? ORDER BY number LIMIT ?"
)


def _forget(table: str, oldest: str, *, by: str) -> str:
    """Of the oldest rows, so that a step looks at no more than it drops; never the last, lest its number return."""
    return (
        f"DELETE FROM {table} WHERE number < (SELECT max(number) FROM {table}) "
        f"AND number IN (SELECT number FROM ({oldest} LIMIT ?) AS oldest WHERE {by} < ?)"
    )


# Dead letters end in any order, and may wait by the thousand: those that ended are found by their own index.
_OLDEST_ENDED = "SELECT number, received_at FROM live_letters WHERE state <> 'waiting' ORDER BY received_at"
FORGET = (
    _forget("live_inbox", "SELECT number, at FROM live_inbox ORDER BY number", by="at"),
    _forget("live_letters", _OLDEST_ENDED, by="received_at"),
    _forget(
        "live_corrections", "SELECT number, received_at FROM live_corrections ORDER BY number", by="received_at"
    ),
)
