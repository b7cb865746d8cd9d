"""What the engine says of a cart at a moment: amounts, where they land, and every promotion with its reason."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

RefusalCode = Literal[
    "not_started",
    "ended",
    "outside_hours",
    "below_minimum_spend",
    "above_maximum_spend",
    "below_minimum_quantity",
    "above_maximum_quantity",
    "items_missing",
    "items_not_allowed",
    "not_in_segment",
    "not_new_customer",
    "other_order_number",
    "other_channel",
    "other_store",
    "other_region",
    "other_payment_method",
    "other_delivery_method",
    "other_experiment_arm",
    "other_share",
    "seen_too_early",
    "seen_too_late",
    "code_missing",
    "code_not_found",
    "code_used_up",
    "limit_reached",
    "customer_limit_reached",
    "budget_exceeded",
    "points_missing",
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
class PricedUnits:
    """`quantity` units of a line that cost `net_minor` each after promotions."""

    quantity: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line after promotions: `net_minor` = `regular_minor` - the sum of `shares`, never below floor or zero.

    `units` are told when units of the line cost different amounts; empty means as equal as cents allow.
    """

    line: str
    sku: str
    quantity: int
    regular_minor: int
    net_minor: int
    shares: tuple[Share, ...] = ()
    units: tuple[PricedUnits, ...] = ()


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
    `prepaid_minor` was paid before (a deposit): it is part of the total, not of the discount.
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
    frees_delivery: bool = False
    prepaid_minor: int = 0


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


class Shapes(NamedTuple):
    """What the parts of an evaluation are made of: each is called with the fields of ours, in their order.

    Without `units` those of a line are not told.
    """

    share: Callable[[str, int, Literal["item", "order"]], Any]
    units: Callable[[int, int], Any] | None
    line: Callable[[str, str, int, int, int, tuple[Any, ...], tuple[Any, ...]], Any]
    delivery: Callable[[str, int, int, tuple[Any, ...]], Any]
    gift: Callable[[str, int, str], Any]
    applied: Callable[..., Any]
    refusal: Callable[[str, RefusalCode, str, int, int, tuple[str, ...]], Any]


OUR_SHAPES = Shapes(Share, PricedUnits, PricedLine, PricedDelivery, Gift, Applied, Refusal)


class Teller(Protocol):
    """Knows all that was decided about a cart, and puts it into words when asked."""

    def tell(self, part: str, shapes: Shapes = OUR_SHAPES) -> Any:
        """The field of an evaluation that has this name."""
        ...

    def draws_on(self, promotion_ids: Container[str]) -> bool:
        """Whether one of these promotions applies, or a gift that does not lie in the cart is given."""
        ...

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        ...


class _Decided:
    """Where an evaluation keeps who tells the parts that nobody has asked for yet."""

    __slots__ = ("_teller",)

    _teller: Teller | None


@dataclass(frozen=True, slots=True)
class Evaluation(_Decided):
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

    @classmethod
    def decided(cls, teller: Teller) -> Evaluation:
        """An evaluation whose parts are put into words (and kept) when they are first asked for."""
        evaluation = object.__new__(cls)
        object.__setattr__(evaluation, "_teller", teller)
        return evaluation

    def __getattr__(self, name: str) -> Any:
        if name == "_teller":
            return None  # it was made from its parts
        if name not in _PARTS:
            raise AttributeError(f"an evaluation has no {name!r}")
        teller = self._teller
        if teller is None:
            raise AttributeError(f"an evaluation without {name!r}")
        part = teller.tell(name)
        object.__setattr__(self, name, part)
        return part

    @property
    def teller(self) -> Teller | None:
        """Who tells its parts, in any shapes; None if it was made from them."""
        return self._teller

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
        if self._teller is not None:
            return self._teller.total_minor
        return sum(line.net_minor for line in self.lines) + self.delivery_minor

    @property
    def due_minor(self) -> int:
        """What is to be paid now, deposits paid before left out; a deposit larger than the total leaves nothing."""
        return max(0, self.total_minor - sum(applied.prepaid_minor for applied in self.applied))


_PARTS = frozenset(field.name for field in fields(Evaluation))
