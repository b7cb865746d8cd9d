"""What the engine said of a cart, as clients get it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dealwright.api.wire.shape import shaped
from dealwright.engine.evaluation import Evaluation, Shapes

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
    teller = evaluation.teller
    if teller is None:
        told = shaped(evaluation, EvaluationOut)
        return told if reasons == "all" else replace(told, refused=_wanted(told.refused, reasons))
    tell = teller.tell
    lines, deliveries = tell("lines", _SHAPES), tell("deliveries", _SHAPES)
    goods, net = sum([line.regular_minor for line in lines]), sum([line.net_minor for line in lines])
    fees = sum([delivery.net_minor for delivery in deliveries]) if deliveries else 0
    return EvaluationOut(
        tell("currency"),
        tell("at"),
        goods,
        goods - net,
        fees,
        net + fees,
        lines,
        deliveries,
        tell("applied", _SHAPES),
        () if reasons == "none" else _wanted(tell("refused", _SHAPES), reasons),
        tell("next_steps", _SHAPES),
        tell("unknown_codes"),
    )


def _wanted(refused: tuple[RefusalOut, ...], reasons: Reasons) -> tuple[RefusalOut, ...]:
    if reasons == "all":
        return refused
    return tuple([one for one in refused if reasons == "near" and (one.missing_minor or one.missing_quantity)])


def _line(
    line: str,
    sku: str,
    quantity: int,
    regular_minor: int,
    net_minor: int,
    shares: tuple[ShareOut, ...],
    _units: tuple[()],
) -> LineOut:
    return LineOut(line, sku, quantity, regular_minor, net_minor, shares)


def _applied(
    promotion_id: str,
    version: int,
    code: str,
    discount_minor: int,
    platform_minor: int,
    merchant_minor: int,
    n_units: int,
    uses: int,
    gifts: tuple[GiftOut, ...],
    points: int,
    points_spent: int,
    next_coupon: str,
    sentence: str,
    _frees_delivery: bool,
    _prepaid_minor: int,
) -> AppliedOut:
    return AppliedOut(
        promotion_id,
        version,
        code,
        discount_minor,
        platform_minor,
        merchant_minor,
        n_units,
        uses,
        gifts,
        points,
        points_spent,
        next_coupon,
        sentence,
    )


_SHAPES = Shapes(
    share=ShareOut,
    units=None,
    line=_line,
    delivery=DeliveryOut,
    gift=GiftOut,
    applied=_applied,
    refusal=RefusalOut,
)
