"""Names of things: text, never numbers, so that leading zeros survive."""

from __future__ import annotations

import hashlib
from typing import NewType

Sku = NewType("Sku", str)
StoreId = NewType("StoreId", str)
CustomerId = NewType("CustomerId", str)
PromotionId = NewType("PromotionId", str)


def fingerprint(*parts: str | bytes) -> str:
    """A short stable name for content: the same parts always give the same 16 hexadecimal digits.

    >>> fingerprint("a", "bc") == fingerprint("ab", "c")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:16]
