"""Flash sales and reservations as clients send and get them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.words import Currency, Id, Instant, Minor, Name, Quantity
from dealwright.engine.flash import LONGEST_HOLD_SECONDS, MOST_PER_ASK


class NewFlashSale(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`units` of one sku at one price in [`start`, `end`); a customer may hold and buy `per_customer` of them."""

    sale_id: Id
    sku: Name
    units: Quantity
    per_customer: Annotated[int, Meta(ge=1, le=MOST_PER_ASK)]
    start: Instant
    end: Instant
    price_minor: Minor
    currency: Currency
    hold_seconds: Annotated[int, Meta(ge=1, le=LONGEST_HOLD_SECONDS)] = 900


class FlashSaleOut(Struct, frozen=True):
    """A flash sale: its own units, its price, its window."""

    sale_id: str
    sku: str
    units: int
    per_customer: int
    start: datetime
    end: datetime
    price_minor: int
    currency: str
    hold_seconds: int


class Reserve(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A wish for units of the sale, for an order that is about to be paid."""

    customer_id: Name
    order_id: Name
    quantity: Annotated[int, Meta(ge=1, le=MOST_PER_ASK)] = 1


class ReservedOut(Struct, frozen=True):
    """Units set aside until `expires_at`; `amount_minor` is what they cost together."""

    reservation_id: str
    sale_id: str
    order_id: str
    customer_id: str
    sku: str
    quantity: int
    amount_minor: int
    currency: str
    expires_at: datetime


class ReservationOut(Struct, frozen=True):
    """A reservation as it stands: held, sold, released, expired or cancelled."""

    reservation_id: str
    sale_id: str
    customer_id: str
    order_id: str
    quantity: int
    state: str
    expires_at: datetime


class LeftOut(Struct, frozen=True):
    """How many units can still be reserved."""

    sale_id: str
    units_left: int
