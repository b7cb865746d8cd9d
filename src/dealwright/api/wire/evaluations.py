"""What the engine said of a cart, as clients get it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


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
