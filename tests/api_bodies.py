"""Bodies and headers that clients of the REST API send."""

from __future__ import annotations

from typing import Any

JSON = {"Content-Type": "application/json"}


def a_line(**given: Any) -> dict[str, Any]:
    return {"line": "1", "sku": "TEA", "quantity": 2, "unit_price_minor": 450, **given}


def a_cart(**given: Any) -> dict[str, Any]:
    return {"currency": "EUR", "lines": [a_line()], **given}


def a_promotion(**given: Any) -> dict[str, Any]:
    """10 % off everything."""
    return {"id": "tenth", "currency": "EUR", "benefit": {"kind": "percent_off", "percent": "10"}, **given}


def a_document(*promotions: dict[str, Any]) -> dict[str, Any]:
    return {"dealwright_promotions": 1, "promotions": list(promotions)}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}
