"""Carts as clients send them."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta, Struct, convert

from dealwright.api.wire.evaluations import Reasons
from dealwright.api.wire.words import (
    Count,
    Currency,
    Instant,
    MaybeDate,
    MaybeName,
    Minor,
    Name,
    Names,
    Percent,
    Quantity,
    percent,
)
from dealwright.core.cart import MOST_LINES, Cart


class CartLine(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Units of one sku at one regular price; `line` names the line inside the cart."""

    line: Name
    sku: Name
    quantity: Quantity
    unit_price_minor: Minor
    product: MaybeName = ""
    categories: Names = ()
    brand: MaybeName = ""
    tags: Names = ()
    store: MaybeName = ""
    floor_minor: Minor = 0
    tax_percent: Percent = "0"
    is_discountable: bool = True
    is_gift: bool = False


class CartDelivery(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """One way, or one part, of delivery that is charged."""

    method: Name
    fee_minor: Minor


class CartShopper(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of who buys; everything may be left out. No name, address or telephone is wanted."""

    customer_id: MaybeName = ""
    segments: Names = ()
    n_orders: Count | None = None
    first_seen: MaybeDate = ""
    points: Count = 0


class CartBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Lines, delivery and circumstances, in one currency."""

    currency: Currency
    lines: Annotated[tuple[CartLine, ...], Meta(max_length=MOST_LINES)]
    deliveries: Annotated[tuple[CartDelivery, ...], Meta(max_length=20)] = ()
    shopper: CartShopper = CartShopper()
    codes: Annotated[tuple[Name, ...], Meta(max_length=50)] = ()
    store: MaybeName = ""
    channel: MaybeName = ""
    region: MaybeName = ""
    payment_method: MaybeName = ""
    arms: Annotated[dict[Name, Name], Meta(max_length=50)] = {}
    price_basis: Literal["gross", "net", "as_given"] = "as_given"


class Evaluate(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """A cart to be priced, now or at another time; nothing is held.

    `reasons`: which promotions that give nothing are told. `near` are those with a gap that the shopper can close.
    """

    cart: CartBody
    at: Instant | None = None
    reasons: Reasons = "all"


def to_cart(body: CartBody) -> Cart:
    """The cart; what a schema cannot express (names used twice) is checked by whoever prices or holds it."""
    return convert(body, Cart, from_attributes=True, dec_hook=_tax)


_NO_TAX = Fraction(0)


def _tax(_: type[Fraction], text: str) -> Fraction:
    return _NO_TAX if text == "0" else percent(text)
