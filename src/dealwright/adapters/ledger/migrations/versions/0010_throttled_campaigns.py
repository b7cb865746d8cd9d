"""A campaign may be given to a share of the customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Every campaign there is is given to everybody."""
    op.add_column("live_campaigns", sa.Column("share", sa.String(length=16), nullable=False, server_default="1"))
