"""How often a client may ask: a bucket that fills steadily and is emptied by requests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

Header = tuple[bytes, bytes]

_LIMIT: Final = b"ratelimit-limit"
_REMAINING: Final = b"ratelimit-remaining"
_RESET: Final = b"ratelimit-reset"


@dataclass(slots=True)
class Bucket:
    """`burst` requests fit in; `per_second` flow in again. Time is that of a counter, in seconds.

    >>> bucket = Bucket(per_second=10, burst=1, at=0.0)
    >>> bucket.take(0.0), bucket.take(0.05), bucket.take(0.1)
    (True, False, True)
    """

    per_second: float
    burst: float
    at: float
    tokens: float = -1.0

    def __post_init__(self) -> None:
        if self.tokens < 0:
            self.tokens = self.burst

    def take(self, now: float) -> bool:
        """Take one, if one is there."""
        self.tokens = min(self.burst, self.tokens + max(0.0, now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @property
    def wait_seconds(self) -> int:
        """Whole seconds until one is there again, at least 1."""
        return max(1, math.ceil((1 - self.tokens) / self.per_second))

    def headers(self) -> list[Header]:
        """How many requests fit in, how many are left, and in how many seconds all will be there again."""
        tokens = max(self.tokens, 0.0)
        full = math.ceil((self.burst - tokens) / self.per_second)
        return [
            (_LIMIT, b"%d" % self.burst),
            (_REMAINING, b"%d" % tokens),
            (_RESET, b"%d" % full),
        ]
