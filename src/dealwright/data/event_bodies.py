"""What shops tell as it happens: one frozen shape for each kind of event.

Amounts are whole minor units of one currency, instants carry a zone, customers are pseudonyms. These shapes are the
contract: a field may be added with a default, never removed, renamed, narrowed or made needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Units of one sku, paid with `net_minor` after `discount_minor`; both, and the cost, are of the whole line."""

    sku: str
    quantity: int
    net_minor: int
    discount_minor: int = 0
    promotion_ids: tuple[str, ...] = ()
    cost_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer paid for. Of several with one `order_id` the highest `revision` holds.

    `campaign_id` says that the whole order belongs to a campaign; without it promotions and skus tell. `store` and
    `channel` say where it was sold.
    """

    kind: ClassVar[str] = "order"
    order_id: str
    lines: tuple[OrderLine, ...]
    currency: str = ""
    customer: str = ""
    campaign_id: str = ""
    revision: int = 0
    store: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A whole order that is void; it may be told before the order is."""

    kind: ClassVar[str] = "cancellation"
    order_id: str


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Units of one sku that came back, and the money given for them."""

    sku: str
    quantity: int
    refund_minor: int


@dataclass(frozen=True, slots=True)
class Return:
    """Goods of an order that came back; it may be told before the order is."""

    kind: ClassVar[str] = "return"
    order_id: str
    lines: tuple[ReturnedLine, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A customer saw a product, or what a campaign shows."""

    kind: ClassVar[str] = "view"
    customer: str = ""
    sku: str = ""
    campaign_id: str = ""
    promotion_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CartLine:
    """Units of one sku in a cart."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CartChange:
    """What a customer's cart holds now."""

    kind: ClassVar[str] = "cart"
    customer: str = ""
    lines: tuple[CartLine, ...] = ()
    campaign_id: str = ""
    promotion_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StockMovement:
    """Units that came (above zero) or went (below) without an order of ours."""

    kind: ClassVar[str] = "stock_movement"
    sku: str
    change: int
    store: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A product's regular price from this instant on."""

    kind: ClassVar[str] = "price_change"
    sku: str
    price_minor: int
    currency: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of a campaign did not work for a customer: a code not taken, a price shown wrong."""

    kind: ClassVar[str] = "failure"
    code: str
    campaign_id: str = ""
    promotion_ids: tuple[str, ...] = ()
    sku: str = ""
    customer: str = ""


Body: TypeAlias = Order | Cancellation | Return | View | CartChange | StockMovement | PriceChange | Failure
BODIES: tuple[type[Body], ...] = (
    Order,
    Cancellation,
    Return,
    View,
    CartChange,
    StockMovement,
    PriceChange,
    Failure,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, `at` (UTC), as its `source` told it under an id that is unique there."""

    source: str
    event_id: str
    at: datetime
    version: int
    body: Body

    @property
    def kind(self) -> str:
        """What kind of thing happened."""
        return self.body.kind
