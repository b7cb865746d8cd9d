"""What the till answers: held, ordered, released, refunded, or refused with a code from a closed list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

from dealwright.engine.evaluation import Evaluation

RefusedCode = Literal[
    # limits
    "limit_reached",
    "customer_limit_reached",
    "customer_unknown",
    "budget_exceeded",
    "sold_out",
    "code_not_found",
    "code_used_up",
    "code_expired",
    # holds and orders
    "stale_quote",
    "quote_foreign",
    "quote_tampered",
    "quote_expired",
    "quote_other_cart",
    "hold_unknown",
    "hold_expired",
    "hold_released",
    "order_exists",
    "order_unknown",
    "already_committed",
    "already_returned",
    "already_cancelled",
    "line_unknown",
    # requests
    "key_reused",
    "in_progress",
    "busy",
    # flash sales, groups and presales
    "sale_unknown",
    "not_started",
    "ended",
    "reservation_unknown",
    "group_unknown",
    "group_full",
    "group_closed",
    "already_member",
    "presale_unknown",
    "deposit_missing",
    "balance_not_due",
]

HoldState = Literal["held", "committed", "released", "expired"]
OrderState = Literal["committed", "cancelled"]
OutcomeState = Literal["committed", "refused", "in_progress", "unknown"]

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Quote:
    """What the shopper was shown: the total and the version of every promotion in it."""

    total_minor: int
    promotions: Mapping[str, int] = field(default_factory=lambda: _NOTHING)

    @classmethod
    def of(cls, evaluation: Evaluation) -> Quote:
        """The quote that an evaluation is."""
        return cls(evaluation.total_minor, {one.promotion_id: one.version for one in evaluation.applied})


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why. `is_final` answers stay under their key; others may be tried again with the same key.

    `missing_minor` and `missing_quantity` are the gap, where there is one.
    """

    code: RefusedCode
    reason: str
    retry_after_seconds: int = 0
    missing_minor: int = 0
    missing_quantity: int = 0
    promotion_id: str = ""

    @property
    def is_final(self) -> bool:
        """Whether the same request would be refused again."""
        return self.code not in ("in_progress", "busy", "key_reused")

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Held:
    """Everything the cart needs is set aside at the promised price until `expires_at`."""

    hold_id: str
    order_id: str
    expires_at: datetime
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Order:
    """A committed order: the evaluation it was bought at, and what came back since.

    `returned` maps a line to the units returned; `refunded_minor` is goods and delivery refunded so far.
    """

    order_id: str
    hold_id: str
    customer_id: str
    committed_at: datetime
    evaluation: Evaluation
    state: OrderState = "committed"
    returned: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class Released:
    """What the hold had set aside is available again."""

    hold_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """Units of one line that came back, and the money for them."""

    line: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Refunded:
    """What a return or a cancellation gives back to the shopper: `amount_minor` with `delivery_minor` inside.

    `uses_back` names the promotions whose use came back.
    """

    refund_id: str
    order_id: str
    lines: tuple[RefundedLine, ...]
    amount_minor: int
    delivery_minor: int = 0
    is_cancel: bool = False
    uses_back: tuple[str, ...] = ()


Answer: TypeAlias = Held | Order | Released | Refunded | Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: `unknown` says that nothing was written and nothing is under way under the key.

    `raw` is the stored answer, the same bytes every time; `answer` is None if the request was not about a cart.
    """

    state: OutcomeState
    answer: Answer | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: holds and reservations that expired, groups and orders of presales that ended."""

    holds: int = 0
    reservations: int = 0
    groups: int = 0
    presales: int = 0
