"""Flash sales, groups and presales."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _make_flash_sales()
    _make_groups()
    _make_members()
    _make_paybacks()
    _make_presale_orders()
    _make_presales()
    _make_reservations()
    _make_sale_customers()


def _make_flash_sales() -> None:
    op.create_table(
        "till_flash_sales",
        sa.Column("sale_id", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("per_customer", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_till_flash_sales")),
    )


def _make_groups() -> None:
    op.create_table(
        "till_groups",
        sa.Column("group_id", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_till_groups_state")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_till_groups")),
    )
    op.create_index(
        "till_groups_due",
        "till_groups",
        ["deadline"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def _make_members() -> None:
    op.create_table(
        "till_members",
        sa.Column("group_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payment", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('joined', 'paid', 'left', 'refunded')", name=op.f("ck_till_members_state")),
        sa.PrimaryKeyConstraint("group_id", "customer_id", name=op.f("pk_till_members")),
    )


def _make_paybacks() -> None:
    op.create_table(
        "till_paybacks",
        sa.Column("payment", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=210), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_till_paybacks_amount")),
        sa.PrimaryKeyConstraint("payment", name=op.f("pk_till_paybacks")),
    )
    op.create_index(op.f("ix_till_paybacks_subject"), "till_paybacks", ["subject"], unique=False)


def _make_presale_orders() -> None:
    op.create_table(
        "till_presale_orders",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("presale_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("payment", sa.String(length=200), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('deposit_paid', 'completed', 'defaulted', 'cancelled')",
            name=op.f("ck_till_presale_orders_state"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_till_presale_orders")),
    )
    op.create_index(
        "till_presale_orders_open",
        "till_presale_orders",
        ["presale_id"],
        unique=False,
        postgresql_where=sa.text("state = 'deposit_paid'"),
        sqlite_where=sa.text("state = 'deposit_paid'"),
    )


def _make_presales() -> None:
    op.create_table(
        "till_presales",
        sa.Column("presale_id", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("per_customer", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_counts_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("deposit_start", sa.BigInteger(), nullable=False),
        sa.Column("deposit_end", sa.BigInteger(), nullable=False),
        sa.Column("balance_start", sa.BigInteger(), nullable=False),
        sa.Column("balance_end", sa.BigInteger(), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("shop_returns_percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("presale_id", name=op.f("pk_till_presales")),
    )
    op.create_index(op.f("ix_till_presales_balance_end"), "till_presales", ["balance_end"], unique=False)


def _make_reservations() -> None:
    op.create_table(
        "till_reservations",
        sa.Column("reservation_id", sa.String(length=64), nullable=False),
        sa.Column("sale_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'sold', 'released', 'expired', 'cancelled')", name=op.f("ck_till_reservations_state")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_till_reservations_quantity")),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_till_reservations")),
    )
    op.create_index(
        "till_reservations_due",
        "till_reservations",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )


def _make_sale_customers() -> None:
    op.create_table(
        "till_sale_customers",
        sa.Column("sale", sa.String(length=210), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 0 AND units <= most", name=op.f("ck_till_sale_customers_limit")),
        sa.PrimaryKeyConstraint("sale", "customer_id", name=op.f("pk_till_sale_customers")),
    )
