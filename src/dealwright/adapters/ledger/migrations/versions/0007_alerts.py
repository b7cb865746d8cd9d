"""Alerts, and what was done about them by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "live_alerts",
        sa.Column("alert_id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("n_seen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'closed')", name=op.f("ck_live_alerts_state")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_live_alerts")),
    )
    op.create_index("live_alerts_by_state", "live_alerts", ["state", "last_at"])
    op.create_table(
        "live_acted",
        sa.Column("campaign_id", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "at", name=op.f("pk_live_acted")),
    )
    op.create_index("live_acted_at", "live_acted", ["at"])
