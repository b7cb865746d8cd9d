"""The table of clients' keys: digests of secrets, never secrets."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from dealwright.adapters.ledger.columns import INSTANT, key, moment, name, one_of
from dealwright.adapters.ledger.schema import METADATA
from dealwright.app.service.access_ports import Role

access_keys = Table(
    "live_access_keys",
    METADATA,
    key("key_id", length=64),
    name("digest", length=64, unique=True),
    name("tenant"),
    name("label", length=100),
    name("role", length=20),
    moment("made_at"),
    Column("expires_at", INSTANT),
    Column("revoked_at", INSTANT),
    Column("per_second", Integer, nullable=False),
    Column("burst", Integer, nullable=False),
    one_of("role", *(each.word for each in Role)),
)
