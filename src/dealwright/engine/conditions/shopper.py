"""Who buys: segment, order number, first purchase, how long known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.promotion import Language
from dealwright.core.errors import InputError
from dealwright.engine import words
from dealwright.engine.grants import Keys, Unmet

if TYPE_CHECKING:
    from dealwright.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class InSegment:
    """The shopper is in one of `segments` (if any are named) and in none of `not_segments`."""

    kind: ClassVar[str] = "in_segment"
    segments: tuple[str, ...] = ()
    not_segments: tuple[str, ...] = ()

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("segment", self.segments)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the shopper is not addressed."""
        held = facts.cart.shopper.segments
        is_in = not self.segments or any(name in self.segments for name in held)
        is_out = any(name in self.not_segments for name in held)
        return None if is_in and not is_out else Unmet("not_in_segment")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The shopper is in segment vip."""
        named, without = words.listed(self.segments, language), words.listed(self.not_segments, language)
        if language == "zh":
            return "且".join(([f"会员属于{named}"] if named else []) + ([f"不属于{without}"] if without else []))
        parts = ([f"the shopper is in segment {named}"] if named else []) + (
            [f"the shopper is not in segment {without}"] if without else []
        )
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class CustomerIs:
    """The shopper is one of `customer_ids`: a personal promotion."""

    kind: ClassVar[str] = "customer_is"
    customer_ids: tuple[str, ...]

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("customer", self.customer_ids)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the promotion is somebody else's."""
        return None if facts.cart.shopper.customer_id in self.customer_ids else Unmet("not_in_segment")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The shopper is one of 3 invited customers."""
        n = len(self.customer_ids)
        return f"受邀的 {n} 位顾客" if language == "zh" else f"the shopper is one of {n} invited customers"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """No paid order yet. A shopper whose orders are unknown is not taken for new."""

    kind: ClassVar[str] = "new_customer"

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the shopper has bought before or is unknown."""
        n_orders = facts.cart.shopper.n_orders
        if n_orders is None:
            return Unmet("customer_unknown")
        return None if n_orders == 0 else Unmet("not_new_customer")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The shopper buys for the first time."""
        return "首次下单" if language == "zh" else "the shopper buys for the first time"


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """This order is the `number`-th paid one; `is_every` repeats it (every 5th), `is_or_later` from then on."""

    kind: ClassVar[str] = "order_number"
    number: int
    is_every: bool = False
    is_or_later: bool = False

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or this is another order."""
        n_orders = facts.cart.shopper.n_orders
        if n_orders is None:
            return Unmet("customer_unknown")
        this = n_orders + 1
        if self.is_every:
            return None if this % self.number == 0 else Unmet("other_order_number")
        is_met = this >= self.number if self.is_or_later else this == self.number
        return None if is_met else Unmet("other_order_number")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """It is the shopper's order number 5."""
        if language == "zh":
            every = f"每第 {self.number} 单" if self.is_every else f"第 {self.number} 单"
            return every + ("起" if self.is_or_later else "")
        if self.is_every:
            return f"it is every order whose number {self.number} divides"
        return f"it is the shopper's order number {self.number}{' or later' if self.is_or_later else ''}"


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The shopper was first seen on or after `since` and on or before `until` (ISO dates; empty is open)."""

    kind: ClassVar[str] = "first_seen"
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        problems = [
            f"first_seen: {name} is a date like 2026-01-31, or empty; given {given!r}"
            for name, given in (("since", self.since), ("until", self.until))
            if given and not _is_date(given)
        ]
        if not problems and self.since and self.until and self.since > self.until:
            problems = [f"first_seen: since is not after until; given {self.since!r} and {self.until!r}"]
        if problems:
            raise InputError(*problems)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or known too early, too late, or not at all."""
        seen = facts.cart.shopper.first_seen[:10]
        if not seen:
            return Unmet("customer_unknown")
        if self.since and seen < self.since:
            return Unmet("seen_too_early")
        return Unmet("seen_too_late") if self.until and seen > self.until else None

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The shopper was first seen from 2026-01-01 to 2026-01-31."""
        if language == "zh":
            return f"首次到访于 {self.since or '任意'} 至 {self.until or '今'}"
        since = f" from {self.since}" if self.since else ""
        until = f" to {self.until}" if self.until else ""
        return f"the shopper was first seen{since}{until}"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
