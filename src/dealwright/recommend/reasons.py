"""Many features told as a few reasons that a customer or a merchandiser understands."""

from __future__ import annotations

from collections.abc import Mapping

from dealwright.data import columns as c
from dealwright.recommend.protocol import Reasons

USUAL = "usual"
OTHER = "other"
REST = "all else"

_BY_START = {
    "lines": "how often and lately you bought it",
    "days": "how often and lately you bought it",
    "share_of_trips": "how often and lately you bought it",
    "weeks_known": "how often and lately you bought it",
    "weeks_since": "its time has come",
    "gap": "its time has come",
    "turns": "its time has come",
    "alike": "liked by people with your taste",
    "item_deal": "price and deals",
    "price": "price and deals",
    "deal": "price and deals",
    "customer_on_deal": "price and deals",
    "item_display": "promoted now",
    "item_mailer": "promoted now",
    "item_gap": "its time has come",
    "item": "how it sells now",
    "store": "sells in your stores",
    "customer": "how often and widely you shop",
    c.SUBCATEGORY: "you buy this kind",
    c.CATEGORY: "you buy this kind",
    c.SUPPLIER: "you buy this maker",
}


def grouped(parts: Mapping[str, float]) -> dict[str, float]:
    """Parts by feature as parts by reason; the sum stays."""
    by_reason: dict[str, float] = {}
    for feature, value in parts.items():
        reason = USUAL if feature == USUAL else _reason(feature)
        by_reason[reason] = by_reason.get(reason, 0.0) + value
    return by_reason


def shortened(reasons: Reasons, most: int) -> Reasons:
    """The `most` largest parts, and all others as one; the sum stays."""
    if len(reasons.parts) <= most + 1:
        return reasons
    parts = list(reasons.parts.items())
    rest = sum(value for _, value in parts[most:])
    return Reasons(reasons.score, dict([*parts[:most], (REST, rest)]), reasons.unit)


def _reason(feature: str) -> str:
    starts = [start for start in _BY_START if feature.startswith(start)]
    return _BY_START[max(starts, key=len)] if starts else OTHER
