"""What a shopper is about to pay for, and what is known of the shopper: all an evaluation looks at besides time.

Amounts are integers in minor units of the one currency. A line is (sku, quantity): 100,000 units are one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from dealwright.core.errors import InputError
from dealwright.core.money import exponent

MOST_LINES = 500
MOST_UNITS = 1_000_000_000
MOST_MINOR = 10**15  # a unit price or a fee; times the most units it still fits 64 bits with room for a whole cart

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LineItem:
    """`quantity` units of one sku at one regular price; `line` names it inside the cart.

    `product` is the family the sku belongs to, `store` who sells it (a market place has several).
    `floor_minor` is the least a unit may cost after promotions. `tax_percent` is told, never added: the cart's
    `price_basis` says whether prices contain it. A line that `is_gift` was put in by a promotion and is not paid;
    one that is not `is_discountable` (a prepaid card) counts in totals but no promotion lands on it.
    """

    line: str
    sku: str
    quantity: int
    unit_price_minor: int
    product: str = ""
    categories: tuple[str, ...] = ()
    brand: str = ""
    tags: tuple[str, ...] = ()
    store: str = ""
    floor_minor: int = 0
    tax_percent: Fraction = Fraction(0)
    is_discountable: bool = True
    is_gift: bool = False

    @property
    def amount_minor(self) -> int:
        """The whole line at its regular price."""
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way, or one part, of delivery that is charged."""

    method: str
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Shopper:
    """What is known of who buys; everything may be unknown. No name, address or telephone is needed.

    `n_orders` counts paid orders that were not cancelled; `None` is unknown. `first_seen` is a date in ISO form.
    """

    customer_id: str = ""
    segments: tuple[str, ...] = ()
    n_orders: int | None = None
    first_seen: str = ""
    points: int = 0


@dataclass(frozen=True, slots=True)
class Cart:
    """Lines, delivery and circumstances, in one currency.

    `price_basis` says what the given prices are: "gross" (tax inside), "net" (tax comes on top) or "as_given".
    `arms` maps the name of an experiment to the arm the shopper is in.

    >>> cart = Cart("EUR", (LineItem("1", "TEA", 2, 450),))
    >>> cart.subtotal_minor
    900
    """

    currency: str
    lines: tuple[LineItem, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    shopper: Shopper = Shopper()
    codes: tuple[str, ...] = ()
    store: str = ""
    channel: str = ""
    region: str = ""
    payment_method: str = ""
    arms: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    price_basis: str = "as_given"

    @property
    def subtotal_minor(self) -> int:
        """All lines that are paid, at regular prices, without delivery."""
        return sum(line.amount_minor for line in self.lines if not line.is_gift)


def checked(cart: Cart) -> Cart:
    """The same cart; InputError with every mistake in it at once.

    >>> checked(Cart("EUR", (LineItem("1", "TEA", 0, -5),)))
    Traceback (most recent call last):
    dealwright.core.errors.InputError: 2 problems:
      - line '1': quantity is 1 to 1000000000; given 0
      - line '1': unit_price_minor is 0 to 1000000000000000; given -5
    """
    exponent(cart.currency)
    if len(cart.lines) > MOST_LINES:
        raise InputError(f"a cart has at most {MOST_LINES} lines; given {len(cart.lines)}; split the order")
    problems = [problem for line in cart.lines for problem in _line_problems(line)]
    names = [line.line for line in cart.lines]
    problems += [f"line {name!r} is there twice; give each line its own name" for name in _twice(names)]
    methods = [delivery.method for delivery in cart.deliveries]
    problems += [f"delivery {name!r} is there twice; add its fees up" for name in _twice(methods)]
    problems += [
        f"delivery {delivery.method!r}: fee_minor is a whole number from 0 to {MOST_MINOR}; "
        f"given {delivery.fee_minor!r}"
        for delivery in cart.deliveries
        if not _is_whole(delivery.fee_minor) or not 0 <= delivery.fee_minor <= MOST_MINOR
    ]
    if cart.price_basis not in ("gross", "net", "as_given"):
        problems.append(f"price_basis is gross, net or as_given; given {cart.price_basis!r}")
    if problems:
        raise InputError(*problems)
    return cart


def _line_problems(line: LineItem) -> list[str]:
    limits = (
        ("quantity", line.quantity, 1, MOST_UNITS),
        ("unit_price_minor", line.unit_price_minor, 0, MOST_MINOR),
        ("floor_minor", line.floor_minor, 0, MOST_MINOR),
    )
    return [
        f"line {line.line!r}: {name} is {least} to {most}; given {given}"
        if _is_whole(given)
        else f"line {line.line!r}: {name} is a whole number from {least} to {most}; given {given!r}"
        for name, given, least, most in limits
        if not _is_whole(given) or not least <= given <= most
    ]


def _is_whole(given: object) -> bool:
    # Types are promises only; callers in Python hand over 1.5 and True.
    return isinstance(given, int) and not isinstance(given, bool)


def _twice(names: list[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
