"""What the engine says of a cart at a moment: amounts, where they land, and every promotion with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RefusalCode = Literal[
    "not_started",
    "ended",
    "outside_hours",
    "below_minimum_spend",
    "below_minimum_quantity",
    "items_missing",
    "not_in_segment",
    "not_new_customer",
    "other_order_number",
    "other_channel",
    "other_store",
    "other_region",
    "other_payment_method",
    "other_delivery_method",
    "other_experiment_arm",
    "seen_too_early",
    "seen_too_late",
    "code_missing",
    "code_not_found",
    "code_used_up",
    "limit_reached",
    "customer_limit_reached",
    "budget_exceeded",
    "customer_unknown",
    "lost_to_better",
    "excluded_by",
    "nothing_to_discount",
    "at_floor_price",
    "other_currency",
    "not_live",
]


@dataclass(frozen=True, slots=True)
class Share:
    """What one promotion takes off one line; `scope` says whether it was given on items or on the whole order."""

    promotion_id: str
    amount_minor: int
    scope: Literal["item", "order"]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line after promotions: `net_minor` = `regular_minor` - the sum of `shares`, never below floor or zero."""

    line: str
    sku: str
    quantity: int
    regular_minor: int
    net_minor: int
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedDelivery:
    """A delivery fee after promotions."""

    method: str
    regular_minor: int
    net_minor: int
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Gift:
    """Units that are given: `quantity` of `sku`; `line` if they lie in the cart already."""

    sku: str
    quantity: int
    line: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion that gave something; `uses` is how often its benefit was applied.

    `platform_minor` + `merchant_minor` = `discount_minor`. `n_units` is how many units got its price.
    """

    promotion_id: str
    version: int
    code: str
    discount_minor: int
    platform_minor: int
    merchant_minor: int
    n_units: int = 0
    uses: int = 1
    gifts: tuple[Gift, ...] = ()
    points: int = 0
    points_spent: int = 0
    next_coupon: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A promotion that gave nothing: why, what is missing, and who won if it lost.

    `missing_minor` and `missing_quantity` are the gap to the promotion, or of an applied promotion's next tier.
    """

    promotion_id: str
    code: RefusalCode
    reason: str
    missing_minor: int = 0
    missing_quantity: int = 0
    lost_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The cart priced at `at`: `total_minor` = goods + delivery after promotions; shares sum to discounts exactly.

    `refused` tells every considered promotion that gave nothing; `next_steps` the gap to the next tier of those
    that did. `unknown_codes` are held codes that no promotion answers to.
    """

    currency: str
    at: datetime
    lines: tuple[PricedLine, ...]
    deliveries: tuple[PricedDelivery, ...]
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]
    next_steps: tuple[Refusal, ...] = ()
    unknown_codes: tuple[str, ...] = ()

    @property
    def goods_minor(self) -> int:
        """All lines at regular prices, gifts included."""
        return sum(line.regular_minor for line in self.lines)

    @property
    def discount_minor(self) -> int:
        """What promotions took off lines."""
        return sum(line.regular_minor - line.net_minor for line in self.lines)

    @property
    def delivery_minor(self) -> int:
        """Delivery fees after promotions."""
        return sum(delivery.net_minor for delivery in self.deliveries)

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        return sum(line.net_minor for line in self.lines) + self.delivery_minor
