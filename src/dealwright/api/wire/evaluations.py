"""What the engine said of a cart, as clients get it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from dealwright.engine.evaluation import Applied, Evaluation, PricedDelivery, PricedLine, Refusal, Share

Reasons = Literal["all", "near", "none"]


class ShareOut(Struct, frozen=True):
    """What one promotion takes off one line; `scope` says whether it was given on items or on the whole order."""

    promotion_id: str
    amount_minor: int
    scope: str


class LineOut(Struct, frozen=True):
    """A line after promotions: `net_minor` is `regular_minor` less the sum of `shares`."""

    line: str
    sku: str
    quantity: int
    regular_minor: int
    net_minor: int
    shares: tuple[ShareOut, ...]


class DeliveryOut(Struct, frozen=True):
    """A delivery fee after promotions."""

    method: str
    regular_minor: int
    net_minor: int
    shares: tuple[ShareOut, ...]


class GiftOut(Struct, frozen=True):
    """Units that are given; `line` if they lie in the cart already."""

    sku: str
    quantity: int
    line: str


class AppliedOut(Struct, frozen=True):
    """A promotion that gave something; `platform_minor` + `merchant_minor` = `discount_minor`."""

    promotion_id: str
    version: int
    code: str
    discount_minor: int
    platform_minor: int
    merchant_minor: int
    n_units: int
    uses: int
    gifts: tuple[GiftOut, ...]
    points: int
    points_spent: int
    next_coupon: str
    sentence: str


class RefusalOut(Struct, frozen=True):
    """A promotion that gave nothing: why, what is missing, and who won if it lost."""

    promotion_id: str
    code: str
    reason: str
    missing_minor: int
    missing_quantity: int
    lost_to: tuple[str, ...]


class EvaluationOut(Struct, frozen=True):
    """The cart priced at `at`: `total_minor` is to be paid, goods and delivery; shares sum to discounts."""

    currency: str
    at: datetime
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    total_minor: int
    lines: tuple[LineOut, ...]
    deliveries: tuple[DeliveryOut, ...]
    applied: tuple[AppliedOut, ...]
    refused: tuple[RefusalOut, ...]
    next_steps: tuple[RefusalOut, ...]
    unknown_codes: tuple[str, ...]


def to_evaluation(evaluation: Evaluation, *, reasons: Reasons = "all") -> EvaluationOut:
    """The answer, with the promotions that gave nothing: all, those with a gap to tell, or none.

    Equal to `shaped(evaluation, EvaluationOut)` where all are told, in a fraction of the time.
    """
    lines, deliveries = evaluation.lines, evaluation.deliveries
    goods, net = sum([line.regular_minor for line in lines]), sum([line.net_minor for line in lines])
    fees = sum([delivery.net_minor for delivery in deliveries])
    return EvaluationOut(
        evaluation.currency,
        evaluation.at,
        goods,
        goods - net,
        fees,
        net + fees,
        tuple([_line(line) for line in lines]),
        tuple([_delivery(delivery) for delivery in deliveries]),
        tuple([_applied(applied) for applied in evaluation.applied]),
        _refused(evaluation, reasons),
        tuple([_refusal(step) for step in evaluation.next_steps]),
        evaluation.unknown_codes,
    )


def _refused(evaluation: Evaluation, reasons: Reasons) -> tuple[RefusalOut, ...]:
    if reasons == "none":
        return ()  # they are put into words when they are asked for, and nobody does
    wanted = evaluation.refused if reasons == "all" else [one for one in evaluation.refused if _is_near(one)]
    return tuple([_refusal(refusal) for refusal in wanted])


def _is_near(refusal: Refusal) -> bool:
    return bool(refusal.missing_minor or refusal.missing_quantity)


def _line(line: PricedLine) -> LineOut:
    return LineOut(line.line, line.sku, line.quantity, line.regular_minor, line.net_minor, _shares(line.shares))


def _delivery(delivery: PricedDelivery) -> DeliveryOut:
    return DeliveryOut(delivery.method, delivery.regular_minor, delivery.net_minor, _shares(delivery.shares))


def _shares(shares: Iterable[Share]) -> tuple[ShareOut, ...]:
    return tuple([ShareOut(share.promotion_id, share.amount_minor, share.scope) for share in shares])


def _applied(applied: Applied) -> AppliedOut:
    return AppliedOut(
        applied.promotion_id,
        applied.version,
        applied.code,
        applied.discount_minor,
        applied.platform_minor,
        applied.merchant_minor,
        applied.n_units,
        applied.uses,
        tuple([GiftOut(gift.sku, gift.quantity, gift.line) for gift in applied.gifts]),
        applied.points,
        applied.points_spent,
        applied.next_coupon,
        applied.sentence,
    )


def _refusal(refusal: Refusal) -> RefusalOut:
    return RefusalOut(
        refusal.promotion_id,
        refusal.code,
        refusal.reason,
        refusal.missing_minor,
        refusal.missing_quantity,
        refusal.lost_to,
    )
