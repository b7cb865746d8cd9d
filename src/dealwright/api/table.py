"""All operations, the hot ones first: routes are tried in this order."""

from __future__ import annotations

from typing import Any, Final

from dealwright.api.operations import Operation
from dealwright.api.routes import (
    alerts,
    audit,
    campaigns,
    carts,
    coupons,
    effects,
    events,
    flash_sales,
    groups,
    health,
    jobs,
    orders,
    pages,
    presales,
    promotion_checks,
    promotions,
    quotes,
    recommendations,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *carts.OPERATIONS,
    *flash_sales.OPERATIONS,
    *quotes.OPERATIONS,
    *orders.OPERATIONS,
    *coupons.OPERATIONS,
    *promotions.OPERATIONS,
    *promotion_checks.OPERATIONS,
    *groups.OPERATIONS,
    *presales.OPERATIONS,
    *recommendations.OPERATIONS,
    *campaigns.OPERATIONS,
    *effects.OPERATIONS,
    *events.OPERATIONS,
    *alerts.OPERATIONS,
    *audit.OPERATIONS,
    *jobs.OPERATIONS,
    *health.OPERATIONS,
    *pages.OPERATIONS,
)


def schemas() -> dict[str, Any]:
    """Schemas of what is not described by a Struct, by name."""
    return {**promotions.schemas(), **campaigns.schemas(), **events.schemas(), **jobs.schemas()}
