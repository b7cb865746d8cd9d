"""The tables of alerts and of what was done by itself."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from dealwright.adapters.ledger.columns import INSTANT, key, moment, name, one_of
from dealwright.adapters.ledger.schema import METADATA

_NOT_CLOSED = text("state <> 'closed'")

alerts = Table(
    "live_alerts",
    METADATA,
    key("alert_id", length=40),
    name("campaign_id", length=100),
    name("code", length=30),
    name("severity", length=10),
    name("metric", length=40),
    name("subject"),
    name("currency", length=3),
    moment("first_at"),
    moment("last_at"),
    Column("n_seen", Integer, nullable=False),
    name("state", length=12),
    name("owner", length=100),
    Column("details", Text, nullable=False),  # evidence and action, as JSON
    one_of("state", "open", "acknowledged", "closed"),
    Index("live_alerts_by_state", "state", "last_at"),
    Index("live_alerts_by_age", "first_at", "alert_id"),
    Index(
        "live_alerts_not_closed",
        *("campaign_id", "code", "metric", "subject"),
        unique=True,
        postgresql_where=_NOT_CLOSED,
        sqlite_where=_NOT_CLOSED,
    ),
)

acted = Table(
    "live_acted",
    METADATA,
    key("campaign_id", length=100),
    Column("at", INSTANT, primary_key=True, autoincrement=False),
    name("kind", length=20),
    Index("live_acted_at", "at"),
)
