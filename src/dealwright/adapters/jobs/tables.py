"""The tables of jobs and of what they found."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text, text

from dealwright.adapters.ledger.columns import INSTANT, index_where, key, moment, name, number, one_of
from dealwright.adapters.ledger.schema import METADATA

jobs = Table(
    "live_jobs",
    METADATA,
    key("job_id", length=64),
    name("tenant"),
    name("kind", length=40),
    Column("options", Text, nullable=False),
    name("key"),
    name("submitted_by", length=100),
    moment("submitted_at"),
    name("state", length=10),
    Column("attempt", Integer, nullable=False),
    name("worker", length=100),
    Column("lease_until", INSTANT),
    Column("started_at", INSTANT),
    Column("ended_at", INSTANT),
    name("doing"),
    number("share_millionths"),
    Column("is_stop_wanted", Boolean, nullable=False),
    Column("problems", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    one_of("state", "submitted", "running", "done", "failed", "cancelled"),
    Index("live_jobs_one_per_key", "tenant", "key", unique=True),
    Index("live_jobs_page", "tenant", "job_id"),
    # The data of a shop are open to one process at a time.
    index_where("live_jobs_one_runs", "tenant", "state = 'running'", unique=True),
    Index(
        "live_jobs_due",
        "tenant",
        "job_id",
        postgresql_where=text("state IN ('submitted', 'running')"),
        sqlite_where=text("state IN ('submitted', 'running')"),
    ),
)

job_results = Table(
    "live_job_results",
    METADATA,
    key("job_id", length=64),
    Column("result", LargeBinary, nullable=False),
)
