"""The books: keys, holds, orders, refunds, accounts, entries, messages, promotions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_accounts()
    _make_entries()
    _make_holds()
    _make_in_force()
    _make_keys()
    _make_orders()
    _make_outbox()
    _make_promotions()
    _make_refunds()
    _make_stamps()


def _make_accounts() -> None:
    op.create_table(
        "till_accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("available + held + used = loaded", name=op.f("ck_till_accounts_sum")),
        sa.CheckConstraint("available >= 0 AND held >= 0 AND used >= 0", name=op.f("ck_till_accounts_balance")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_till_accounts")),
    )


def _make_entries() -> None:
    op.create_table(
        "till_entries",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0 AND source <> target", name=op.f("ck_till_entries_move")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_till_entries")),
    )


def _make_holds() -> None:
    op.create_table(
        "till_holds",
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("demands", sa.Text(), nullable=False),
        sa.Column("evaluation", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'committed', 'released', 'expired')", name=op.f("ck_till_holds_state")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_till_holds")),
    )
    op.create_index(
        "till_holds_due",
        "till_holds",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "till_holds_one_per_order",
        "till_holds",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )


def _make_in_force() -> None:
    op.create_table(
        "till_in_force",
        sa.Column("promotion_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("promotion_id", name=op.f("pk_till_in_force")),
    )


def _make_keys() -> None:
    op.create_table(
        "till_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("hold_id", sa.String(length=64), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_till_keys")),
    )


def _make_orders() -> None:
    op.create_table(
        "till_orders",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("returned", sa.LargeBinary(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("delivery_refunded_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('committed', 'cancelled')", name=op.f("ck_till_orders_state")),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND delivery_refunded_minor >= 0", name=op.f("ck_till_orders_refunded")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_till_orders")),
        sa.UniqueConstraint("hold_id"),
    )


def _make_outbox() -> None:
    op.create_table(
        "till_outbox",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_till_outbox")),
    )
    op.create_index(
        "till_outbox_pending",
        "till_outbox",
        ["number"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL"),
    )


def _make_promotions() -> None:
    op.create_table(
        "till_promotions",
        sa.Column("promotion_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("promotion_id", "version", name=op.f("pk_till_promotions")),
    )


def _make_refunds() -> None:
    op.create_table(
        "till_refunds",
        sa.Column("refund_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refund", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_till_refunds")),
    )
    op.create_index(op.f("ix_till_refunds_order_id"), "till_refunds", ["order_id"], unique=False)


def _make_stamps() -> None:
    op.create_table(
        "till_stamps",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_till_stamps")),
    )
