"""The tables of the till's database."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(column_0_label)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows itself only in a column that is exactly INTEGER PRIMARY KEY.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
# Instants are microseconds since 1970 in UTC: they sort and compare alike in every database.
INSTANT = BigInteger

keys = Table(
    "till_keys",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("hold_id", String(64)),  # whose evaluation belongs into the answer
    Column("at", INSTANT, nullable=False),
)

holds = Table(
    "till_holds",
    METADATA,
    Column("hold_id", String(64), primary_key=True),
    Column("order_id", String(200), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("held_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    Column("demands", Text, nullable=False),
    Column("evaluation", LargeBinary, nullable=False),
    CheckConstraint("state IN ('held', 'committed', 'released', 'expired')", name="state"),
    Index(
        "till_holds_one_per_order",
        "order_id",
        unique=True,
        postgresql_where=text("state = 'held'"),
        sqlite_where=text("state = 'held'"),
    ),
    Index(
        "till_holds_due",
        "expires_at",
        postgresql_where=text("state = 'held'"),
        sqlite_where=text("state = 'held'"),
    ),
)

orders = Table(
    "till_orders",
    METADATA,
    Column("order_id", String(200), primary_key=True),
    Column("hold_id", String(64), nullable=False, unique=True),
    Column("customer_id", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("committed_at", INSTANT, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("returned", LargeBinary, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("delivery_refunded_minor", BigInteger, nullable=False),
    CheckConstraint("state IN ('committed', 'cancelled')", name="state"),
    CheckConstraint("refunded_minor >= 0 AND delivery_refunded_minor >= 0", name="refunded"),
)

refunds = Table(
    "till_refunds",
    METADATA,
    Column("refund_id", String(64), primary_key=True),
    Column("order_id", String(200), nullable=False, index=True),
    Column("at", INSTANT, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("refund", LargeBinary, nullable=False),
)

accounts = Table(
    "till_accounts",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("available", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    CheckConstraint("available >= 0 AND held >= 0 AND used >= 0", name="balance"),
    CheckConstraint("available + held + used = loaded", name="sum"),
)

entries = Table(
    "till_entries",
    METADATA,
    Column("number", _NUMBER, Identity(), primary_key=True),
    Column("account", Text, nullable=False),
    Column("source", String(10), nullable=False),
    Column("target", String(10), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("cause", String(200), nullable=False),
    Column("at", INSTANT, nullable=False),
    CheckConstraint("amount >= 0 AND source <> target", name="move"),
)

outbox = Table(
    "till_outbox",
    METADATA,
    Column("number", _NUMBER, Identity(), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("sent_at", INSTANT),
    Index(
        "till_outbox_pending",
        "number",
        postgresql_where=text("sent_at IS NULL"),
        sqlite_where=text("sent_at IS NULL"),
    ),
)

promotions = Table(
    "till_promotions",
    METADATA,
    Column("promotion_id", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("terms", LargeBinary, nullable=False),
    Column("at", INSTANT, nullable=False),
)

in_force = Table(
    "till_in_force",
    METADATA,
    Column("promotion_id", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
)

stamps = Table(
    "till_stamps",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
