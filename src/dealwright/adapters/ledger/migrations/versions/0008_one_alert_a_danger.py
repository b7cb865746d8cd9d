"""A danger has one alert that is not closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NOT_CLOSED = sa.text("state <> 'closed'")


def upgrade() -> None:
    """Close all but the oldest of several alerts of one danger; from now on there are none."""
    op.execute(
        """
        UPDATE live_alerts SET state = 'closed'
        WHERE state <> 'closed' AND EXISTS (
            SELECT 1 FROM live_alerts AS other
            WHERE other.state <> 'closed' AND other.campaign_id = live_alerts.campaign_id
            AND other.code = live_alerts.code AND other.metric = live_alerts.metric
            AND other.subject = live_alerts.subject
            AND (other.first_at < live_alerts.first_at
                 OR (other.first_at = live_alerts.first_at AND other.alert_id < live_alerts.alert_id))
        )
        """
    )
    op.create_index(
        "live_alerts_not_closed",
        "live_alerts",
        ["campaign_id", "code", "metric", "subject"],
        unique=True,
        postgresql_where=_NOT_CLOSED,
        sqlite_where=_NOT_CLOSED,
    )
