"""Presales as clients send and get them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from dealwright.api.wire.words import Currency, Id, Instant, Minor, Name, Quantity, instant
from dealwright.core.cart import MOST_MINOR
from dealwright.engine.presale import MOST_PER_ORDER, Presale

_Amount = Annotated[int, Meta(ge=1, le=MOST_MINOR, description="money in minor units (cents)")]
_PerOrder = Annotated[int, Meta(ge=1, le=MOST_PER_ORDER)]


class NewPresale(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`units` of a sku: `deposit_minor` now, which counts as `deposit_counts_minor` when the balance is paid.

    Who does not pay the balance loses `kept_percent` of the deposit; a shop that cancels returns
    `shop_returns_percent` of it.
    """

    presale_id: Id
    sku: Name
    units: Quantity
    per_customer: _PerOrder
    price_minor: _Amount
    deposit_minor: _Amount
    deposit_counts_minor: _Amount
    currency: Currency
    deposit_start: Instant
    deposit_end: Instant
    balance_start: Instant
    balance_end: Instant
    kept_percent: Annotated[int, Meta(ge=0, le=100)] = 100
    shop_returns_percent: Annotated[int, Meta(ge=100, le=200)] = 100


class PresaleOut(Struct, frozen=True):
    """A presale: its units, prices and windows."""

    presale_id: str
    sku: str
    units: int
    per_customer: int
    price_minor: int
    deposit_minor: int
    deposit_counts_minor: int
    currency: str
    deposit_start: datetime
    deposit_end: datetime
    balance_start: datetime
    balance_end: datetime
    kept_percent: int
    shop_returns_percent: int


class PayDeposit(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A deposit that was paid for units of the presale."""

    customer_id: Name
    order_id: Id
    quantity: _PerOrder = 1


class PayBalance(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The rest of an order that was paid; coupons take `discount_minor` off the balance."""

    discount_minor: Minor = 0


class DepositOut(Struct, frozen=True):
    """Units set aside for an order; the balance is to be paid in the window that is told."""

    order_id: str
    presale_id: str
    customer_id: str
    sku: str
    quantity: int
    deposit_minor: int
    balance_minor: int
    currency: str
    balance_start: datetime
    balance_end: datetime


class BalanceOut(Struct, frozen=True):
    """The order is paid: `deposit_minor` + `due_minor` is all that it cost."""

    order_id: str
    presale_id: str
    customer_id: str
    deposit_minor: int
    discount_minor: int
    due_minor: int
    currency: str


class PresaleOrderOut(Struct, frozen=True):
    """An order as it stands: deposit_paid, completed, defaulted or cancelled; `payment` names its deposit."""

    order_id: str
    presale_id: str
    customer_id: str
    quantity: int
    state: str
    payment: str
    deposit_minor: int
    balance_minor: int
    discount_minor: int


class EndPresaleOrder(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who ends the order decides what goes back: the shop, or the customer."""

    by_shop: bool


class PresaleReturnOut(Struct, frozen=True):
    """An order that ended without delivery: what the shop keeps of the deposit, and what goes back."""

    order_id: str
    presale_id: str
    customer_id: str
    state: str
    kept_minor: int
    returned_minor: int
    currency: str


def to_presale(body: NewPresale) -> Presale:
    """The presale; its instants in UTC."""
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    return Presale(**{name: _in_utc(given, name) for name, given in fields.items()})


def _in_utc(given: Any, name: str) -> Any:
    return instant(given, name) if isinstance(given, datetime) else given
