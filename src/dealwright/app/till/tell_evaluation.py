"""An evaluation as plain data: names as in `engine.evaluation`, with the totals that follow from its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealwright.engine.evaluation import Applied, Evaluation, PricedDelivery, PricedLine, Refusal, Share

# Written out field by field: hundreds of these are told for one cart, and looking the fields up would cost more.


def evaluation_document(evaluation: Evaluation) -> dict[str, Any]:
    """Everything the till says of a cart, for JSON."""
    return {
        "total_minor": evaluation.total_minor,
        "goods_minor": evaluation.goods_minor,
        "discount_minor": evaluation.discount_minor,
        "delivery_minor": evaluation.delivery_minor,
        "currency": evaluation.currency,
        "at": evaluation.at.isoformat(),
        "lines": [_line(line) for line in evaluation.lines],
        "deliveries": [_delivery(delivery) for delivery in evaluation.deliveries],
        "applied": [_applied(applied) for applied in evaluation.applied],
        "refused": [_refusal(refusal) for refusal in evaluation.refused],
        "next_steps": [_refusal(step) for step in evaluation.next_steps],
        "unknown_codes": list(evaluation.unknown_codes),
    }


def _line(line: PricedLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "sku": line.sku,
        "quantity": line.quantity,
        "regular_minor": line.regular_minor,
        "net_minor": line.net_minor,
        "shares": _shares(line.shares),
        "units": [{"quantity": units.quantity, "net_minor": units.net_minor} for units in line.units],
    }


def _delivery(delivery: PricedDelivery) -> dict[str, Any]:
    return {
        "method": delivery.method,
        "regular_minor": delivery.regular_minor,
        "net_minor": delivery.net_minor,
        "shares": _shares(delivery.shares),
    }


def _shares(shares: Iterable[Share]) -> list[dict[str, Any]]:
    return [
        {"promotion_id": share.promotion_id, "amount_minor": share.amount_minor, "scope": share.scope}
        for share in shares
    ]


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "promotion_id": applied.promotion_id,
        "version": applied.version,
        "code": applied.code,
        "discount_minor": applied.discount_minor,
        "platform_minor": applied.platform_minor,
        "merchant_minor": applied.merchant_minor,
        "n_units": applied.n_units,
        "uses": applied.uses,
        "gifts": [{"sku": gift.sku, "quantity": gift.quantity, "line": gift.line} for gift in applied.gifts],
        "points": applied.points,
        "points_spent": applied.points_spent,
        "next_coupon": applied.next_coupon,
        "sentence": applied.sentence,
        "frees_delivery": applied.frees_delivery,
        "prepaid_minor": applied.prepaid_minor,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "promotion_id": refusal.promotion_id,
        "code": refusal.code,
        "reason": refusal.reason,
        "missing_minor": refusal.missing_minor,
        "missing_quantity": refusal.missing_quantity,
        "lost_to": list(refusal.lost_to),
    }
