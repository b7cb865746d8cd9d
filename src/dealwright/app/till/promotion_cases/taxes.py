"""The tax inside prices and discounts, as shops that round it show it."""

from __future__ import annotations

import math
from fractions import Fraction

from dealwright.core.cart import Cart, LineItem
from dealwright.engine.evaluation import Evaluation

_HALF = Fraction(1, 2)


def tax_of(amount_minor: int, percent: Fraction, *, is_gross: bool) -> int:
    """The tax in a gross amount, or on top of a net one, rounded half up.

    >>> tax_of(11900, Fraction(19), is_gross=True), tax_of(10000, Fraction(19), is_gross=False)
    (1900, 1900)
    """
    whole = 100 + percent if is_gross else Fraction(100)
    return math.floor(amount_minor * percent / whole + _HALF)


def discount_taxes(cart: Cart, evaluation: Evaluation) -> dict[Fraction, int]:
    """Per tax rate the tax that the discounts on its goods take away."""
    offs: dict[Fraction, int] = {}
    for line in evaluation.lines:
        rate = _line(cart, line.line).tax_percent
        offs[rate] = offs.get(rate, 0) + line.regular_minor - line.net_minor
    return {rate: tax_of(off, rate, is_gross=cart.price_basis == "gross") for rate, off in offs.items()}


def net_total(cart: Cart, evaluation: Evaluation) -> int:
    """The total without tax: lines and discounts are taxed apart, as they stand on the bill."""
    if cart.price_basis != "gross":
        return evaluation.total_minor
    taxes = [
        tax_of(line.regular_minor, _line(cart, line.line).tax_percent, is_gross=True) for line in evaluation.lines
    ]
    return evaluation.total_minor - (sum(taxes) - sum(discount_taxes(cart, evaluation).values()))


def _line(cart: Cart, name: str) -> LineItem:
    return next(line for line in cart.lines if line.line == name)
