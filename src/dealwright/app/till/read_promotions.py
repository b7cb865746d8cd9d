"""Reads a shop's promotions and a shopper's cart from JSON, with every mistake told at once."""

from __future__ import annotations

from dealwright.campaign.codec import decode
from dealwright.campaign.json_text import values_of
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.reading import Reading
from dealwright.core.cart import Cart, checked
from dealwright.engine.catalogue import BENEFITS, CONDITIONS


def promotions_from(text: str | bytes) -> tuple[Promotion, ...]:
    """The promotions of a file, with the till's own conditions and benefits."""
    return decode(text, conditions=CONDITIONS, benefits=BENEFITS)


def cart_from(text: str | bytes) -> Cart:
    """The cart of a file; its names are those of `core.cart`.

    >>> cart_from('{"currency": "EUR", "lines": []}')
    Cart(currency='EUR', lines=(), ...)
    """
    reading = Reading()
    cart = reading.object_of(Cart, values_of(text), "")
    reading.finish()
    return checked(cart)
