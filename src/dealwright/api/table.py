"""All operations, the hot ones first: routes are tried in this order."""

from __future__ import annotations

from typing import Any, Final

from dealwright.api.operations import Operation
from dealwright.api.routes import (
    carts,
    coupons,
    flash_sales,
    groups,
    health,
    orders,
    presales,
    promotion_checks,
    promotions,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *carts.OPERATIONS,
    *flash_sales.OPERATIONS,
    *orders.OPERATIONS,
    *coupons.OPERATIONS,
    *promotions.OPERATIONS,
    *promotion_checks.OPERATIONS,
    *groups.OPERATIONS,
    *presales.OPERATIONS,
    *health.OPERATIONS,
)


def schemas() -> dict[str, Any]:
    """Schemas of what is not described by a Struct, by name."""
    return promotions.schemas()
