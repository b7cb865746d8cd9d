"""Dead letters that ended are found, and forgotten, however many wait before them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ENDED = sa.text("state <> 'waiting'")


def upgrade() -> None:
    """Forgetting looks at those that ended first."""
    op.create_index(
        "live_letters_ended", "live_letters", ["received_at"], postgresql_where=_ENDED, sqlite_where=_ENDED
    )
