"""Whether a cart is sound, seen at a glance; `core.cart.checked` says what is wrong with one that is not."""

from __future__ import annotations

from dealwright.core.cart import MOST_LINES, MOST_MINOR, MOST_UNITS, Cart
from dealwright.core.money import exponent


def is_sound(cart: Cart) -> bool:
    """Whether nothing is wrong for certain; False is no verdict yet. InputError if the currency is none."""
    exponent(cart.currency)
    lines, fees = cart.lines, cart.deliveries
    if not 0 < len(lines) <= MOST_LINES or cart.price_basis not in ("gross", "net", "as_given"):
        return False
    # One loop that compares, without lists and calls: every cart passes here, and it is half of matching one.
    for line in lines:
        quantity, price, floor = line.quantity, line.unit_price_minor, line.floor_minor
        if not (
            type(quantity) is type(price) is type(floor) is int
            and 1 <= quantity <= MOST_UNITS
            and 0 <= price <= MOST_MINOR
            and 0 <= floor <= MOST_MINOR
        ):
            return False
    if len({line.line for line in lines}) < len(lines):
        return False
    return not fees or (
        all(type(fee.fee_minor) is int and 0 <= fee.fee_minor <= MOST_MINOR for fee in fees)
        and len({fee.method for fee in fees}) == len(fees)
    )
