"""Orders of tea for tests, as a shop sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def sale(order_id: str, *, at: datetime, net_minor: int = 900, cost_minor: int = 500) -> dict[str, Any]:
    """Ten teas, bought with the campaign's promotion."""
    line = {
        "sku": "TEA",
        "quantity": 10,
        "net_minor": net_minor,
        "discount_minor": 100,
        "promotion_ids": ["TEA"],
        "cost_minor": cost_minor,
    }
    body = {"order_id": order_id, "customer": f"c-{order_id}", "currency": "EUR", "lines": [line]}
    return {
        "source": "shop",
        "event_id": order_id,
        "kind": "order",
        "version": 1,
        "at": at.isoformat(),
        "body": body,
    }


def loss(order_id: str, *, at: datetime) -> dict[str, Any]:
    """The same, bought for a euro less than it cost."""
    return sale(order_id, at=at, net_minor=900, cost_minor=1_000)
