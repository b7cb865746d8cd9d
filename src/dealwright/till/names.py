"""Whether names and numbers that callers give to sales can be kept: all mistakes at once."""

from __future__ import annotations

from dealwright.core.cart import Cart
from dealwright.core.errors import InputError
from dealwright.core.ids import LONGEST_NAME, is_name


def check_names(**names: str) -> None:
    """InputError unless every name is text of 1 to 200 characters that all databases and events can keep."""
    problems = [
        f"{name} is text of 1 to {LONGEST_NAME} characters without control characters; given {given[:20]!r} of "
        f"length {len(given)}"
        for name, given in names.items()
        if not is_name(given)
    ]
    if problems:
        raise InputError(*problems)


def check_cart(cart: Cart, **names: str) -> None:
    """InputError unless these names, the customer's (guests have none) and those of all goods can be kept."""
    skus = {f"line {line.line!r}: sku": line.sku for line in cart.lines}
    check_names(**names, customer_id=cart.shopper.customer_id or "-", **skus)


def check_quantity(quantity: int, *, most: int) -> None:
    """InputError unless the quantity is a whole number from 1 to `most`."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= most:
        raise InputError(f"quantity is a whole number from 1 to {most}; given {quantity!r}")
