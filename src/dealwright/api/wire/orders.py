"""Holds, orders and refunds as clients send and get them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.carts import CartBody
from dealwright.api.wire.evaluations import EvaluationOut
from dealwright.api.wire.quotes import QuoteText
from dealwright.api.wire.shape import shaped
from dealwright.api.wire.words import Count, Id, Lines, Minor, Name
from dealwright.engine.outcomes import Held, Order, Outcome, Quote, Refunded, Refused, Released


class QuoteBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the shopper was shown; a hold at a higher price is refused as `stale_quote`."""

    total_minor: Minor
    promotions: Annotated[dict[Name, Count], Meta(max_length=500)] = {}


class Hold(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A cart whose units, coupons and budgets are to be set aside for an order that is about to be paid.

    A `quote` that is text was signed by `POST /v1/quotes`: its price is kept.
    """

    cart: CartBody
    order_id: Id
    seconds: Annotated[int, Meta(ge=1, le=86_400)] = 900
    quote: QuoteBody | QuoteText | None = None


class Returns(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Units that come back, by the name of their line."""

    lines: Lines


class HeldOut(Struct, frozen=True, tag_field="kind", tag="held"):
    """Everything the cart needs is set aside at this price until `expires_at`."""

    hold_id: str
    order_id: str
    expires_at: datetime
    evaluation: EvaluationOut


class OrderOut(Struct, frozen=True, tag_field="kind", tag="order"):
    """A committed order: the evaluation it was bought at, and what came back since."""

    order_id: str
    hold_id: str
    customer_id: str
    committed_at: datetime
    state: str
    returned: dict[str, int]
    refunded_minor: int
    evaluation: EvaluationOut


class ReleasedOut(Struct, frozen=True, tag_field="kind", tag="released"):
    """What the hold had set aside is available again."""

    hold_id: str
    order_id: str


class RefundedLineOut(Struct, frozen=True):
    """Units of one line that came back, and the money for them."""

    line: str
    quantity: int
    amount_minor: int


class RefundedOut(Struct, frozen=True, tag_field="kind", tag="refunded"):
    """What the shopper gets back: `amount_minor` with `delivery_minor` inside; whose uses came back."""

    refund_id: str
    order_id: str
    lines: tuple[RefundedLineOut, ...]
    amount_minor: int
    delivery_minor: int
    is_cancel: bool
    uses_back: tuple[str, ...]


class RefusedOut(Struct, frozen=True, tag_field="kind", tag="refused"):
    """The request was refused, with a code of the closed list."""

    code: str
    reason: str
    promotion_id: str
    missing_minor: int
    missing_quantity: int


class OutcomeOut(Struct, frozen=True):
    """What became of the request with this key: `state` is committed, refused, in_progress or unknown.

    `unknown` says that nothing was written and nothing is under way: the request may be sent again.
    """

    state: str
    answer: HeldOut | OrderOut | ReleasedOut | RefundedOut | RefusedOut | None


def to_quote(body: QuoteBody | str | None) -> Quote | str | None:
    """The quote, if there is one; text is a signed one."""
    return Quote(body.total_minor, body.promotions) if isinstance(body, QuoteBody) else body


def outcome(found: Outcome) -> OutcomeOut:
    """The shape of an outcome."""
    answer = found.answer
    return OutcomeOut(found.state, None if answer is None else shaped(answer, _SHAPES[type(answer)]))


_Any = HeldOut | OrderOut | ReleasedOut | RefundedOut | RefusedOut
_SHAPES: Mapping[type, type[_Any]] = {
    Held: HeldOut,
    Order: OrderOut,
    Released: ReleasedOut,
    Refunded: RefundedOut,
    Refused: RefusedOut,
}
