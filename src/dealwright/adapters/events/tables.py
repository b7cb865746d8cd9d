"""The tables of events: the inbox, orders and customers as campaigns see them, minutes, dead letters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Identity, Integer, Table, Text, UniqueConstraint

from dealwright.adapters.ledger.columns import INSTANT, index_where, key, moment, name, number, one_of
from dealwright.adapters.ledger.schema import METADATA
from dealwright.app.events.event_ports import FIELDS


# SQLite numbers rows itself only in a column that is exactly INTEGER PRIMARY KEY.
def _place() -> Column[int]:
    return Column("number", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)


inbox = Table(
    "live_inbox",
    METADATA,
    _place(),
    name("source"),
    name("event_id"),
    name("kind", length=20),
    moment("at"),
    moment("received_at"),
    Column("is_late", Boolean, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("source", "event_id", name="live_inbox_once"),
)

# These tables are found by their keys only: in SQLite the rows lie in the tree of the key itself.
orders = Table(
    "live_orders",
    METADATA,
    key("order_id"),
    key("source"),
    key("event_id"),
    number("revision"),
    moment("at"),
    Column("shares", Text, nullable=False),
    Column("redemptions", Text, nullable=False),
    sqlite_with_rowid=False,
)

follow_ups = Table(
    "live_follow_ups",
    METADATA,
    key("order_id"),
    key("source"),
    key("event_id"),
    moment("at"),
    Column("refunds", Text),  # nothing: a cancellation
    sqlite_with_rowid=False,
)

touches = Table(
    "live_touches",
    METADATA,
    key("campaign_id"),
    key("customer"),
    moment("first_seen_at"),
    Column("first_order_at", INSTANT),
    sqlite_with_rowid=False,
)

tallies = Table(
    "live_tallies",
    METADATA,
    key("campaign_id"),
    key("arm", length=10),
    Column("start", INSTANT, primary_key=True, autoincrement=False),
    *(number(field) for field in FIELDS),
    sqlite_with_rowid=False,
)

corrections = Table(
    "live_corrections",
    METADATA,
    _place(),
    name("campaign_id"),
    name("arm", length=10),
    moment("start"),
    moment("received_at"),
    Column("change", Text, nullable=False),
)

letters = Table(
    "live_letters",
    METADATA,
    _place(),
    name("digest", length=32, unique=True),
    name("source"),
    name("event_id"),
    moment("received_at"),
    name("state", length=10),
    Column("is_whole", Boolean, nullable=False),
    Column("problems", Text, nullable=False),
    Column("body", Text, nullable=False),
    one_of("state", "waiting", "replayed", "dropped"),
    index_where("live_letters_waiting", "number", "state = 'waiting'"),
    index_where("live_letters_ended", "received_at", "state <> 'waiting'"),
)

sources = Table(
    "live_sources",
    METADATA,
    key("source"),
    *(number(field) for field in ("sent", "accepted", "corrected", "duplicates", "quarantined")),
    Column("last_at", INSTANT),
)

# Messages of the till's outbox that were not delivered at the first try.
deliveries = Table(
    "live_deliveries",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False),
    moment("next_at"),
    name("state", length=10),
    Column("error", Text, nullable=False),
    one_of("state", "waiting", "dead"),
)
