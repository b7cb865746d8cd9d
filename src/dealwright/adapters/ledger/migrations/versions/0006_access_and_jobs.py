"""Keys of clients, and jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OPEN = sa.text("state IN ('submitted', 'running')")
_RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    """Make the tables."""
    _make_access_keys()
    _make_jobs()
    _make_job_results()


def _make_access_keys() -> None:
    op.create_table(
        "live_access_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("burst", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'analyst', 'planner', 'approver', 'operator', 'admin')",
            name=op.f("ck_live_access_keys_role"),
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_live_access_keys")),
        sa.UniqueConstraint("digest"),
    )


def _make_jobs() -> None:
    op.create_table(
        "live_jobs",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("submitted_by", sa.String(length=100), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("doing", sa.String(length=200), nullable=False),
        sa.Column("share_millionths", sa.BigInteger(), nullable=False),
        sa.Column("is_stop_wanted", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_live_jobs_state")
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_live_jobs")),
    )
    op.create_index("live_jobs_one_per_key", "live_jobs", ["tenant", "key"], unique=True)
    op.create_index("live_jobs_page", "live_jobs", ["tenant", "job_id"])
    op.create_index(
        "live_jobs_one_runs",
        "live_jobs",
        ["tenant"],
        unique=True,
        postgresql_where=_RUNNING,
        sqlite_where=_RUNNING,
    )
    op.create_index("live_jobs_due", "live_jobs", ["tenant", "job_id"], postgresql_where=_OPEN, sqlite_where=_OPEN)


def _make_job_results() -> None:
    op.create_table(
        "live_job_results",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_live_job_results")),
    )
