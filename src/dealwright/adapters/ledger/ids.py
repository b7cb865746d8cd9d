"""New names nobody can guess."""

from __future__ import annotations

import secrets

_RANDOM_BYTES = 12  # 96 bits


class RandomIds:
    """Names from the machine's source of randomness.

    >>> RandomIds().new("hold").startswith("hold_")
    True
    """

    def new(self, kind: str) -> str:
        """See `Ids.new`."""
        return f"{kind}_{secrets.token_hex(_RANDOM_BYTES)}"
