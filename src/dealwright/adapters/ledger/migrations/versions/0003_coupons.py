"""Coupon codes and their batches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "till_coupon_batches",
        sa.Column("issue", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.String(length=100), nullable=False),
        sa.Column("promotion_id", sa.String(length=100), nullable=False),
        sa.Column("n_codes", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.String(length=10), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=True),
        sa.Column("start_at", sa.BigInteger(), nullable=True),
        sa.Column("end_at", sa.BigInteger(), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("issue", name=op.f("pk_till_coupon_batches")),
    )
    op.create_index(
        "till_coupon_batches_one_whole",
        "till_coupon_batches",
        ["batch_id"],
        unique=True,
        postgresql_where=sa.text("is_whole"),
        sqlite_where=sa.text("is_whole"),
    )
    op.create_table(
        "till_coupon_codes",
        sa.Column(
            "code_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("issue", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_number", name=op.f("pk_till_coupon_codes")),
    )
    op.create_table(
        "till_coupon_keys",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_till_coupon_keys")),
    )
