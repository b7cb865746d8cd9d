"""The tables of the till's database."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from dealwright.adapters.ledger.columns import INSTANT, index_where, key, moment, name, number, one_of

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(column_0_label)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows itself only in a column that is exactly INTEGER PRIMARY KEY.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

keys = Table(
    "till_keys",
    METADATA,
    key("key"),
    name("fingerprint", length=64),
    Column("answer", LargeBinary, nullable=False),
    Column("hold_id", String(64)),  # whose evaluation belongs into the answer
    moment("at"),
)

holds = Table(
    "till_holds",
    METADATA,
    key("hold_id", length=64),
    name("order_id"),
    name("customer_id"),
    name("state", length=10),
    moment("held_at"),
    moment("expires_at"),
    Column("ended_at", INSTANT),
    Column("demands", Text, nullable=False),
    Column("evaluation", LargeBinary, nullable=False),
    one_of("state", "held", "committed", "released", "expired"),
    index_where("till_holds_one_per_order", "order_id", "state = 'held'", unique=True),
    index_where("till_holds_due", "expires_at", "state = 'held'"),
)

orders = Table(
    "till_orders",
    METADATA,
    key("order_id"),
    name("hold_id", length=64, unique=True),
    name("customer_id"),
    name("state", length=10),
    moment("committed_at"),
    Column("revision", Integer, nullable=False),
    Column("returned", LargeBinary, nullable=False),
    number("refunded_minor"),
    number("delivery_refunded_minor"),
    one_of("state", "committed", "cancelled"),
    CheckConstraint("refunded_minor >= 0 AND delivery_refunded_minor >= 0", name="refunded"),
)

refunds = Table(
    "till_refunds",
    METADATA,
    key("refund_id", length=64),
    name("order_id", index=True),
    moment("at"),
    number("amount_minor"),
    Column("refund", LargeBinary, nullable=False),
)

accounts = Table(
    "till_accounts",
    METADATA,
    Column("account", Text, primary_key=True),
    number("available"),
    number("held"),
    number("used"),
    number("loaded"),
    CheckConstraint("available >= 0 AND held >= 0 AND used >= 0", name="balance"),
    CheckConstraint("available + held + used = loaded", name="sum"),
)

entries = Table(
    "till_entries",
    METADATA,
    Column("number", _NUMBER, Identity(), primary_key=True),
    Column("account", Text, nullable=False),
    name("source", length=10),
    name("target", length=10),
    number("amount"),
    name("cause"),
    moment("at"),
    CheckConstraint("amount >= 0 AND source <> target", name="move"),
)

outbox = Table(
    "till_outbox",
    METADATA,
    Column("number", _NUMBER, Identity(), primary_key=True),
    name("kind", length=40),
    name("subject"),
    Column("body", Text, nullable=False),
    moment("at"),
    Column("sent_at", INSTANT),
    Column("counted_at", INSTANT),  # by the campaigns; only of what became of orders
    index_where("till_outbox_pending", "number", "sent_at IS NULL"),
    index_where(
        "till_outbox_uncounted",
        "number",
        "counted_at IS NULL AND kind IN ('order_committed', 'order_cancelled', 'order_returned')",
    ),
)

promotions = Table(
    "till_promotions",
    METADATA,
    key("promotion_id"),
    Column("version", Integer, primary_key=True),
    Column("terms", LargeBinary, nullable=False),
    moment("at"),
)

in_force = Table(
    "till_in_force",
    METADATA,
    key("promotion_id"),
    Column("version", Integer, nullable=False),
)

stamps = Table(
    "till_stamps",
    METADATA,
    key("name", length=40),
    number("number"),
)
