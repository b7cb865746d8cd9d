"""Messages of the till about orders say whether campaigns counted them; alerts are listed by when they arose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_UNCOUNTED = sa.text("counted_at IS NULL AND kind IN ('order_committed', 'order_cancelled', 'order_returned')")


def upgrade() -> None:
    """What happened before counts as counted: shops had to send those orders as events themselves."""
    op.add_column("till_outbox", sa.Column("counted_at", sa.BigInteger))
    op.execute("UPDATE till_outbox SET counted_at = at")
    op.create_index(
        "till_outbox_uncounted",
        "till_outbox",
        ["number"],
        postgresql_where=_UNCOUNTED,
        sqlite_where=_UNCOUNTED,
    )
    op.create_index("live_alerts_by_age", "live_alerts", ["first_at", "alert_id"])
