"""Events: the inbox, orders and customers as campaigns see them, minutes, corrections, dead letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    _make_corrections()
    _make_deliveries()
    _make_follow_ups()
    _make_inbox()
    _make_letters()
    _make_orders()
    _make_sources()
    _make_tallies()
    _make_touches()


def _make_corrections() -> None:
    op.create_table(
        "live_corrections",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("campaign_id", sa.String(length=200), nullable=False),
        sa.Column("arm", sa.String(length=10), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_live_corrections")),
    )


def _make_deliveries() -> None:
    op.create_table(
        "live_deliveries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'dead')", name=op.f("ck_live_deliveries_state")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_live_deliveries")),
    )


def _make_follow_ups() -> None:
    op.create_table(
        "live_follow_ups",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("refunds", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("order_id", "source", "event_id", name=op.f("pk_live_follow_ups")),
        sqlite_with_rowid=False,
    )


def _make_inbox() -> None:
    op.create_table(
        "live_inbox",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_live_inbox")),
        sa.UniqueConstraint("source", "event_id", name="live_inbox_once"),
    )


def _make_letters() -> None:
    op.create_table(
        "live_letters",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'replayed', 'dropped')", name=op.f("ck_live_letters_state")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_live_letters")),
        sa.UniqueConstraint("digest"),
    )
    op.create_index(
        "live_letters_waiting",
        "live_letters",
        ["number"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )


def _make_orders() -> None:
    op.create_table(
        "live_orders",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("redemptions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "source", "event_id", name=op.f("pk_live_orders")),
        sqlite_with_rowid=False,
    )


def _make_sources() -> None:
    op.create_table(
        "live_sources",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("corrected", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_live_sources")),
    )


def _make_tallies() -> None:
    op.create_table(
        "live_tallies",
        sa.Column("campaign_id", sa.String(length=200), nullable=False),
        sa.Column("arm", sa.String(length=10), nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n_exposed", sa.BigInteger(), nullable=False),
        sa.Column("n_buyers", sa.BigInteger(), nullable=False),
        sa.Column("n_orders", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("n_cost_unknown", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("n_redemptions", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column("n_errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "arm", "start", name=op.f("pk_live_tallies")),
        sqlite_with_rowid=False,
    )


def _make_touches() -> None:
    op.create_table(
        "live_touches",
        sa.Column("campaign_id", sa.String(length=200), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("first_order_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "customer", name=op.f("pk_live_touches")),
        sqlite_with_rowid=False,
    )
