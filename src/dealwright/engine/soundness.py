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
    quantities = [line.quantity for line in lines]
    amounts = [line.unit_price_minor for line in lines]
    amounts += [line.floor_minor for line in lines]
    amounts += [fee.fee_minor for fee in fees]
    return (
        all(type(number) is int for number in (*quantities, *amounts))
        and min(quantities) >= 1
        and max(quantities) <= MOST_UNITS
        and min(amounts) >= 0
        and max(amounts) <= MOST_MINOR
        and len({line.line for line in lines}) == len(lines)
        and (not fees or len({fee.method for fee in fees}) == len(fees))
    )
