"""The tables of campaigns, of their versions and of the audit log, in the till's database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from dealwright.adapters.ledger.columns import key, moment, name, number, one_of
from dealwright.adapters.ledger.schema import METADATA

campaigns = Table(
    "live_campaigns",
    METADATA,
    key("campaign_id", length=100),
    name("state", length=12),
    Column("version", Integer, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("proposed", Integer, nullable=False),
    Column("previous", Integer, nullable=False),
    Column("hands", Text, nullable=False),
    name("approved_by"),
    Column("reason", Text, nullable=False),
    number("revision"),
    number("edition"),
    moment("edition_at"),
    name("share", length=16, server_default="1"),  # a decimal: how many of the customers get it
    one_of("state", "draft", "submitted", "approved", "scheduled", "live", "paused", "ended", "rolled_back"),
)

versions = Table(
    "live_campaign_versions",
    METADATA,
    key("campaign_id", length=100),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("terms", LargeBinary, nullable=False),
    name("author"),
    Column("restores", Integer, nullable=False),
    moment("at"),
)

# Which campaign a promotion at the till belongs to; for ever, so that late orders find theirs.
claims = Table(
    "live_claims",
    METADATA,
    key("promotion_id", length=100),
    name("campaign_id", length=100, index=True),
)

audit = Table(
    "live_audit",
    METADATA,
    key("tenant", length=100),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    name("actor"),
    name("action", length=40),
    name("subject"),
    Column("before", LargeBinary, nullable=False),
    Column("after", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

# The newest entry of each chain; whoever appends locks this row first.
audit_heads = Table(
    "live_audit_heads",
    METADATA,
    key("tenant", length=100),
    number("number"),
    Column("hash", LargeBinary, nullable=False),
)
