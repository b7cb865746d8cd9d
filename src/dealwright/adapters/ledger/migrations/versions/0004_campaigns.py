"""Campaigns, their versions and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    _make_campaigns()
    _make_campaign_versions()
    _make_claims()
    _make_audit()
    _make_audit_heads()


def _make_campaigns() -> None:
    op.create_table(
        "live_campaigns",
        sa.Column("campaign_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("edition_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'scheduled', 'live', 'paused', 'ended', 'rolled_back')",
            name=op.f("ck_live_campaigns_state"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_live_campaigns")),
    )


def _make_campaign_versions() -> None:
    op.create_table(
        "live_campaign_versions",
        sa.Column("campaign_id", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_live_campaign_versions")),
    )


def _make_claims() -> None:
    op.create_table(
        "live_claims",
        sa.Column("promotion_id", sa.String(length=100), nullable=False),
        sa.Column("campaign_id", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("promotion_id", name=op.f("pk_live_claims")),
    )
    op.create_index(op.f("ix_live_claims_campaign_id"), "live_claims", ["campaign_id"])


def _make_audit() -> None:
    op.create_table(
        "live_audit",
        sa.Column("tenant", sa.String(length=100), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", name=op.f("pk_live_audit")),
    )


def _make_audit_heads() -> None:
    op.create_table(
        "live_audit_heads",
        sa.Column("tenant", sa.String(length=100), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_live_audit_heads")),
    )
