"""Names of things: text, never numbers, so that leading zeros survive."""

from __future__ import annotations

import hashlib
import re
from typing import Final, NewType

Sku = NewType("Sku", str)
StoreId = NewType("StoreId", str)
CustomerId = NewType("CustomerId", str)
PromotionId = NewType("PromotionId", str)

LONGEST_NAME: Final = 200
_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def is_name(given: str) -> bool:
    """Whether it can name an order, a customer or goods everywhere: at the till, in events, in every database.

    That is 1 to 200 characters, none of them a control character or half of a surrogate pair.

    >>> is_name("TEA 25 g"), is_name("TEA\\n"), is_name("")
    (True, False, False)
    """
    if not 0 < len(given) <= LONGEST_NAME:
        return False
    # Nearly every name is plain ASCII; the regular expression is for the others.
    return (given.isascii() and given.isprintable()) or not _FORBIDDEN.search(given)


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
